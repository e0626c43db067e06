import type { LinkError } from '../errors/link-error.js';
import type { Journal, RecordReader } from './journal.js';
import { keyOf, rangeOf, sequenceOf } from './keys.js';
import { sizeOf, untried, type Attempts, type Entry } from './message.js';
import { decodeAttempts, decodeMessage, encodeAttempts, encodeMessage } from './record.js';
import type { StoredRecord } from './store.js';

export interface StoredMessagesParts {
  readonly journal: Journal;
  readonly maxAgeMs: number;
  /** A record that is no message any more. */
  readonly onDamaged: (sequence: number, value: Buffer) => void;
}

const PAGE = 1_000;

/** The messages in the store, and what is known of the attempts to send them. */
export class StoredMessages {
  readonly #journal: Journal;
  readonly #parts: StoredMessagesParts;
  /** Attempts at messages that are not in memory: few, since attempts are made at the oldest. */
  readonly #attempts = new Map<number, Attempts>();
  /** The last sequence that is known to be in the store. */
  #committed = 0;

  constructor(parts: StoredMessagesParts) {
    this.#parts = parts;
    this.#journal = parts.journal;
  }

  /** Adds the newest message. `done` is called when it is synced, or with the reason why it is not there. */
  append(entry: Entry, done: (failure?: LinkError) => void): void {
    const { sequence, attempts } = entry;
    const key = keyOf('message', sequence);
    if (attempts !== untried) {
      this.#attempts.set(sequence, attempts);
      void this.note(sequence, attempts, { sync: false });
    }
    this.#journal.append({ type: 'put', key, value: encodeMessage(sequence, entry) }, (failure) => {
      if (failure === undefined) this.#committed = sequence;
      done(failure);
    });
  }

  /** @returns when the store has forgotten it, or owes it */
  remove(sequence: number): Promise<void> {
    this.#attempts.delete(sequence);
    return this.#journal.amend(
      [
        { type: 'del', key: keyOf('message', sequence) },
        { type: 'del', key: keyOf('attempt', sequence) },
      ],
      { sync: false },
    );
  }

  /** Notes what is known of the attempts to send a message. */
  note(sequence: number, attempts: Attempts, { sync }: { readonly sync: boolean }): Promise<void> {
    const key = keyOf('attempt', sequence);
    return this.#journal.amend([{ type: 'put', key, value: encodeAttempts(sequence, attempts) }], { sync });
  }

  /**
   * The next messages behind a sequence.
   * @throws LinkError OUTBOX_FAILED
   */
  async readAfter(after: number, limit: number): Promise<readonly Entry[]> {
    const range = rangeOf('message', { after, upTo: this.#committed, limit });
    return (await this.#journal.read(range)).flatMap((record) => this.#decode(record) ?? []);
  }

  /**
   * Takes in what an earlier process left.
   * @param take gets each message, in order
   * @returns the last sequence
   */
  async load(read: RecordReader, take: (entry: Entry) => void): Promise<number> {
    this.#attempts.clear();
    for await (const record of everyRecord(read, 'attempt')) {
      const sequence = sequenceOf(record[0]);
      const attempts = decodeAttempts(sequence, record[1]);
      if (attempts !== undefined) this.#attempts.set(sequence, attempts);
    }
    const orphans = new Set(this.#attempts.keys());
    let last = 0;
    for await (const record of everyRecord(read, 'message')) {
      last = sequenceOf(record[0]);
      orphans.delete(last);
      const entry = this.#decode(record);
      if (entry !== undefined) take(entry);
    }
    for (const sequence of orphans) void this.remove(sequence);
    this.#committed = last;
    return last;
  }

  #decode([key, value]: StoredRecord): Entry | undefined {
    const sequence = sequenceOf(key);
    const record = decodeMessage(sequence, value);
    if (record === undefined) {
      this.#parts.onDamaged(sequence, value);
      return undefined;
    }
    const { message, acceptedAt } = record;
    const expiresAt = Math.min(record.expiresAt ?? Infinity, acceptedAt + this.#parts.maxAgeMs);
    return {
      sequence,
      message,
      size: sizeOf(message),
      stored: true,
      acceptedAt,
      expiresAt: expiresAt < Infinity ? expiresAt : undefined,
      attempts: this.#attempts.get(sequence) ?? untried,
    };
  }
}

async function* everyRecord(read: RecordReader, kind: 'message' | 'attempt'): AsyncGenerator<StoredRecord> {
  for (let after = -1; ;) {
    const page = await read(rangeOf(kind, { after, limit: PAGE }));
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = sequenceOf(last[0]);
  }
}
