import type { AtCommand } from '../../at/command.js';
import type { Accepted } from '../compose.js';
import { question, secret } from '../compose.js';
import { checkPin } from '../fields.js';
import { answerLine, COLON, lastMatch } from '../pattern.js';
import type { Timings } from '../timings.js';

/** `busy` passes by itself; `removed` means absent or unreadable. */
export type SimState = 'ready' | 'pin' | 'puk' | 'removed' | 'busy';

/** The codes of AT+CPIN?. A card that wants PIN2 or PUK2 serves data all the same: those guard other functions. */
const simStates: ReadonlyMap<string, SimState> = new Map([
  ['READY', 'ready'],
  ['SIM PIN', 'pin'],
  ['SIM PUK', 'puk'],
  ['SIM PIN2', 'ready'],
  ['SIM PUK2', 'ready'],
  ['SIM REMOVED', 'removed'],
]);

const cpinCode = '(READY|SIM PIN2?|SIM PUK2?|SIM REMOVED)';
/** The answer. With a slot number behind it (`+CPIN: READY 0`) the line is a URC, never an answer. */
const simAnswer = answerLine('+CPIN', cpinCode);
const simLine = answerLine('+CPIN', `${cpinCode}(?:\\s+(\\d))?`);
const iccidLine = new RegExp(`^(?:\\+ICCID${COLON})?"?(\\d{17,19}[0-9A-Fa-f]{1,2})"?\\s*$`);

/** Reads a `+CPIN:` line, answer or URC. */
export function readSimLine(line: string): { state: SimState; slot?: number } | undefined {
  const match = simLine.exec(line);
  const state = simStates.get(match?.[1] ?? '');
  if (!match || !state) return undefined;
  return match[2] === undefined ? { state } : { state, slot: Number(match[2]) };
}

/** What a `+CME ERROR` to AT+CPIN? says about the card; undefined for errors that say nothing. */
export function simStateOfError(cme: number): Exclude<SimState, 'ready'> | undefined {
  switch (cme) {
    case 10: // not inserted
    case 13: // failure
    case 15: // wrong
      return 'removed';
    case 11:
      return 'pin';
    case 12:
      return 'puk';
    case 14:
      return 'busy';
    default:
      return undefined;
  }
}

/** Commands about the card. */
export function simCommands({ commandTimeoutMs: timeoutMs }: Timings) {
  return {
    /** Is the card there, and does it want a PIN? A missing card is refused with an error: `simStateOfError`. */
    simState: (): AtCommand<SimState> =>
      question({
        verb: '+CPIN?',
        timeoutMs,
        information: simAnswer,
        parse: (lines) => {
          const match = lastMatch(simAnswer, lines);
          return match ? simStates.get(match[1] ?? '') : undefined;
        },
      }),

    /** Enters the PIN. `+CPIN: READY` comes before the OK (AT manual, CPIN). Three wrong ones block the card. */
    enterPin: (pin: string): AtCommand<Accepted> =>
      question({
        verb: '+CPIN',
        arguments: [secret(checkPin('sim.pin', pin))],
        timeoutMs,
        information: simAnswer,
        parse: (): Accepted => true,
      }),

    /** The card's number, 19 or 20 digits, the last perhaps the filler F. */
    iccid: (): AtCommand<string> =>
      question({
        verb: '+ICCID',
        timeoutMs,
        information: iccidLine,
        parse: (lines) => lastMatch(iccidLine, lines)?.[1],
      }),
  };
}
