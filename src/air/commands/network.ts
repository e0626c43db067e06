import type { AtCommand } from '../../at/command.js';
import type { Accepted } from '../compose.js';
import { order, question, quoted } from '../compose.js';
import type { ModuleTime } from '../module-time.js';
import { readModuleTime, writeModuleTime } from '../module-time.js';
import { answerLine, COMMA, lastMatch } from '../pattern.js';
import type { Timings } from '../timings.js';

export type AttachState = 'attached' | 'detached';

/** Registration with the network. `searching` is a reason to wait, not an error (vendor's signal guide). */
export type Registration = 'idle' | 'home' | 'searching' | 'denied' | 'unknown' | 'roaming';

const registrations: readonly Registration[] = ['idle', 'home', 'searching', 'denied', 'unknown', 'roaming'];

/** Usable by the vendor's figures: RSRP level 15 or RSSI 7 and less is not, up to 26 or 10 it is unstable. */
export type Reception = 'unusable' | 'unstable' | 'good' | 'unknown';

/** AT+CSQ. */
export interface Signal {
  /** Received signal strength; undefined while the module does not know it. */
  readonly dBm: number | undefined;
  readonly reception: Reception;
}

/** AT+CESQ, the LTE figures; the vendor prefers them to CSQ. */
export interface SignalQuality {
  /** Reference signal received power, dBm. */
  readonly rsrpDBm: number | undefined;
  /** Reference signal received quality, dB. */
  readonly rsrqDB: number | undefined;
  readonly reception: Reception;
}

export interface Operator {
  /** As the network calls itself, or its number; undefined while there is none. */
  readonly name: string | undefined;
}

const attachLine = answerLine('+CGATT', '([01])');
/** The answer has two numbers, `<n>,<stat>`; a URC has the state alone, or a quoted cell behind it. */
const registrationAnswer = answerLine('+CEREG', `[0-5]${COMMA}(\\d{1,2})(?:${COMMA}.*)?`);
const csqLine = answerLine('+CSQ', `(\\d+)${COMMA}(\\d+)`);
const cesqLine = answerLine('+CESQ', `\\d+${COMMA}\\d+${COMMA}\\d+${COMMA}\\d+${COMMA}(\\d+)${COMMA}(\\d+)`);
const operatorLine = answerLine('+COPS', `\\d(?:${COMMA}\\d${COMMA}"([^"]*)"(?:${COMMA}\\d+)?)?`);
const clockLine = answerLine('+CCLK', '"([^"]*)"');

/** The state behind a registration number; numbers from 6 on are forms of being registered without data. */
export function registrationOf(stat: number): Registration {
  return registrations[stat] ?? 'unknown';
}

/** Commands about the network. */
export function networkCommands({ commandTimeoutMs: timeoutMs }: Timings) {
  return {
    /** Attached to the data network? On 4G it attaches by itself, normally within two minutes. */
    attachState: (): AtCommand<AttachState> =>
      question({
        verb: '+CGATT?',
        timeoutMs,
        information: attachLine,
        parse: (lines) => {
          const match = lastMatch(attachLine, lines);
          if (!match) return undefined;
          return match[1] === '1' ? 'attached' : 'detached';
        },
      }),

    registration: (): AtCommand<Registration> =>
      question({
        verb: '+CEREG?',
        timeoutMs,
        information: registrationAnswer,
        parse: (lines) => {
          const match = lastMatch(registrationAnswer, lines);
          return match ? registrationOf(Number(match[1])) : undefined;
        },
      }),

    signal: (): AtCommand<Signal> =>
      question({
        verb: '+CSQ',
        timeoutMs,
        information: csqLine,
        parse: (lines) => {
          const match = lastMatch(csqLine, lines);
          if (!match) return undefined;
          const rssi = Number(match[1]);
          if (rssi > 31) return { dBm: undefined, reception: 'unknown' };
          return { dBm: 2 * rssi - 113, reception: receptionOf(rssi, 7, 10) };
        },
      }),

    signalQuality: (): AtCommand<SignalQuality> =>
      question({
        verb: '+CESQ',
        timeoutMs,
        information: cesqLine,
        parse: (lines) => {
          const match = lastMatch(cesqLine, lines);
          if (!match) return undefined;
          const rsrq = Number(match[1]);
          const rsrp = Number(match[2]);
          return {
            rsrqDB: rsrq > 34 ? undefined : rsrq / 2 - 19.5,
            rsrpDBm: rsrp > 97 ? undefined : rsrp - 140,
            reception: rsrp > 97 ? 'unknown' : receptionOf(rsrp, 15, 26),
          };
        },
      }),

    operator: (): AtCommand<Operator> =>
      question({
        verb: '+COPS?',
        timeoutMs,
        information: operatorLine,
        parse: (lines) => {
          const match = lastMatch(operatorLine, lines);
          return match ? { name: match[1] } : undefined;
        },
      }),

    /** The module's clock. TLS with certificates needs it right, unless expiry is not checked. */
    clock: (): AtCommand<ModuleTime> =>
      question({
        verb: '+CCLK?',
        timeoutMs,
        information: clockLine,
        parse: (lines) => {
          const match = lastMatch(clockLine, lines);
          return match ? readModuleTime(match[1] ?? '') : undefined;
        },
      }),

    /** Sets the module's clock to UTC. @param instant milliseconds since the epoch */
    setClock: (instant: number): AtCommand<Accepted> =>
      order({ verb: '+CCLK', arguments: [quoted(writeModuleTime(instant))], timeoutMs }),
  };
}

function receptionOf(level: number, unusableUpTo: number, unstableUpTo: number): Reception {
  if (level <= unusableUpTo) return 'unusable';
  return level <= unstableUpTo ? 'unstable' : 'good';
}
