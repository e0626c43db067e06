import type { AtCommand } from '../../at/command.js';
import type { Accepted } from '../compose.js';
import { bare, order, question } from '../compose.js';
import { answerLine, COMMA } from '../pattern.js';
import type { Timings } from '../timings.js';

const slotLine = answerLine('+MQTTMSGGET', `([0-3])${COMMA}(VALID|INVALID)`);

/**
 * Commands about how received messages come. Both settings differ in their default from module to module and survive a
 * reconnect: they are due after every boot, before MCONFIG.
 */
export function receiveCommands({ commandTimeoutMs: timeoutMs }: Timings) {
  return {
    /** `direct`: each message at once, as `+MSUB`. `cached`: a notice, and up to four messages wait in the module. */
    messageMode: (mode: 'direct' | 'cached'): AtCommand<Accepted> =>
      order({ verb: '+MQTTMSGSET', arguments: [bare(mode === 'cached' ? 1 : 0)], timeoutMs }),

    /** `hex` writes payloads as two digits a byte, both ways; MPUB then takes digits too (AT manual, MQTTMODE). */
    encodingMode: (mode: 'raw' | 'hex'): AtCommand<Accepted> =>
      order({ verb: '+MQTTMODE', arguments: [bare(mode === 'hex' ? 1 : 0)], timeoutMs }),

    /** Prints all cached messages as `+MSUB` payloads before the OK, and frees their slots. */
    readCached: (): AtCommand<Accepted> => order({ verb: '+MQTTMSGGET', timeoutMs }),

    /** The slots that hold a message. */
    cachedSlots: (): AtCommand<readonly number[]> =>
      question({
        verb: '+MQTTMSGGET?',
        timeoutMs,
        information: slotLine,
        parse: (lines) => {
          const slots = lines.map((line) => slotLine.exec(line)).filter((match) => match !== null);
          if (slots.length === 0) return undefined;
          return slots.filter((match) => match[2] === 'VALID').map((match) => Number(match[1]));
        },
      }),
  };
}
