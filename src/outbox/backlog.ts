import type { Clock } from '../clock/clock.js';
import type { LinkError } from '../errors/link-error.js';
import type { Amount } from './bounds.js';
import { expiredError, replacedError, unknownEndError } from './ends.js';
import { Expiry } from './expiry.js';
import type { Journal, RecordReader } from './journal.js';
import { sizeOf, untried, type Attempts, type Entry, type OutgoingMessage } from './message.js';
import { LOADED, Queue, waitingOf, type Waiting } from './queue.js';
import { Receipts, type Receipt } from './receipts.js';
import type { StoredMessages } from './stored-messages.js';

export interface BacklogParts {
  readonly journal: Journal;
  readonly stored: StoredMessages;
  readonly clock: Clock;
  /** No message waits longer, whatever its own `ttlMs` says. Milliseconds. */
  readonly maxAgeMs: number | undefined;
  /** A message was delivered, or given up for `error`; an earlier process may have accepted it. */
  readonly onSettled: (message: Pick<Waiting, 'qos' | 'payloadBytes'>, error?: LinkError) => void;
  /** A message may have become ready to be sent. */
  readonly onArrival: () => void;
  /** No message waits any more. */
  readonly onEmpty: () => void;
}

/**
 * The messages that wait, in the store and in memory, and how each of them ends: it is settled once, or is still in the
 * store when the process ends.
 */
export class Backlog {
  readonly #parts: BacklogParts;
  readonly #journal: Journal;
  readonly #stored: StoredMessages;
  readonly #receipts = new Receipts();
  readonly #expiry: Expiry;
  #queue: Queue;
  #nextSequence = 1;
  #filling: Promise<boolean> | undefined;
  #expired = 0;

  constructor(parts: BacklogParts) {
    this.#parts = parts;
    this.#journal = parts.journal;
    this.#stored = parts.stored;
    this.#expiry = new Expiry(parts.clock, () => this.expire());
    this.#queue = new Queue(parts.maxAgeMs);
  }

  get amount(): Amount {
    return this.#queue;
  }

  /** What is being handed over, or next. */
  get held(): Amount {
    return this.#queue.held;
  }

  /** How many outlived their time. */
  get expired(): number {
    return this.#expired;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#expiry.now();
  }

  /** A message gets its place in the order of acceptance. */
  entry(message: OutgoingMessage, stored: boolean, attempts: Attempts = untried): Entry {
    const acceptedAt = this.now();
    const sequence = this.#nextSequence++;
    const expiresAt = message.ttlMs === undefined ? undefined : acceptedAt + message.ttlMs;
    return { sequence, message, size: sizeOf(message), stored, acceptedAt, expiresAt, attempts };
  }

  /** A message was accepted. The newest of a key is in the store before the older goes: a crash leaves both, never none. */
  add(entry: Entry): Receipt {
    const receipt = this.#receipts.issue(entry.sequence, entry.stored);
    this.#replacing(entry.message.key, () => this.#queue.add(entry));
    return receipt;
  }

  /** A message may have become ready to be sent. */
  arrived(): void {
    this.#rearm();
    this.#parts.onArrival();
  }

  /** Whether the oldest is in the store alone. */
  get mustLoad(): boolean {
    return this.#queue.mustLoad;
  }

  /** The oldest message that nobody holds, or undefined until something arrives. */
  next(): Entry | undefined {
    this.expire();
    if (!this.#queue.mustLoad) return this.#queue.oldest();
    // What lies in a store that fails must not hold up the rest.
    if (!this.#journal.isOpen) return this.#queue.oldestVolatile();
    void this.fill();
    return undefined;
  }

  hold(entry: Entry): void {
    this.#queue.hold(entry);
  }

  /** @returns whether it waits again: a newer one of its key may have come meanwhile */
  release(entry: Entry): boolean {
    this.#queue.release(entry);
    const { key } = entry.message;
    const isSuperseded = key !== undefined && this.#queue.isSuperseded(entry);
    if (isSuperseded) void this.settle(entry, replacedError(key));
    else this.#rearm();
    return !isSuperseded;
  }

  /** Gives a message up when its time is over, held or not. @returns whether it was */
  expireEntry(entry: Entry): boolean {
    const end = this.#queue.endOf(entry);
    if (end === Infinity || end > this.now()) return false;
    this.#expireOne(waitingOf(entry));
    return true;
  }

  /** Gives up what waited longer than it may. */
  expire(): void {
    const now = this.now();
    for (;;) {
      const next = this.#queue.nextToExpire();
      if (next === undefined || next.at > now) break;
      this.#expireOne(next.waiting);
    }
    this.#rearm();
    // Whether those in the store are too old shows when they are read.
    if (this.#parts.maxAgeMs !== undefined && this.#queue.mustLoad && this.#journal.isOpen) void this.fill();
  }

  /**
   * A message ends: delivered, or given up for `error`.
   * @returns when the store has forgotten it; undefined where it never knew it
   */
  settle(entry: Entry, error?: LinkError): Promise<void> | undefined {
    return this.#settle(waitingOf(entry), error);
  }

  #settle(waiting: Waiting, error?: LinkError): Promise<void> | undefined {
    this.#queue.remove(waiting);
    this.#receipts.settle(waiting.sequence, error);
    this.#parts.onSettled(waiting, error);
    this.#rearm();
    const forgotten = waiting.stored ? this.#stored.remove(waiting) : undefined;
    if (this.#queue.size === 0) this.#parts.onEmpty();
    return forgotten;
  }

  /** A message of the store turned out to be none. */
  forget(sequence: number): void {
    this.#queue.remove({ sequence, stored: true, size: 0, payloadBytes: 0, qos: 1 });
  }

  /** Takes in what an earlier process left. */
  async load(read: RecordReader): Promise<void> {
    const last = await this.#stored.load(read, LOADED, {
      entry: (entry) => {
        const { topic, qos, key } = entry.message;
        this.#replacing(key, () => this.#queue.add(entry));
        if (this.#stored.isCheckedOff(entry)) void this.settle(entry);
        else if (qos === 0 && entry.attempts.maybeSent) void this.settle(entry, unknownEndError(topic));
      },
      others: (amount, last) => this.#queue.addUnloaded(amount, last),
    });
    this.startAfter(last);
  }

  /** No message gets one of these sequences. */
  startAfter(last: number): void {
    this.#nextSequence = Math.max(this.#nextSequence, last + 1);
  }

  /** Lets go of everything: what is not in the store is lost. */
  async close(why: (stored: boolean) => LinkError): Promise<void> {
    await this.#filling;
    this.#receipts.settleAll(why);
    this.#queue = new Queue(this.#parts.maxAgeMs);
    this.#rearm();
    this.#parts.onEmpty();
  }

  #expireOne(waiting: Waiting): void {
    this.#expired += 1;
    void this.#settle(waiting, expiredError());
  }

  #replacing(key: string | undefined, add: () => void): void {
    const older = key === undefined ? undefined : this.#queue.ofKey(key);
    add();
    if (older !== undefined && key !== undefined) void this.#settle(older, replacedError(key));
  }

  /** Loads the next of the stored messages. @returns whether they could be read */
  fill(): Promise<boolean> {
    this.#filling ??= this.#readMore().finally(() => {
      this.#filling = undefined;
      this.expire();
      this.#parts.onArrival();
    });
    return this.#filling;
  }

  /** When the next message expires may have changed. */
  #rearm(): void {
    this.#expiry.arm(this.#queue.nextToExpire()?.at);
  }

  async #readMore(): Promise<boolean> {
    const queue = this.#queue;
    queue.beginLoading();
    try {
      queue.endLoading(await this.#stored.readAfter(queue.loadedUpTo, queue.lastStored, LOADED));
      return true;
    } catch {
      queue.endLoading(undefined);
      // The journal has told it, and says when the store is back.
      return false;
    }
  }
}
