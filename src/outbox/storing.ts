import type { Amount } from './bounds.js';
import type { Entry, OutgoingMessage } from './message.js';

/** What is on its way into the store. */
export class Storing implements Amount {
  size = 0;
  bytes = 0;
  /** How many of each topic. */
  readonly #topics = new Map<string, number>();

  add({ size, message: { topic } }: Entry): void {
    this.size += 1;
    this.bytes += size;
    this.#topics.set(topic, (this.#topics.get(topic) ?? 0) + 1);
  }

  /** It is there, or will not get there. */
  remove({ size, message: { topic } }: Entry): void {
    this.size -= 1;
    this.bytes -= size;
    const others = (this.#topics.get(topic) ?? 1) - 1;
    if (others > 0) this.#topics.set(topic, others);
    else this.#topics.delete(topic);
  }

  /** Whether a message that need not be stored would overtake one of its topic, or of its key. */
  mustPrecede({ topic, key }: OutgoingMessage): boolean {
    return key === undefined ? this.#topics.has(topic) : this.size > 0;
  }
}
