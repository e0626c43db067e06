import { matchesFilter } from './filter.js';
import type { InboundMessage } from './message.js';

/** What a slow reader may leave waiting. */
export interface StreamOptions {
  /** The most messages that wait for the reader. Default 1,000. */
  readonly buffer?: number;
  /** What gives way when one more comes. Default `drop-oldest`. */
  readonly overflow?: 'drop-oldest' | 'drop-newest';
}

/** What the supervisor adds. */
interface StreamParts extends StreamOptions {
  readonly onEnd?: (stream: MessageStream) => void;
  readonly onDropped?: () => void;
}

/** The messages of one filter as an async iterator. A slow reader never holds the link up. */
export class MessageStream implements AsyncIterableIterator<InboundMessage> {
  readonly #filter: string;
  readonly #buffer: number;
  readonly #parts: StreamParts;
  readonly #waiting: InboundMessage[] = [];
  readonly #readers: ((result: IteratorResult<InboundMessage, undefined>) => void)[] = [];
  #ended = false;
  #dropped = 0;

  /**
   * Use `messages()` of the supervisor.
   * @internal
   */
  constructor(filter: string, parts: StreamParts = {}) {
    this.#filter = filter;
    this.#buffer = parts.buffer ?? 1_000;
    this.#parts = parts;
  }

  /** Messages lost because the reader was too slow. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Takes a message that belongs to the filter.
   * @returns whether it does
   * @internal
   */
  offer(message: InboundMessage): boolean {
    if (this.#ended || !matchesFilter(this.#filter, message.topic)) return false;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader({ done: false, value: message });
      return true;
    }
    this.#waiting.push(message);
    if (this.#waiting.length > this.#buffer) {
      if (this.#parts.overflow === 'drop-newest') this.#waiting.pop();
      else this.#waiting.shift();
      this.#dropped += 1;
      this.#parts.onDropped?.();
    }
    return true;
  }

  /** The next message, now or when one comes; `done` after the end. */
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
    this.#parts.onEnd?.(this);
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined });
  }

  /** Ends it and drops what waits; a loop that is left calls it. */
  return(): Promise<IteratorResult<InboundMessage, undefined>> {
    this.#waiting.length = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** For `for await`. */
  [Symbol.asyncIterator](): this {
    return this;
  }
}
