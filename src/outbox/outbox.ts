import type { Clock } from '../clock/clock.js';
import type { LinkError } from '../errors/link-error.js';
import { Backlog } from './backlog.js';
import type { Bounds } from './bounds.js';
import { DeadLetters } from './dead-letters.js';
import { keptError } from './ends.js';
import { Intake } from './intake.js';
import { Journal, type RecordReader } from './journal.js';
import type { Attempts, Entry, OutgoingMessage } from './message.js';
import type { Waiting } from './queue.js';
import type { Receipt } from './receipts.js';
import type { Store } from './store.js';
import { StoredMessages } from './stored-messages.js';

export interface OutboxLimits extends Bounds {
  /** No message waits longer, whatever its own `ttlMs` says. Milliseconds. */
  readonly maxAgeMs?: number;
  readonly maxDeadLetters: number;
  /** Where messages of QoS 0 wait. */
  readonly qos0: 'memory' | 'disk';
}

export interface OutboxParts {
  readonly limits: OutboxLimits;
  readonly store: Store;
  /** Whether the store outlives the process. */
  readonly durable: boolean;
  readonly clock: Clock;
  readonly log: OutboxLog;
  readonly onAccepted?: (message: OutgoingMessage) => void;
  /** A message was delivered, or given up for `error`; an earlier process may have accepted it. */
  readonly onSettled?: (message: Pick<Waiting, 'qos' | 'payloadBytes'>, error?: LinkError) => void;
}

/** What happens at the outbox. */
export interface OutboxListener {
  /** A message may have become ready to be sent. */
  onArrival(): void;
  /** No message waits any more. */
  onEmpty(): void;
}

export interface OutboxLog {
  info(details: object, text: string): void;
  warn(details: object, text: string): void;
}

/** What `status()` tells of the outbox. */
export interface OutboxReport {
  readonly store: 'disk' | 'memory';
  /** Messages that wait, and their bytes of topic and payload. */
  readonly waiting: number;
  readonly bytes: number;
  readonly deadLetters: number;
  /** Since the start: outlived their time; dropped for newer ones; sent again although they may have arrived. */
  readonly expired: number;
  readonly dropped: number;
  readonly resent: number;
  /** Why nothing can be taken over at present; it is tried again by itself. */
  readonly failure?: { readonly code: string; readonly message: string; readonly hint: string };
}

/**
 * Messages that wait for the link, first in, first out: those of QoS 1 and 2 in the store, those of QoS 0 in memory
 * unless told otherwise.
 *
 *   accept ──▶ intake ──▶ backlog ──▶ delivery          in memory: the next few, and what has a key or a lifetime
 *                │           │
 *                ▼           ▼
 *              stored messages, dead letters ──▶ journal ──▶ store          on the disk
 */
export class Outbox {
  readonly #durable: boolean;
  readonly #log: OutboxLog;
  readonly #journal: Journal;
  readonly #stored: StoredMessages;
  readonly #backlog: Backlog;
  readonly #intake: Intake;
  readonly #dead: DeadLetters;
  #loaded = false;
  #resent = 0;
  #listener: OutboxListener = { onArrival: () => undefined, onEmpty: () => undefined };

  constructor({ limits, store, durable, clock, log, onAccepted, onSettled }: OutboxParts) {
    this.#durable = durable;
    this.#log = log;
    this.#journal = new Journal({
      store,
      clock,
      load: (read) => this.#load(read),
      onOpen: () => this.#opened(),
      onFailed: ({ message: reason }) => log.warn({ reason }, 'the outbox fails; it is tried again'),
    });
    this.#stored = new StoredMessages({
      journal: this.#journal,
      onDamaged: (sequence, value) => this.#buryDamaged(sequence, value),
    });
    this.#backlog = new Backlog({
      journal: this.#journal,
      stored: this.#stored,
      clock,
      maxAgeMs: limits.maxAgeMs,
      onSettled: onSettled ?? (() => undefined),
      onArrival: () => this.#listener.onArrival(),
      onEmpty: () => this.#listener.onEmpty(),
    });
    this.#intake = new Intake({
      bounds: limits,
      qos0: limits.qos0,
      journal: this.#journal,
      stored: this.#stored,
      backlog: this.#backlog,
      onAccepted: onAccepted ?? (() => undefined),
    });
    this.#dead = new DeadLetters({
      journal: this.#journal,
      max: limits.maxDeadLetters,
      revive: (message, attempts) => this.#intake.revive(message, attempts),
    });
  }

  /** Messages that were given up, for a person to look at. */
  get deadLetters(): DeadLetters {
    return this.#dead;
  }

  /** How many messages wait. */
  get size(): number {
    return this.#backlog.amount.size;
  }

  report(): OutboxReport {
    const { failure } = this.#journal;
    const { size, bytes } = this.#backlog.amount;
    return {
      store: this.#durable ? 'disk' : 'memory',
      waiting: size,
      bytes,
      deadLetters: this.#dead.size,
      expired: this.#backlog.expired,
      dropped: this.#intake.dropped,
      resent: this.#resent,
      ...(failure !== undefined && {
        failure: { code: failure.code, message: failure.message, hint: failure.hint },
      }),
    };
  }

  listen(listener: OutboxListener): void {
    this.#listener = listener;
  }

  /** Opens the store. Resolves in any case: what fails is told by `accept` and `report`, and tried again. */
  open(): Promise<void> {
    this.#intake.open();
    return this.#journal.open();
  }

  /**
   * Takes a message over.
   * @returns once it is in the store, synced (QoS 0: in memory)
   * @throws LinkError OUTBOX_FULL, OUTBOX_FAILED, STOPPED; the signal's reason
   */
  accept(message: OutgoingMessage, signal?: AbortSignal): Promise<Receipt> {
    return this.#intake.accept(message, signal);
  }

  /** The oldest message that nobody holds, or undefined until `onArrival`. */
  next(): Entry | undefined {
    return this.#backlog.next();
  }

  /**
   * Keeps a message's place while it is handed over, and notes in the store that it will be: should the process die, the
   * next one knows that the broker may have it.
   * @returns when it is noted; undefined where there is nothing to note
   */
  hold(entry: Entry): Promise<void> | undefined {
    this.#backlog.hold(entry);
    if (!entry.stored) return undefined;
    const { handedOver, refusals } = entry.attempts;
    return this.#stored.note(
      entry.sequence,
      { handedOver: handedOver + 1, refusals, maybeSent: true },
      { sync: true },
    );
  }

  /** A held message waits again, in its old place, with what became of the attempt. */
  release(entry: Entry, attempts: Attempts): void {
    entry.attempts = attempts;
    if (this.#backlog.release(entry) && entry.stored)
      void this.#stored.note(entry.sequence, attempts, { sync: false });
  }

  /** Gives a held message up when its time is over. @returns whether it was */
  expireHeld(entry: Entry): boolean {
    return this.#backlog.expireEntry(entry);
  }

  /**
   * Notes at once that a message is delivered: should the process die before the store has forgotten it, the next one
   * knows. One such note is kept.
   * @returns whether it is noted; if not, only the store's forgetting it makes that sure
   */
  checkOff(entry: Entry): boolean {
    return this.#stored.checkOff(entry);
  }

  /** The message is delivered. @returns when the store, if it knew it, has forgotten it */
  async delivered(entry: Entry): Promise<void> {
    await this.#backlog.settle(entry);
  }

  /** The message is given up for good. */
  giveUp(entry: Entry, error: LinkError): void {
    void this.#backlog.settle(entry, error);
  }

  /** The message can never be delivered: it goes to the dead letters; one that was never stored is only told. */
  bury(entry: Entry, error: LinkError): void {
    if (entry.stored) {
      const { code, message: reason } = error;
      this.#dead.add(entry, { code, reason, at: this.#backlog.now(), attempts: entry.attempts });
      this.#log.warn({ topic: entry.message.topic, reason }, 'a message went to the dead letters');
    }
    this.giveUp(entry, error);
  }

  /** A message that may have arrived is sent again. */
  resending({ message: { topic }, attempts: { handedOver } }: Entry): void {
    this.#resent += 1;
    this.#log.info({ topic, handedOver }, 'sent again; it may have arrived before');
  }

  /** Lets go of everything; what is not on a disk is lost. Receipts are rejected with `why`. It can be opened again. */
  async close(why: LinkError): Promise<void> {
    this.#intake.close(why);
    await this.#journal.close();
    await this.#backlog.close((stored) => (stored && this.#durable ? keptError() : why));
    this.#loaded = false;
  }

  /** Takes in what an earlier process left. */
  async #load(read: RecordReader): Promise<void> {
    if (this.#loaded) return;
    this.#backlog.startAfter(await this.#dead.load(read));
    await this.#backlog.load(read);
    this.#loaded = true;
  }

  /** The bounds may be narrower than when it was written. */
  #opened(): void {
    this.#backlog.expire();
    void this.#intake.trim();
    this.#backlog.arrived();
  }

  #buryDamaged(sequence: number, value: Buffer): void {
    this.#log.warn({ sequence, bytes: value.length }, 'a damaged record went to the dead letters');
    this.#dead.addDamaged(sequence, value, this.#backlog.now());
    this.#stored.removeDamaged(sequence);
    if (this.#loaded) this.#backlog.forget(sequence);
  }
}
