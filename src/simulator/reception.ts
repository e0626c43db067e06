import type { BrokerMessage } from './broker-network.js';
import type { Ram } from './board.js';
import { directLine } from './spellings.js';
import { toLine } from './text.js';

/** A payload as it is printed: raw bytes, or in HEX mode two upper-case digits a byte while the length stays in bytes. */
export function messageBody(payload: Buffer, hex: boolean): string {
  return hex ? payload.toString('hex').toUpperCase() : payload.toString('latin1');
}

/**
 * What the module prints when a message arrives: the message, or in cache mode the number of its slot.
 * @param limit the longest payload that this firmware receives; a longer one is dropped
 */
export function receptionLine(ram: Ram, message: BrokerMessage, limit: number): string | undefined {
  const { payload } = message;
  if (payload.length > limit) return undefined;
  const topic = toLine(message.topic);
  if (ram.cached) return `+MSUB: ${ram.cache.store({ topic, payload })}`;
  return directLine(topic, payload.length, messageBody(payload, ram.hex));
}
