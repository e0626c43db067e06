import { cme, cmeCode, error, ok, prompt, type Answer } from '../answer.js';
import type { Board } from '../board.js';
import type { BrokerMessage } from '../broker-network.js';
import { integerWithin, unescapeMessage, type Argument } from '../syntax.js';
import { toText } from '../text.js';
import type { CommandFamily } from './family.js';
import { expectNothingPending, isTopic, qosOf } from './mqtt.js';

/** Silence that ends MPUBEX data without a length (AT manual, MPUBEX). */
const END_OF_DATA_SILENCE_MS = 5000;

export const publishCommands: CommandFamily = {
  MPUB: (board, { args }) => {
    const head = headOf(args, 4);
    const message = args[3];
    if (head === undefined || message?.quoted !== true) return error();
    const payload = payloadOf(board, message.value);
    return payload === undefined ? error() : publish(board, { ...head, payload }, 'MPUB');
  },
  MPUBEX: (board, { args }) => {
    const head = headOf(args, args.length === 3 ? 3 : 4);
    if (head === undefined) return error();
    const limit = board.profile.rawPublishLimit;
    const length = args.length === 4 ? integerWithin(args[3]?.value, 1, limit) : undefined;
    if (args.length === 4 && length === undefined) return error();
    if (board.session.state !== 'online') return cme(cmeCode.operationFailed);
    const complete = (payload: Buffer): Answer =>
      payload.length > limit ? error() : publish(board, { ...head, payload }, 'MPUBEX');
    const { cutPublish, payloadEcho } = board.quirks;
    const data = { prompt: '>', echo: payloadEcho, complete };
    if (length === undefined) {
      return prompt({ ...data, idleMs: END_OF_DATA_SILENCE_MS, expired: complete });
    }
    const expired = cutPublish === 'publish' ? complete : error;
    const silence = cutPublish === 'wait' ? {} : { idleMs: END_OF_DATA_SILENCE_MS };
    return prompt({ ...data, length, expired, ...silence });
  },
};

function headOf(args: readonly Argument[], count: number): Omit<BrokerMessage, 'payload'> | undefined {
  const [topic, qos, retain] = args;
  const level = qosOf(qos);
  const kept = integerWithin(retain?.value, 0, 1);
  if (args.length !== count || !isTopic(topic, false) || level === undefined || kept === undefined)
    return undefined;
  return { topic: toText(topic.value), qos: level, retain: kept === 1 };
}

/** The bytes of a quoted message: hex digits in HEX mode, else text with `\HH` escapes. */
function payloadOf({ ram, profile, quirks }: Board, text: string): Buffer | undefined {
  if (ram.hex) {
    if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(text)) return undefined;
    const size = quirks.hexLimitUnit === 'digits' ? text.length : text.length / 2;
    return size > profile.publishLimit ? undefined : Buffer.from(text, 'hex');
  }
  const payload = Buffer.from(unescapeMessage(text), 'latin1');
  return payload.length > profile.publishLimit ? undefined : payload;
}

function publish(board: Board, message: BrokerMessage, what: string): Answer {
  if (board.session.state !== 'online') return cme(cmeCode.operationFailed);
  if (message.qos > 0) expectNothingPending(board, what);
  return ok([], { then: () => board.session.publish(message) });
}
