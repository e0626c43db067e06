import { sum, type Amount } from './bounds.js';
import type { Entry } from './message.js';
import { OrderedList } from './ordered-list.js';

/** How many stored messages are in memory, ready to be sent. The others are in the store alone. */
export const LOADED = 64;

/** What is remembered of a message wherever it lies. */
export interface Waiting {
  readonly sequence: number;
  readonly stored: boolean;
  /** What it takes of `maxBytes`. */
  readonly size: number;
  readonly payloadBytes: number;
  readonly qos: 0 | 1 | 2;
  readonly key?: string;
  /** The end of a lifetime of its own. */
  readonly expiresAt?: number;
}

/** Stored messages as they were read. */
export interface Reading {
  readonly entries: readonly Entry[];
  /** Up to this sequence no other is left to be read. */
  readonly through: number;
}

type Place = Pick<Waiting, 'sequence'>;
type Mortal = Place & { readonly expiresAt: number };

function bySequence(a: Place, b: Place): number {
  return a.sequence - b.sequence;
}

/**
 * What waits, in the order of acceptance, as far as memory has to know it: a million messages in the store take no more
 * room here than a hundred, unless they have keys or lifetimes of their own. The age that none may exceed needs no memory:
 * it ends in the order of acceptance.
 */
export class Queue {
  readonly #maxAgeMs: number;
  /** The oldest of the stored messages. */
  readonly #loaded = new OrderedList<Place, Entry>(bySequence);
  #loadedUpTo = -1;
  #lastStored = -1;
  /** What lies behind them, as far as it was told: the store itself is asked whether anything is there. */
  #beyond: Amount = { size: 0, bytes: 0 };
  readonly #volatile = new OrderedList<Place, Entry>(bySequence);
  /** Messages that are being handed over, or next: they keep their place. */
  readonly #held = new Set<Entry>();
  readonly #byKey = new Map<string, Waiting>();
  /** Those with a lifetime of their own, the earliest end first. */
  readonly #mortal = new OrderedList<Mortal, Waiting & Mortal>(
    (a, b) => a.expiresAt - b.expiresAt || bySequence(a, b),
  );
  /** Removed while more are being read, which may still show them; undefined while nothing is. */
  #removed: Set<number> | undefined;
  #size = 0;
  #bytes = 0;

  constructor(maxAgeMs = Infinity) {
    this.#maxAgeMs = maxAgeMs;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get held(): { readonly size: number; readonly bytes: number } {
    let bytes = 0;
    for (const { size } of this.#held) bytes += size;
    return { size: this.#held.size, bytes };
  }

  /** Whether nothing can be said about the oldest before more is loaded. */
  get mustLoad(): boolean {
    return this.#isMoreStored && this.#firstOf(this.#loaded) === undefined;
  }

  /** The sequence of the last stored message that was loaded. */
  get loadedUpTo(): number {
    return this.#loadedUpTo;
  }

  /** The sequence of the last stored message. */
  get lastStored(): number {
    return this.#lastStored;
  }

  /** Takes a message in; of the stored ones it is the newest. */
  add(entry: Entry): void {
    this.#note(waitingOf(entry));
    if (!entry.stored) {
      this.#volatile.add(entry);
      return;
    }
    const isNext = !this.#isMoreStored && this.#loaded.length < LOADED;
    this.#lastStored = entry.sequence;
    if (isNext) this.#load(entry);
    else this.#beyond = sum(this.#beyond, { size: 1, bytes: entry.size });
  }

  /** Counts messages that lie in the store, where they stay for now, none of them behind the sequence `last`. */
  addUnloaded({ size, bytes }: Amount, last: number): void {
    this.#size += size;
    this.#bytes += bytes;
    this.#beyond = sum(this.#beyond, { size, bytes });
    this.#lastStored = last;
  }

  /** Before stored messages after `loadedUpTo` are read. */
  beginLoading(): void {
    this.#removed = new Set();
  }

  /** The next stored messages, in order; undefined when they could not be read. */
  endLoading(reading: Reading | undefined): void {
    const removed = this.#removed;
    this.#removed = undefined;
    if (reading === undefined) return;
    for (const entry of reading.entries) {
      if (removed?.has(entry.sequence) === true) continue;
      this.#beyond = less(this.#beyond, entry);
      this.#load(entry);
    }
    this.#loadedUpTo = reading.through;
    if (!this.#isMoreStored) this.#correct();
  }

  /** The oldest message that is not held; among the loaded ones, and the volatile ones when `mustLoad` is false. */
  oldest(): Entry | undefined {
    const [stored, volatile] = [this.#firstOf(this.#loaded), this.#firstOf(this.#volatile)];
    if (stored === undefined || volatile === undefined) return stored ?? volatile;
    return stored.sequence < volatile.sequence ? stored : volatile;
  }

  /** The oldest volatile message that is not held. */
  oldestVolatile(): Entry | undefined {
    return this.#firstOf(this.#volatile);
  }

  hold(entry: Entry): void {
    this.#held.add(entry);
  }

  release(entry: Entry): void {
    this.#held.delete(entry);
  }

  /** The message of a key that waits and is not held. */
  ofKey(key: string): Waiting | undefined {
    const waiting = this.#byKey.get(key);
    return waiting !== undefined && !this.#isHeld(waiting) ? waiting : undefined;
  }

  /** Whether a newer message of its key waits. */
  isSuperseded({ sequence, message: { key } }: Entry): boolean {
    return key !== undefined && (this.#byKey.get(key)?.sequence ?? sequence) > sequence;
  }

  /** When the next message expires, and which. Of those that are not loaded only what has a lifetime of its own. */
  nextToExpire(): { readonly at: number; readonly waiting: Waiting } | undefined {
    const mortal = this.#mortal.first((waiting) => !this.#isHeld(waiting));
    const byLifetime = mortal && { at: mortal.expiresAt, waiting: mortal };
    const oldest = this.#maxAgeMs < Infinity ? this.oldest() : undefined;
    if (oldest === undefined) return byLifetime;
    const byAge = { at: oldest.acceptedAt + this.#maxAgeMs, waiting: waitingOf(oldest) };
    return byLifetime === undefined || byAge.at < byLifetime.at ? byAge : byLifetime;
  }

  /** When a message expires; Infinity: never. */
  endOf({ acceptedAt, expiresAt = Infinity }: Entry): number {
    return Math.min(expiresAt, acceptedAt + this.#maxAgeMs);
  }

  remove(waiting: Waiting): void {
    const { sequence, stored, size, key, expiresAt } = waiting;
    const entry = (stored ? this.#loaded : this.#volatile).take(waiting);
    if (entry !== undefined) this.#held.delete(entry);
    else {
      this.#beyond = less(this.#beyond, waiting);
      this.#removed?.add(sequence);
    }
    this.#size -= 1;
    this.#bytes -= size;
    if (key !== undefined && this.#byKey.get(key)?.sequence === sequence) this.#byKey.delete(key);
    if (expiresAt !== undefined) this.#mortal.take({ sequence, expiresAt });
  }

  get #isMoreStored(): boolean {
    return this.#loadedUpTo < this.#lastStored;
  }

  /** Everything was read: what is still said to lie in the store is not there, or tells another size. */
  #correct(): void {
    this.#size -= this.#beyond.size;
    this.#bytes -= this.#beyond.bytes;
    this.#beyond = { size: 0, bytes: 0 };
  }

  #firstOf(entries: OrderedList<Place, Entry>): Entry | undefined {
    return entries.first((entry) => !this.#held.has(entry));
  }

  #load(entry: Entry): void {
    this.#loaded.add(entry);
    this.#loadedUpTo = entry.sequence;
  }

  #note(waiting: Waiting): void {
    const { size, key, expiresAt } = waiting;
    this.#size += 1;
    this.#bytes += size;
    if (key !== undefined) this.#byKey.set(key, waiting);
    if (expiresAt !== undefined) this.#mortal.add({ ...waiting, expiresAt });
  }

  #isHeld({ sequence }: Waiting): boolean {
    for (const entry of this.#held) if (entry.sequence === sequence) return true;
    return false;
  }
}

function less({ size, bytes }: Amount, message: Pick<Waiting, 'size'>): Amount {
  return { size: size - 1, bytes: bytes - message.size };
}

export function waitingOf({ sequence, stored, size, message, expiresAt }: Entry): Waiting {
  const { payload, qos, key } = message;
  const always = { sequence, stored, size, payloadBytes: payload.length, qos };
  // Most have neither, and this is done for every message.
  if (key === undefined && expiresAt === undefined) return always;
  return { ...always, ...(key !== undefined && { key }), ...(expiresAt !== undefined && { expiresAt }) };
}
