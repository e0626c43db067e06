import { LONGEST_DELAY_MS, type Clock, type TimerHandle } from '../clock/clock.js';
import { LinkError } from '../errors/link-error.js';
import { DeadLetters } from './dead-letters.js';
import { Journal, type RecordReader } from './journal.js';
import { sizeOf, untried, type Attempts, type Entry, type OutgoingMessage } from './message.js';
import { LOADED, Queue, waitingOf, type Waiting } from './queue.js';
import { Receipts, type Receipt } from './receipts.js';
import { StoredMessages } from './stored-messages.js';
import type { Store } from './store.js';

export interface OutboxLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
  /** No message waits longer, whatever its own `ttlMs` says. Milliseconds. */
  readonly maxAgeMs?: number;
  readonly overflow: 'reject' | 'drop-oldest';
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
 * unless told otherwise. Each accepted message is settled once, or is still in the store when the process ends.
 */
export class Outbox {
  readonly #limits: OutboxLimits;
  readonly #durable: boolean;
  readonly #clock: Clock;
  readonly #log: OutboxLog;
  readonly #journal: Journal;
  readonly #stored: StoredMessages;
  readonly #dead: DeadLetters;
  readonly #receipts = new Receipts();
  /** The wall clock at the start, going on with the monotonic one: a step of the wall clock expires nothing. */
  readonly #epoch: number;
  #queue = new Queue();
  #next = 1;
  #loaded = false;
  /** How many wait for the store to open. */
  #entering = 0;
  /** What is being written, and counts already. */
  #pending = { size: 0, bytes: 0 };
  #filling: Promise<boolean> | undefined;
  #expiry: TimerHandle;
  #closed: LinkError | undefined;
  readonly #onAccepted: NonNullable<OutboxParts['onAccepted']>;
  readonly #onSettled: NonNullable<OutboxParts['onSettled']>;
  #listener: OutboxListener = { onArrival: () => undefined, onEmpty: () => undefined };
  readonly #counts = { expired: 0, dropped: 0, resent: 0 };

  constructor({ limits, store, durable, clock, log, onAccepted, onSettled }: OutboxParts) {
    this.#limits = limits;
    this.#durable = durable;
    this.#clock = clock;
    this.#log = log;
    this.#onAccepted = onAccepted ?? (() => undefined);
    this.#onSettled = onSettled ?? (() => undefined);
    this.#epoch = clock.wallTime() - clock.now();
    this.#journal = new Journal({
      store,
      clock,
      load: (read) => this.#load(read),
      onOpen: () => this.#changed(),
      onFailed: ({ message: reason }) => log.warn({ reason }, 'the outbox fails; it is tried again'),
    });
    this.#stored = new StoredMessages({
      journal: this.#journal,
      maxAgeMs: limits.maxAgeMs ?? Infinity,
      onDamaged: (sequence, value) => this.#buryDamaged(sequence, value),
    });
    this.#dead = new DeadLetters({
      journal: this.#journal,
      max: limits.maxDeadLetters,
      revive: async (message, attempts) => {
        await this.#append(this.#entry(message, true, attempts));
      },
    });
  }

  /** Messages that were given up, for a person to look at. */
  get deadLetters(): DeadLetters {
    return this.#dead;
  }

  /** How many messages wait. */
  get size(): number {
    return this.#queue.size;
  }

  report(): OutboxReport {
    const { failure } = this.#journal;
    return {
      store: this.#durable ? 'disk' : 'memory',
      waiting: this.#queue.size,
      bytes: this.#queue.bytes,
      deadLetters: this.#dead.size,
      ...this.#counts,
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
    this.#closed = undefined;
    return this.#journal.open();
  }

  /**
   * Takes a message over.
   * @returns once it is in the store, synced (QoS 0: in memory)
   * @throws LinkError OUTBOX_FULL, OUTBOX_FAILED, STOPPED; the signal's reason
   */
  accept(message: OutgoingMessage, signal?: AbortSignal): Promise<Receipt> {
    // Without a turn of waiting where there is nothing to wait for; but nobody overtakes those who wait.
    if (this.#journal.isOpen && this.#entering === 0) {
      return new Promise((resolve) => resolve(this.#take(message, signal)));
    }
    this.#entering += 1;
    return this.#journal.open().then(() => {
      this.#entering -= 1;
      return this.#take(message, signal);
    });
  }

  /** The oldest message that nobody holds, or undefined until `onArrival`. */
  next(): Entry | undefined {
    this.#expire();
    if (!this.#queue.mustLoad) return this.#queue.oldest();
    if (!this.#journal.isOpen) {
      // What lies in a store that fails must not hold up the rest.
      return this.#queue.oldestVolatile();
    }
    void this.#fill();
    return undefined;
  }

  /**
   * Keeps a message's place while it is handed over, and notes in the store that it will be: should the process die, the
   * next one knows that the broker may have it.
   * @returns when it is noted; undefined where there is nothing to note
   */
  hold(entry: Entry): Promise<void> | undefined {
    this.#queue.hold(entry);
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
    this.#queue.release(entry);
    const { key } = entry.message;
    if (key !== undefined && this.#queue.isSuperseded(entry)) {
      this.giveUp(entry, replacedError(key));
      return;
    }
    if (entry.stored) void this.#stored.note(entry.sequence, attempts, { sync: false });
    this.#armExpiry();
  }

  /** Gives a held message up when its time is over. @returns whether it was */
  expireHeld(entry: Entry): boolean {
    if ((entry.expiresAt ?? Infinity) > this.#now()) return false;
    this.#expireOne(waitingOf(entry));
    return true;
  }

  /** The message is delivered. @returns when the store has forgotten it; undefined where it never knew it */
  delivered(entry: Entry): Promise<void> | undefined {
    return this.#settle(waitingOf(entry));
  }

  /** The message is given up for good. */
  giveUp(entry: Entry, error: LinkError): void {
    void this.#settle(waitingOf(entry), error);
  }

  /** The message can never be delivered: it goes to the dead letters; one that was never stored is only told. */
  bury(entry: Entry, error: LinkError): void {
    if (entry.stored) {
      const { code, message: reason } = error;
      this.#dead.add(entry, { code, reason, at: this.#now(), attempts: entry.attempts });
      this.#log.warn({ topic: entry.message.topic, reason }, 'a message went to the dead letters');
    }
    this.giveUp(entry, error);
  }

  /** A message that may have arrived is sent again. */
  resending({ message: { topic }, attempts: { handedOver } }: Entry): void {
    this.#counts.resent += 1;
    this.#log.info({ topic, handedOver }, 'sent again; it may have arrived before');
  }

  /** Lets go of everything; what is not on a disk is lost. Receipts are rejected with `why`. It can be opened again. */
  async close(why: LinkError): Promise<void> {
    this.#closed = why;
    this.#clock.clearTimeout(this.#expiry);
    await this.#journal.close();
    await this.#filling;
    this.#receipts.settleAll((stored) => (stored && this.#durable ? keptError() : why));
    this.#queue = new Queue();
    this.#loaded = false;
    this.#listener.onEmpty();
  }

  #now(): number {
    return Math.round(this.#epoch + this.#clock.now());
  }

  #entry(message: OutgoingMessage, stored: boolean, attempts = untried): Entry {
    const acceptedAt = this.#now();
    const lifetime = Math.min(message.ttlMs ?? Infinity, this.#limits.maxAgeMs ?? Infinity);
    return {
      sequence: this.#next++,
      message,
      size: sizeOf(message),
      stored,
      acceptedAt,
      expiresAt: lifetime < Infinity ? acceptedAt + lifetime : undefined,
      attempts,
    };
  }

  #take(message: OutgoingMessage, signal: AbortSignal | undefined): Receipt | Promise<Receipt> {
    signal?.throwIfAborted();
    if (this.#closed !== undefined) throw this.#closed;
    this.#expire();
    const stored = message.qos > 0 || this.#limits.qos0 === 'disk';
    this.#checkRoom(sizeOf(message));
    const entry = this.#entry(message, stored);
    if (stored) return this.#append(entry, signal);
    const receipt = this.#receipts.issue(entry.sequence, false);
    void this.#admit(entry);
    return receipt;
  }

  #append(entry: Entry, signal?: AbortSignal): Promise<Receipt> {
    this.#pending.size += 1;
    this.#pending.bytes += entry.size;
    return new Promise((resolve, reject) => {
      this.#stored.append(entry, (failure) => {
        this.#pending.size -= 1;
        this.#pending.bytes -= entry.size;
        if (failure !== undefined) reject(failure);
        else if (signal?.aborted === true) {
          // Its publisher has been told that it is not accepted.
          void this.#stored.remove(entry.sequence);
          reject(signal.reason as Error);
        } else {
          const receipt = this.#receipts.issue(entry.sequence, true);
          const room = this.#admit(entry);
          if (room === undefined) resolve(receipt);
          // Whoever publishes faster than the oldest can be read and dropped has to wait for it.
          else void room.then(() => resolve(receipt));
        }
      });
    });
  }

  /** @returns when there is room again, where the newest had to displace others */
  #admit(entry: Entry): Promise<void> | undefined {
    this.#add(entry);
    this.#onAccepted(entry.message);
    const room = this.#isOverfull() ? this.#dropExcess() : undefined;
    this.#changed();
    return room;
  }

  /** The newest of a key is in the store before the older goes: between the two a crash leaves both, never none. */
  #add(entry: Entry): void {
    const { key } = entry.message;
    const older = key === undefined ? undefined : this.#queue.ofKey(key);
    this.#queue.add(entry);
    if (older !== undefined && key !== undefined) void this.#settle(older, replacedError(key));
  }

  #checkRoom(size: number): void {
    const { maxMessages, maxBytes, overflow } = this.#limits;
    // With drop-oldest only what cannot be dropped takes room.
    const taken = overflow === 'reject' ? this.#queue : this.#queue.held;
    const [messages, bytes] = [taken.size + this.#pending.size, taken.bytes + this.#pending.bytes];
    if (messages + 1 <= maxMessages && bytes + size <= maxBytes) return;
    throw new LinkError(
      'OUTBOX_FULL',
      `The outbox holds ${messages} messages (${bytes} bytes); its limits are ${maxMessages} messages and ${maxBytes} bytes.`,
    );
  }

  #isOverfull(): boolean {
    const { maxMessages, maxBytes } = this.#limits;
    return this.#queue.size > maxMessages || this.#queue.bytes > maxBytes;
  }

  /** Drops the oldest until the rest is within the bounds. */
  async #dropExcess(): Promise<void> {
    while (this.#isOverfull()) {
      if (this.#queue.mustLoad) {
        if (!(await this.#fill())) return;
        continue;
      }
      const oldest = this.#queue.oldest();
      if (oldest === undefined) return;
      this.#counts.dropped += 1;
      this.giveUp(
        oldest,
        new LinkError('OUTBOX_FULL', 'The message was dropped to make room for a newer one.'),
      );
    }
  }

  #expire(): void {
    for (const waiting of this.#queue.expired(this.#now())) this.#expireOne(waiting);
  }

  #expireOne(waiting: Waiting): void {
    this.#counts.expired += 1;
    void this.#settle(waiting, new LinkError('EXPIRED', 'The message waited longer than it was allowed to.'));
  }

  #settle(waiting: Waiting, error?: LinkError): Promise<void> | undefined {
    this.#queue.remove(waiting);
    this.#receipts.settle(waiting.sequence, error);
    this.#onSettled(waiting, error);
    this.#armExpiry();
    const forgotten = waiting.stored ? this.#stored.remove(waiting.sequence) : undefined;
    if (this.#queue.size === 0) this.#listener.onEmpty();
    return forgotten;
  }

  #changed(): void {
    this.#armExpiry();
    this.#listener.onArrival();
  }

  #armExpiry(): void {
    this.#clock.clearTimeout(this.#expiry);
    const at = this.#queue.nextExpiry;
    if (at === undefined || this.#closed !== undefined) return;
    const delay = Math.min(Math.max(at - this.#now(), 0), LONGEST_DELAY_MS);
    this.#expiry = this.#clock.setTimeout(() => {
      this.#expire();
      this.#armExpiry();
    }, delay);
  }

  /** Loads the next of the stored messages. @returns whether they could be read */
  #fill(): Promise<boolean> {
    this.#filling ??= this.#readMore().finally(() => {
      this.#filling = undefined;
      this.#listener.onArrival();
    });
    return this.#filling;
  }

  async #readMore(): Promise<boolean> {
    const queue = this.#queue;
    queue.beginLoading();
    try {
      queue.extend(await this.#stored.readAfter(queue.loadedUpTo, LOADED));
      return true;
    } catch {
      // The journal has told it, and says when the store is back.
      return false;
    }
  }

  /** Takes in what an earlier process left. */
  async #load(read: RecordReader): Promise<void> {
    if (this.#loaded) return;
    const lastDead = await this.#dead.load(read);
    const last = await this.#stored.load(read, (entry) => {
      this.#add(entry);
      const { qos, topic } = entry.message;
      if (qos === 0 && entry.attempts.maybeSent) this.giveUp(entry, unknownEndError(topic));
    });
    this.#next = Math.max(this.#next, last + 1, lastDead + 1);
    this.#loaded = true;
  }

  #buryDamaged(sequence: number, value: Buffer): void {
    this.#log.warn({ sequence, bytes: value.length }, 'a damaged record went to the dead letters');
    this.#dead.addDamaged(sequence, value, this.#now());
    void this.#stored.remove(sequence);
    if (this.#loaded) this.#queue.remove({ sequence, stored: true, size: 0, payloadBytes: 0, qos: 1 });
  }
}

/** At most once: whether the module passed it on cannot be known, so it is not sent again. */
export function unknownEndError(topic: string): LinkError {
  return new LinkError(
    'PUBLISH_FAILED',
    `The session ended while the QoS 0 message for "${topic}" was on its way; it may or may not have arrived.`,
  );
}

function replacedError(key: string): LinkError {
  return new LinkError('REPLACED', `A newer message took the place of "${key}".`);
}

function keptError(): LinkError {
  return new LinkError('STOPPED', 'The supervisor was stopped; the message is kept on the disk.', {
    hint: 'It is delivered after the next start.',
  });
}
