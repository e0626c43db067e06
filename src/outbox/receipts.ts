import type { LinkError } from '../errors/link-error.js';

/** What `publish` gives for an accepted message. */
export interface Receipt {
  /**
   * Resolves when the broker acknowledged it (QoS 0: when the modem took it). Rejects with a LinkError: PUBLISH_FAILED,
   * PAYLOAD_TOO_LARGE, EXPIRED, REPLACED, OUTBOX_FULL (dropped), or STOPPED. Need not be looked at.
   */
  readonly delivered: Promise<void>;
}

type End = { readonly error?: LinkError };

/**
 * The receipts of messages that are not settled. Most publishers never look at `delivered`, so a receipt costs memory
 * only while somebody holds it: a million accepted messages must not mean a million promises.
 */
export class Receipts {
  readonly #held = new Map<number, WeakRef<Slip>>();
  readonly #lookedAt = new Map<number, Slip>();
  #sweepAt = SWEEP_FROM;

  /** @param stored whether the message itself outlives the process */
  issue(sequence: number, stored: boolean): Receipt {
    const slip = new Slip(stored, sequence, this.#lookedAt);
    this.#held.set(sequence, new WeakRef(slip));
    if (this.#held.size >= this.#sweepAt) this.#sweep();
    return slip;
  }

  /** The message is delivered, or given up for `error`. */
  settle(sequence: number, error?: LinkError): void {
    const slip = this.#lookedAt.get(sequence) ?? this.#held.get(sequence)?.deref();
    this.#lookedAt.delete(sequence);
    this.#held.delete(sequence);
    slip?.settle(error === undefined ? {} : { error });
  }

  /** None of the messages will be settled in this life. */
  settleAll(why: (stored: boolean) => LinkError): void {
    for (const [sequence, held] of [...this.#held]) this.settle(sequence, why(held.deref()?.stored ?? true));
  }

  #sweep(): void {
    for (const [sequence, held] of this.#held) {
      if (held.deref() === undefined) this.#held.delete(sequence);
    }
    this.#sweepAt = Math.max(SWEEP_FROM, 2 * this.#held.size);
  }
}

/** Receipts that were let go are forgotten when there are twice as many as after the last time. */
const SWEEP_FROM = 4_096;

class Slip implements Receipt {
  readonly stored: boolean;
  readonly #sequence: number;
  /** Where it is held while somebody waits: who waits for the promise does not hold the receipt. */
  readonly #lookedAt: Map<number, Slip>;
  #end: End | undefined;
  #promise: Promise<void> | undefined;
  #conclude: (end: End) => void = () => undefined;

  constructor(stored: boolean, sequence: number, lookedAt: Map<number, Slip>) {
    this.stored = stored;
    this.#sequence = sequence;
    this.#lookedAt = lookedAt;
  }

  get delivered(): Promise<void> {
    if (this.#promise === undefined) {
      this.#promise = new Promise((resolve, reject) => {
        this.#conclude = ({ error }) => {
          if (error === undefined) resolve();
          else reject(error);
        };
      });
      // A promise that nobody waits for must not end the host process.
      this.#promise.catch(() => undefined);
      if (this.#end === undefined) this.#lookedAt.set(this.#sequence, this);
      else this.#conclude(this.#end);
    }
    return this.#promise;
  }

  settle(end: End): void {
    this.#end = end;
    this.#conclude(end);
  }
}
