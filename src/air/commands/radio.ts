import type { AtCommand } from '../../at/command.js';
import type { Accepted } from '../compose.js';
import { bare, order, question } from '../compose.js';
import { answerLine } from '../pattern.js';
import type { Timings } from '../timings.js';

const radioLine = answerLine('+CFUN', '(\\d)');

/** The radio. */
export function radioCommands({ commandTimeoutMs: timeoutMs }: Timings) {
  return {
    /**
     * 0 switches it off: `+CGEV: ME DETACH` follows, and most commands fail with CME 797 until 1 switches it on again.
     * Carriers punish frequent attaches.
     */
    radio: (on: 0 | 1): AtCommand<Accepted> =>
      order({ verb: '+CFUN', arguments: [bare(on === 1 ? 1 : 0)], timeoutMs }),

    radioState: (): AtCommand<'on' | 'off'> =>
      question({ verb: '+CFUN?', timeoutMs, information: radioLine, parse: readRadio }),
  };
}

/** 0 and 4 (flight mode) are both off. */
function readRadio(lines: readonly string[]): 'on' | 'off' | undefined {
  const mode = lines.map((line) => radioLine.exec(line)?.[1]).find((found) => found !== undefined);
  if (mode === undefined) return undefined;
  return mode === '1' ? 'on' : 'off';
}
