import type { AtCommand } from '../../at/command.js';
import type { Accepted } from '../compose.js';
import { bare, order, question } from '../compose.js';
import { answerLine, COLON, lastMatch } from '../pattern.js';
import type { Timings } from '../timings.js';

/** Why the module booted (AT manual, EXINFO; Air780E firmware since V1126). */
export type BootCause = 'power key' | 'software' | 'reset pin' | 'crash' | 'watchdog' | 'other';

const bootCauses: Readonly<Record<number, BootCause>> = {
  0: 'power key',
  3: 'software',
  5: 'reset pin',
  6: 'crash',
  8: 'watchdog',
};

/** One word: `AirM2M_780E_V1169_LTE_AT`, bare after ATI, quoted and prefixed after AT+CGMR. */
const identityLine = new RegExp(`^(?:\\+CGMR${COLON})?"?([A-Za-z][\\w.-]*_[\\w.-]*)"?\\s*$`);
const imeiLine = new RegExp(`^(?:\\+CGSN${COLON})?"?(\\d{15})"?\\s*$`);
const bootCauseLine = answerLine('*EXINFO', '(\\d+)');

/** Commands about the line and the module itself. */
export function generalCommands({ commandTimeoutMs: timeoutMs }: Timings) {
  return {
    /** Is anyone there? Also trains the adaptive baud rate, which only upper case does (AT manual, IPR). */
    attention: (): AtCommand<Accepted> => order({ verb: '', timeoutMs }),

    /** No echo. It comes back after every boot. */
    echoOff: (): AtCommand<Accepted> => order({ verb: 'E0', timeoutMs }),

    /** Errors as numbers: `+CME ERROR: 767`. */
    numericErrors: (): AtCommand<Accepted> => order({ verb: '+CMEE', arguments: [bare(1)], timeoutMs }),

    /** Module and firmware in one word: `AirM2M_780E_V1169_LTE_AT`; `profileOf` reads it. */
    identify: (): AtCommand<string> =>
      question({
        verb: 'I',
        timeoutMs,
        information: identityLine,
        parse: (lines) => lastMatch(identityLine, lines)?.[1],
      }),

    /** The same word, from firmware that does not tell it after ATI. */
    firmware: (): AtCommand<string> =>
      question({
        verb: '+CGMR',
        timeoutMs,
        information: identityLine,
        parse: (lines) => lastMatch(identityLine, lines)?.[1],
      }),

    /** The module's IMEI, 15 digits. */
    imei: (): AtCommand<string> =>
      question({
        verb: '+CGSN',
        timeoutMs,
        information: imeiLine,
        parse: (lines) => lastMatch(imeiLine, lines)?.[1],
      }),

    /** Boots the module; OK comes first, RDY about 1.5 s later, the network after some 7 s (Air780EP log). */
    restart: (): AtCommand<Accepted> => order({ verb: '+RESET', timeoutMs }),

    /** Why the module booted last. */
    bootCause: (): AtCommand<BootCause> =>
      question({
        verb: '*EXINFO?',
        timeoutMs,
        information: bootCauseLine,
        parse: (lines) => {
          const match = lastMatch(bootCauseLine, lines);
          return match ? (bootCauses[Number(match[1])] ?? 'other') : undefined;
        },
      }),
  };
}
