import type { Clock } from '../clock/clock.js';
import { LinkError } from '../errors/link-error.js';
import type { OutgoingMessage } from './message.js';

/** One waiting message; the outbox owns it until it is settled. */
export interface Entry {
  readonly message: OutgoingMessage;
  /** How often the module or the broker said no to it. */
  refusals: number;
  /** It went to the module before and its fate is unknown: delivering it may make a copy. */
  ambiguous: boolean;
}

export interface OutboxLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
  readonly overflow: 'reject' | 'drop-oldest';
}

interface Waiting extends Entry {
  readonly expiresAt: number;
  readonly settle: (error?: LinkError) => void;
}

/**
 * First in, first out, bounded by count and bytes, in memory: it outlives every reconnect, not the process. Each
 * accepted message is settled exactly once.
 */
export class MemoryOutbox {
  readonly #clock: Clock;
  readonly #limits: OutboxLimits;
  readonly #waiting: Waiting[] = [];
  #inFlight: Waiting | undefined;
  #bytes = 0;
  /** Messages that can expire: without any, nothing needs to be looked through. */
  #mortal = 0;
  #arrival: (() => void) | undefined;

  constructor(limits: OutboxLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  get size(): number {
    return this.#waiting.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes a message over.
   * @returns `delivered`, which resolves when the message is settled well and rejects with a LinkError otherwise
   * @throws LinkError OUTBOX_FULL
   */
  accept(message: OutgoingMessage): { readonly delivered: Promise<void> } {
    this.#expire();
    if (message.key !== undefined) this.#replace(message.key);
    this.#makeRoom(message);
    let settle: (error?: LinkError) => void = () => undefined;
    const delivered = new Promise<void>((resolve, reject) => {
      settle = (error) => {
        if (error === undefined) resolve();
        else reject(error);
      };
    });
    // A receipt that nobody looks at must not end the host process.
    delivered.catch(() => undefined);
    this.#waiting.push({
      message,
      refusals: 0,
      ambiguous: false,
      expiresAt: message.ttlMs === undefined ? Infinity : this.#clock.now() + message.ttlMs,
      settle,
    });
    this.#bytes += sizeOf(message);
    if (message.ttlMs !== undefined) this.#mortal += 1;
    this.#arrival?.();
    return { delivered };
  }

  /** The oldest message that is still wanted, now in flight: it stays first until it is settled or put back. */
  take(): Entry | undefined {
    this.#expire();
    this.#inFlight = this.#waiting[0];
    return this.#inFlight;
  }

  /** The message in flight goes back to its place, which it never left. */
  putBack(): void {
    this.#inFlight = undefined;
  }

  /** The message in flight is done: delivered, or given up for `error`. */
  settle(entry: Entry, error?: LinkError): void {
    const index = this.#waiting.findIndex((waiting) => waiting === entry);
    this.#inFlight = undefined;
    if (index >= 0) this.#remove(index, error);
  }

  /** Calls back once, when the next message arrives. */
  onArrival(callback: () => void): void {
    this.#arrival = callback;
  }

  /** Gives everything up; what still waits is rejected with `error`. */
  clear(error: LinkError): void {
    this.#inFlight = undefined;
    while (this.#waiting.length > 0) this.#remove(0, error);
  }

  #makeRoom(message: OutgoingMessage): void {
    const { maxMessages, maxBytes, overflow } = this.#limits;
    const needed = sizeOf(message);
    while (this.#waiting.length + 1 > maxMessages || this.#bytes + needed > maxBytes) {
      const oldest = this.#waiting.findIndex((waiting) => waiting !== this.#inFlight);
      if (overflow === 'reject' || oldest < 0) {
        throw new LinkError(
          'OUTBOX_FULL',
          `The outbox holds ${this.#waiting.length} messages (${this.#bytes} bytes); its limits are ${maxMessages} messages and ${maxBytes} bytes.`,
        );
      }
      this.#remove(
        oldest,
        new LinkError('OUTBOX_FULL', 'The message was dropped to make room for a newer one.'),
      );
    }
  }

  #replace(key: string): void {
    const index = this.#waiting.findIndex(
      (waiting) => waiting.message.key === key && waiting !== this.#inFlight,
    );
    if (index >= 0)
      this.#remove(index, new LinkError('REPLACED', `A newer message took the place of "${key}".`));
  }

  #expire(): void {
    if (this.#mortal === 0) return;
    const now = this.#clock.now();
    for (let index = this.#waiting.length - 1; index >= 0; index--) {
      const waiting = this.#waiting[index];
      if (waiting !== undefined && waiting !== this.#inFlight && waiting.expiresAt <= now) {
        const { topic, ttlMs } = waiting.message;
        this.#remove(
          index,
          new LinkError('EXPIRED', `The message for "${topic}" waited longer than its ${ttlMs ?? 0} ms.`),
        );
      }
    }
  }

  #remove(index: number, error?: LinkError): void {
    const [removed] = this.#waiting.splice(index, 1);
    if (removed === undefined) return;
    this.#bytes -= sizeOf(removed.message);
    if (removed.message.ttlMs !== undefined) this.#mortal -= 1;
    removed.settle(error);
  }
}

function sizeOf(message: OutgoingMessage): number {
  return message.payload.length + Buffer.byteLength(message.topic);
}
