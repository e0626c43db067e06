import { EntryList } from './entry-list.js';
import type { Entry } from './message.js';

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
  readonly expiresAt?: number;
}

/**
 * What waits, in the order of acceptance, as far as memory has to know it: a million messages in the store take no more
 * room here than a hundred, unless they have keys or expire.
 */
export class Queue {
  /** The oldest of the stored messages. */
  readonly #loaded = new EntryList();
  #loadedUpTo = -1;
  /** How many stored messages lie behind them. */
  #beyond = 0;
  readonly #volatile = new EntryList();
  /** Messages that are being handed over, or next: they keep their place. */
  readonly #held = new Set<Entry>();
  readonly #byKey = new Map<string, Waiting>();
  /** Those that expire, the earliest first. */
  readonly #mortal: Waiting[] = [];
  /** Removed while more are being loaded: what is read may still show them. */
  readonly #removed = new Set<number>();
  #size = 0;
  #bytes = 0;

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
    return this.#beyond > 0 && this.#firstOf(this.#loaded) === undefined;
  }

  /** The sequence of the last stored message that was loaded. */
  get loadedUpTo(): number {
    return this.#loadedUpTo;
  }

  /** Takes the newest message in. */
  add(entry: Entry): void {
    this.#note(entry);
    if (!entry.stored) this.#volatile.push(entry);
    else if (this.#beyond > 0 || this.#loaded.length >= LOADED) this.#beyond += 1;
    else this.#load(entry);
  }

  /** Before stored messages after `loadedUpTo` are read. */
  beginLoading(): void {
    this.#removed.clear();
  }

  /** The next stored messages, in order. */
  extend(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (this.#removed.has(entry.sequence)) continue;
      this.#beyond -= 1;
      this.#load(entry);
    }
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

  /** Messages whose time is over. */
  expired(now: number): readonly Waiting[] {
    if (this.#mortal.length === 0) return [];
    const alive = this.#mortal.findIndex(({ expiresAt = Infinity }) => expiresAt > now);
    return this.#mortal.slice(0, alive < 0 ? undefined : alive).filter((waiting) => !this.#isHeld(waiting));
  }

  /** When the next message expires. */
  get nextExpiry(): number | undefined {
    return this.#mortal.find((waiting) => !this.#isHeld(waiting))?.expiresAt;
  }

  remove(waiting: Waiting): void {
    const { sequence, stored, size, key } = waiting;
    const entry = (stored ? this.#loaded : this.#volatile).take(sequence);
    if (entry !== undefined) this.#held.delete(entry);
    else {
      this.#beyond -= 1;
      this.#removed.add(sequence);
    }
    this.#size -= 1;
    this.#bytes -= size;
    if (key !== undefined && this.#byKey.get(key)?.sequence === sequence) this.#byKey.delete(key);
    if (waiting.expiresAt !== undefined) {
      const mortal = this.#mortal.findIndex((other) => other.sequence === sequence);
      if (mortal >= 0) this.#mortal.splice(mortal, 1);
    }
  }

  #firstOf(entries: EntryList): Entry | undefined {
    return entries.first((entry) => !this.#held.has(entry));
  }

  #load(entry: Entry): void {
    this.#loaded.push(entry);
    this.#loadedUpTo = entry.sequence;
  }

  #note(entry: Entry): void {
    this.#size += 1;
    this.#bytes += entry.size;
    if (entry.message.key === undefined && entry.expiresAt === undefined) return;
    const waiting = waitingOf(entry);
    if (waiting.key !== undefined) this.#byKey.set(waiting.key, waiting);
    const { expiresAt } = waiting;
    if (expiresAt === undefined) return;
    // Most messages live equally long, so the place is nearly always the end.
    const at = this.#mortal.findLastIndex((other) => (other.expiresAt ?? 0) <= expiresAt);
    this.#mortal.splice(at + 1, 0, waiting);
  }

  #isHeld({ sequence }: Waiting): boolean {
    for (const entry of this.#held) if (entry.sequence === sequence) return true;
    return false;
  }
}

export function waitingOf({ sequence, stored, size, message, expiresAt }: Entry): Waiting {
  return {
    sequence,
    stored,
    size,
    payloadBytes: message.payload.length,
    qos: message.qos,
    ...(message.key !== undefined && { key: message.key }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}
