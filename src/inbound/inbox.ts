import type { InboundMessage } from './message.js';
import { MessageStream, type StreamOptions } from './message-stream.js';

/** What nobody has asked for yet is kept within these bounds; beyond, the oldest is dropped and counted. */
const MOST_KEPT = 1_000;
const MOST_KEPT_BYTES = 4_194_304;

export interface InboxParts {
  /** Hands a message to every listener. Must not throw. */
  readonly emit: (message: InboundMessage) => void;
  readonly hasListener: () => boolean;
  readonly onDropped: () => void;
}

/** What `status()` tells of messages that arrived. */
export interface InboxReport {
  /** Arrived, and nobody has asked for them yet. */
  readonly waiting: number;
  /** Given up, because nobody asked for them or a reader was too slow. */
  readonly dropped: number;
}

/**
 * Gives what arrived to listeners and streams, as it comes, and waits for none of them. Messages that nobody asked for
 * are kept for who asks first: a broker sends what it queued right after the login, before a program may have attached
 * its handlers.
 */
export class Inbox {
  readonly #parts: InboxParts;
  readonly #streams = new Set<MessageStream>();
  #kept: InboundMessage[] = [];
  #keptBytes = 0;
  #handingOver = false;
  #dropped = 0;

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  report(): InboxReport {
    return { waiting: this.#kept.length, dropped: this.#dropped };
  }

  /** A message arrived. */
  deliver(message: InboundMessage): void {
    const taken = [...this.#streams].filter((stream) => stream.offer(message)).length > 0;
    if (this.#handingOver) this.#keep(message);
    else if (this.#parts.hasListener()) this.#parts.emit(message);
    else if (!taken) this.#keep(message);
  }

  /** A listener was added: it gets what was kept, in order, in a turn of its own. */
  listenerAdded(): void {
    if (this.#handingOver || this.#kept.length === 0) return;
    this.#handingOver = true;
    queueMicrotask(() => {
      this.#handingOver = false;
      const kept = this.#kept;
      if (!this.#parts.hasListener()) return;
      this.#kept = [];
      this.#keptBytes = 0;
      for (const message of kept) this.#parts.emit(message);
    });
  }

  /** The messages of a filter, beginning with those that were kept. */
  stream(filter: string, options: StreamOptions = {}): MessageStream {
    const stream = new MessageStream(filter, {
      ...options,
      onEnd: (ended) => this.#streams.delete(ended),
      onDropped: () => this.#drop(),
    });
    this.#streams.add(stream);
    const rest = this.#kept.filter((message) => !stream.offer(message));
    // A listener that was just added gets them all.
    if (!this.#handingOver) {
      this.#kept = rest;
      this.#keptBytes = rest.reduce((sum, { payload }) => sum + payload.length, 0);
    }
    return stream;
  }

  /** Ends every stream. */
  end(): void {
    for (const stream of [...this.#streams]) stream.end();
  }

  #keep(message: InboundMessage): void {
    this.#kept.push(message);
    this.#keptBytes += message.payload.length;
    while (this.#kept.length > MOST_KEPT || this.#keptBytes > MOST_KEPT_BYTES) {
      this.#keptBytes -= this.#kept.shift()?.payload.length ?? 0;
      this.#drop();
    }
  }

  #drop(): void {
    this.#dropped += 1;
    this.#parts.onDropped();
  }
}
