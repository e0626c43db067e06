import type { LinkError } from '../errors/link-error.js';
import type { Backlog } from './backlog.js';
import { fits, sum, type Amount, type Bounds } from './bounds.js';
import { droppedError, fullError } from './ends.js';
import type { Journal } from './journal.js';
import { sizeOf, type Attempts, type Entry, type OutgoingMessage } from './message.js';
import { waitingOf } from './queue.js';
import type { Receipt } from './receipts.js';
import type { StoredMessages } from './stored-messages.js';
import { Storing } from './storing.js';

export interface IntakeParts {
  readonly bounds: Bounds;
  /** Where messages of QoS 0 wait. */
  readonly qos0: 'memory' | 'disk';
  readonly journal: Journal;
  readonly stored: StoredMessages;
  readonly backlog: Backlog;
  /** A message was accepted. */
  readonly onAccepted: (message: OutgoingMessage) => void;
}

/**
 * Where messages are taken over: within the bounds, in the order in which they were given, each one accepted once it lies
 * where it has to.
 */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #backlog: Backlog;
  /** What is on its way into the store, and counts already. */
  readonly #storing = new Storing();
  /** How many wait for the store to open. */
  #entering = 0;
  #dropped = 0;
  #closed: LinkError | undefined;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#backlog = parts.backlog;
  }

  /** How many made way for newer ones. */
  get dropped(): number {
    return this.#dropped;
  }

  open(): void {
    this.#closed = undefined;
  }

  close(why: LinkError): void {
    this.#closed = why;
  }

  /**
   * Takes a message over.
   * @returns once it is in the store, synced (QoS 0: in memory)
   * @throws LinkError OUTBOX_FULL, OUTBOX_FAILED, STOPPED; the signal's reason
   */
  accept(message: OutgoingMessage, signal: AbortSignal | undefined): Promise<Receipt> {
    const { journal } = this.#parts;
    // Without a turn of waiting where there is nothing to wait for; but nobody overtakes those who wait.
    if (journal.isOpen && this.#entering === 0) return this.#take(message, signal);
    this.#entering += 1;
    return journal.open().then(() => {
      this.#entering -= 1;
      return this.#take(message, signal);
    });
  }

  /** Lets a message that was given up wait again, whatever the bounds: it has been accepted before. */
  async revive(message: OutgoingMessage, attempts: Attempts): Promise<void> {
    const entry = this.#backlog.entry(message, true, attempts);
    await new Promise<unknown>((resolve, reject) => {
      this.#store(entry, (failure) => {
        if (failure !== undefined) reject(failure);
        else resolve(this.#admit(entry));
      });
    });
  }

  /** Drops the oldest until the rest is within the bounds, where that is wanted. */
  async trim(): Promise<void> {
    while (this.#isOverfull()) {
      if (this.#backlog.mustLoad) {
        if (!(await this.#backlog.fill())) return;
        continue;
      }
      const oldest = this.#backlog.next();
      if (oldest === undefined) return;
      this.#dropped += 1;
      void this.#backlog.settle(oldest, droppedError());
    }
  }

  #take(message: OutgoingMessage, signal: AbortSignal | undefined): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#closed !== undefined) throw this.#closed;
      this.#backlog.expire();
      this.#makeRoom({ size: 1, bytes: sizeOf(message) });
      const entry = this.#backlog.entry(message, message.qos > 0 || this.#parts.qos0 === 'disk');
      if (!entry.stored && !this.#storing.mustPrecede(message)) {
        resolve(this.#admit(entry));
        return;
      }
      this.#store(entry, (failure) => {
        if (failure !== undefined) reject(failure);
        else if (signal?.aborted === true) {
          // Its publisher has been told that it is not accepted.
          if (entry.stored) void this.#parts.stored.remove(waitingOf(entry));
          reject(signal.reason as Error);
        } else resolve(this.#admit(entry));
      });
    });
  }

  /** @throws LinkError OUTBOX_FULL */
  #makeRoom(incoming: Amount): void {
    const { bounds, journal } = this.#parts;
    if (bounds.overflow === 'reject') {
      const taken = sum(this.#backlog.amount, this.#storing);
      if (!fits(bounds, taken, incoming)) throw fullError(taken, bounds);
      return;
    }
    // What is being handed over cannot be dropped.
    const { held } = this.#backlog;
    if (!fits(bounds, held, incoming)) throw fullError(held, bounds);
    // Publishers that do not wait for the disk drop the oldest that it has not begun with.
    while (!fits(bounds, held, this.#storing, incoming) && journal.withdrawOldest(droppedError()))
      this.#dropped += 1;
  }

  /** Brings a message into the store, or behind those of its topic that are still on their way there. */
  #store(entry: Entry, done: (failure?: LinkError) => void): void {
    this.#storing.add(entry);
    const stored = (failure?: LinkError): void => {
      this.#storing.remove(entry);
      done(failure);
    };
    if (entry.stored) this.#parts.stored.append(entry, stored);
    else this.#parts.journal.afterAppends(stored);
  }

  /** @returns a promise where the newest had to displace others: who publishes faster than they can be read has to wait */
  #admit(entry: Entry): Receipt | Promise<Receipt> {
    const receipt = this.#backlog.add(entry);
    this.#parts.onAccepted(entry.message);
    const trimmed = this.#isOverfull() ? this.trim() : undefined;
    this.#backlog.arrived();
    return trimmed === undefined ? receipt : trimmed.then(() => receipt);
  }

  #isOverfull(): boolean {
    const { bounds } = this.#parts;
    return bounds.overflow === 'drop-oldest' && !fits(bounds, this.#backlog.amount);
  }
}
