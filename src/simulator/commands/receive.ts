import { error, ok } from '../answer.js';
import { messageBody } from '../reception.js';
import { cachedLine } from '../spellings.js';
import { integerWithin } from '../syntax.js';
import type { CommandFamily } from './family.js';

/** How received messages are handed over. */
export const receiveCommands: CommandFamily = {
  MQTTMODE: ({ ram }, { kind, args }) => {
    if (kind === 'query') return ok([`+MQTTMODE: ${ram.hex ? 1 : 0}`]);
    const mode = integerWithin(args[0]?.value, 0, 1);
    if (mode === undefined) return error();
    ram.hex = mode === 1;
    return ok();
  },
  MQTTMSGSET: ({ ram }, { kind, args }) => {
    if (kind === 'query') return ok([`+MQTTMSGSET:${ram.cached ? 1 : 0}`]);
    const mode = integerWithin(args[0]?.value, 0, 1);
    if (mode === undefined) return error();
    ram.cached = mode === 1;
    return ok();
  },
  MQTTMSGGET: ({ ram, quirks }, { kind }) => {
    if (kind === 'query') {
      return ok(
        ram.cache.valid().map((valid, slot) => `+MQTTMSGGET: ${slot},${valid ? 'VALID' : 'INVALID'}`),
      );
    }
    const messages = ram.cache.read();
    return ok(
      messages.map(({ topic, payload }) =>
        cachedLine(quirks.cachedForm, topic, payload.length, messageBody(payload, ram.hex)),
      ),
    );
  },
};
