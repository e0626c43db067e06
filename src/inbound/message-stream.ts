import { matchesFilter } from './filter.js';
import type { InboundMessage } from './message.js';

/** Messages that a slow reader may leave waiting; beyond, the oldest is dropped and counted. */
const MOST_WAITING = 1_000;

/** The messages of one filter as an async iterator. A slow reader never holds the link up. */
export class MessageStream implements AsyncIterableIterator<InboundMessage> {
  readonly #filter: string;
  readonly #onEnd: (stream: MessageStream) => void;
  readonly #waiting: InboundMessage[] = [];
  readonly #readers: ((result: IteratorResult<InboundMessage, undefined>) => void)[] = [];
  #ended = false;
  #dropped = 0;

  constructor(filter: string, onEnd: (stream: MessageStream) => void) {
    this.#filter = filter;
    this.#onEnd = onEnd;
  }

  /** Messages lost because the reader was too slow. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a message that belongs to the filter; others pass by. */
  offer(message: InboundMessage): void {
    if (this.#ended || !matchesFilter(this.#filter, message.topic)) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader({ done: false, value: message });
      return;
    }
    this.#waiting.push(message);
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
  }

  next(): Promise<IteratorResult<InboundMessage, undefined>> {
    const value = this.#waiting.shift();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  /** Ends it: what waits can still be read, then the loop is over. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(this);
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined });
  }

  return(): Promise<IteratorResult<InboundMessage, undefined>> {
    this.#waiting.length = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
