import type { LinkError } from '../errors/link-error.js';
import type { Amount } from './bounds.js';
import type { Journal, RecordReader } from './journal.js';
import { keyOf, pagesOf, rangeOf, sequenceOf } from './keys.js';
import { sizeOf, untried, type Attempts, type Entry } from './message.js';
import { decodeAttempts, decodeMessage, encodeAttempts, encodeMessage, outlineOf } from './record.js';
import type { Change, StoredRecord } from './store.js';

export interface StoredMessagesParts {
  readonly journal: Journal;
  /** A record that is no message any more. */
  readonly onDamaged: (sequence: number, value: Buffer) => void;
}

/** Who takes in what an earlier process left. */
export interface FoundMessages {
  /** A message; they come in order. */
  entry(entry: Entry): void;
  /** Messages that stay in the store for now, perhaps none; no other lies between them and the sequence `last`. */
  others(amount: Amount, last: number): void;
}

/** The messages in the store, and what is known of the attempts to send them. */
export class StoredMessages {
  readonly #journal: Journal;
  readonly #parts: StoredMessagesParts;
  /** Few, since attempts are made at the oldest. */
  readonly #attempts = new Map<number, Attempts>();

  constructor(parts: StoredMessagesParts) {
    this.#parts = parts;
    this.#journal = parts.journal;
  }

  /** Adds the newest message. `done` is called when it is synced, or with the reason why it is not there. */
  append(entry: Entry, done: (failure?: LinkError) => void): void {
    const { sequence, attempts } = entry;
    if (attempts !== untried) void this.note(sequence, attempts, { sync: false });
    const value = encodeMessage(sequence, entry);
    this.#journal.append({ type: 'put', key: keyOf('message', sequence), value }, done);
  }

  /** @returns when the store has forgotten it, or owes it */
  remove(sequence: number): Promise<void> {
    const changes: Change[] = [{ type: 'del', key: keyOf('message', sequence) }];
    if (this.#attempts.delete(sequence)) changes.push({ type: 'del', key: keyOf('attempt', sequence) });
    return this.#journal.amend(changes, { sync: false });
  }

  /** Notes what is known of the attempts to send a message. */
  note(sequence: number, attempts: Attempts, { sync }: { readonly sync: boolean }): Promise<void> {
    this.#attempts.set(sequence, attempts);
    const key = keyOf('attempt', sequence);
    return this.#journal.amend([{ type: 'put', key, value: encodeAttempts(sequence, attempts) }], { sync });
  }

  /**
   * The next messages behind a sequence.
   * @throws LinkError OUTBOX_FAILED
   */
  async readAfter(after: number, upTo: number, limit: number): Promise<readonly Entry[]> {
    const records = await this.#journal.read(rangeOf('message', { after, upTo, limit }));
    return records.flatMap((record) => this.#decode(record) ?? []);
  }

  /**
   * Takes in what an earlier process left.
   * @param whole so many of the first are decoded; of the others those alone of which memory has to know more than a size
   * @returns the last sequence
   */
  async load(read: RecordReader, whole: number, found: FoundMessages): Promise<number> {
    this.#attempts.clear();
    for await (const page of pagesOf('attempt', read)) {
      for (const [key, value] of page) {
        const sequence = sequenceOf(key);
        const attempts = decodeAttempts(sequence, value);
        if (attempts !== undefined) this.#attempts.set(sequence, attempts);
      }
    }
    const tried = new Set([...this.#attempts.keys()].map((sequence) => keyOf('message', sequence)));
    let [last, left] = [0, whole];
    for await (const page of pagesOf('message', read)) {
      this.#take(page, left, tried, found);
      last = sequenceOf(page.at(-1)?.[0] ?? keyOf('message', last));
      left -= page.length;
    }
    for (const orphan of tried) void this.remove(sequenceOf(orphan));
    return last;
  }

  /** Thousands may wait their turn: what is said of them is how many they are. */
  #take(page: readonly StoredRecord[], whole: number, tried: Set<string>, found: FoundMessages): void {
    let [left, size, bytes] = [whole, 0, 0];
    for (const record of page) {
      const isDue = left-- > 0;
      const isTried = tried.delete(record[0]);
      const outline = isDue || isTried ? undefined : outlineOf(record[1]);
      if (outline?.hasExtras === false) {
        size += 1;
        bytes += outline.topicBytes + outline.payloadBytes;
        continue;
      }
      // Those before it are told before it.
      found.others({ size, bytes }, sequenceOf(record[0]));
      [size, bytes] = [0, 0];
      const entry = this.#decode(record);
      if (entry !== undefined) found.entry(entry);
    }
    const [last] = page.at(-1) ?? [];
    if (last !== undefined) found.others({ size, bytes }, sequenceOf(last));
  }

  #decode([key, value]: StoredRecord): Entry | undefined {
    const sequence = sequenceOf(key);
    const record = decodeMessage(sequence, value);
    if (record === undefined) {
      this.#parts.onDamaged(sequence, value);
      return undefined;
    }
    const { message, acceptedAt, expiresAt } = record;
    const attempts = this.#attempts.get(sequence) ?? untried;
    return { sequence, message, size: sizeOf(message), stored: true, acceptedAt, expiresAt, attempts };
  }
}
