import type { LinkError } from '../errors/link-error.js';
import type { Journal, RecordReader } from './journal.js';
import { keyOf, pagesOf, rangeOf, sequenceOf } from './keys.js';
import { sizeOf, untried, type Attempts, type Entry } from './message.js';
import type { Waiting } from './queue.js';
import { decodeAttempts, decodeMessage, encodeAttempts, encodeMessage, outlineOf } from './record.js';
import type { Change, StoredRecord } from './store.js';

export interface StoredMessagesParts {
  readonly journal: Journal;
  /** A record that is no message any more. */
  readonly onDamaged: (sequence: number, value: Buffer) => void;
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
   * @param whole so many of the first are decoded; of the others only those that are more than a size
   * @param take gets each message, in order
   * @returns the last sequence
   */
  async load(read: RecordReader, whole: number, take: (message: Entry | Waiting) => void): Promise<number> {
    this.#attempts.clear();
    for await (const page of pagesOf('attempt', read)) {
      for (const [key, value] of page) {
        const sequence = sequenceOf(key);
        const attempts = decodeAttempts(sequence, value);
        if (attempts !== undefined) this.#attempts.set(sequence, attempts);
      }
    }
    const orphans = new Set(this.#attempts.keys());
    let [last, count] = [0, 0];
    for await (const page of pagesOf('message', read)) {
      for (const record of page) {
        last = sequenceOf(record[0]);
        orphans.delete(last);
        const outline = count++ < whole ? undefined : this.#outline(last, record[1]);
        const message = outline ?? this.#decode(record);
        if (message !== undefined) take(message);
      }
    }
    for (const sequence of orphans) void this.remove(sequence);
    return last;
  }

  /**
   * What memory has to know of a message that is only waiting its turn: thousands may, and are not taken apart for it.
   * @returns undefined when that is not all
   */
  #outline(sequence: number, value: Buffer): Waiting | undefined {
    const outline = outlineOf(sequence, value);
    if (outline === undefined || outline.hasExtras || this.#attempts.has(sequence)) return undefined;
    const { qos, topicBytes, payloadBytes } = outline;
    return { sequence, stored: true, size: topicBytes + payloadBytes, payloadBytes, qos };
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
