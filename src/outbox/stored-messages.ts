import type { LinkError } from '../errors/link-error.js';
import type { Amount } from './bounds.js';
import type { Journal, RecordReader } from './journal.js';
import { keyOf, pagesOf, rangeOf, sequenceOf } from './keys.js';
import { MarkWriter, readMark, type Mark } from './mark.js';
import { sizeOf, untried, type Attempts, type Entry } from './message.js';
import { waitingOf, type Reading, type Waiting } from './queue.js';
import { decodeJson, decodeMessage, encodeJson, encodeMessage, outlineOf } from './record.js';
import type { Change, StoredRecord } from './store.js';
import { Tally, toldBy, type Told } from './tally.js';

export interface StoredMessagesParts {
  readonly journal: Journal;
  /** A record that is no message any more. */
  readonly onDamaged: (sequence: number, value: Buffer) => void;
}

/** Who takes in what an earlier process left. */
export interface FoundMessages {
  /** A message; they come in order. */
  entry(entry: Entry): void;
  /** Messages that stay in the store for now, none of them behind the sequence `last`. */
  others(amount: Amount, last: number): void;
}

/** The messages in the store, and what is known of the attempts to send them. */
export class StoredMessages {
  readonly #journal: Journal;
  readonly #parts: StoredMessagesParts;
  readonly #tally = new Tally();
  /** The message that was noted last as one that need not be sent any more. */
  #checkedOff: { readonly sequence: number; removedAs: string | undefined } | undefined;
  readonly #mark = new MarkWriter();
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
    this.#journal.append({ type: 'put', key: keyOf('message', sequence), value }, (failure) => {
      if (failure === undefined) this.#tell(this.#tally.added(waitingOf(entry)));
      done(failure);
    });
  }

  /** @returns when the store has forgotten it, or owes it */
  remove(message: Waiting): Promise<void> {
    if (message.sequence === this.#checkedOff?.sequence)
      this.#checkedOff.removedAs = keyOf('message', message.sequence);
    return this.#forget(message.sequence, this.#tally.removed(message));
  }

  /** Notes at once that a message need not be sent any more; it is removed soon. @returns whether that is noted */
  checkOff(entry: Entry): boolean {
    const last = this.#checkedOff;
    // There is room for one: the last must be gone from the store.
    if (last !== undefined && (last.removedAs === undefined || this.#journal.owes(last.removedAs)))
      return false;
    if (!this.#journal.jot(this.#mark.of(entry))) return false;
    this.#checkedOff = { sequence: entry.sequence, removedAs: undefined };
    return true;
  }

  /** Whether an earlier process noted that a message need not be sent any more. */
  isCheckedOff({ sequence, acceptedAt }: Entry): boolean {
    const mark = this.#markOf();
    return mark?.sequence === sequence && mark.acceptedAt === acceptedAt;
  }

  /** Removes a record that is no message any more. */
  removeDamaged(sequence: number): void {
    void this.#forget(sequence, this.#tally.spoil());
  }

  /** Notes what is known of the attempts to send a message. */
  note(sequence: number, attempts: Attempts, { sync }: { readonly sync: boolean }): Promise<void> {
    this.#attempts.set(sequence, attempts);
    const key = keyOf('attempt', sequence);
    return this.#journal.amend([{ type: 'put', key, value: encodeJson(sequence, attempts) }], { sync });
  }

  /**
   * The next messages behind a sequence.
   * @throws LinkError OUTBOX_FAILED
   */
  async readAfter(after: number, upTo: number, limit: number): Promise<Reading> {
    const records = await this.#journal.read(rangeOf('message', { after, upTo, limit }));
    const entries = records.flatMap((record) => this.#decode(record) ?? []);
    return { entries, through: records.length < limit ? upTo : lastOf(records) };
  }

  /**
   * Takes in what an earlier process left.
   * @param whole so many of the first are decoded; of the others those alone of which memory has to know more than a size
   * @returns the last sequence
   */
  async load(read: RecordReader, whole: number, found: FoundMessages): Promise<number> {
    const tried = await this.#loadAttempts(read);
    const [tally] = await read(rangeOf('tally', { limit: 1 }));
    const told = tally && toldBy(tally);
    const first = await read(rangeOf('message', { limit: whole }));
    const used = told && first.length === whole && tellsTheRest(told, first, tried) ? told : undefined;
    this.#tally.begin(used);
    this.#checkedOff = undefined;
    if (used !== undefined) this.#takeTold(first, used, tried, found);
    else if (tally !== undefined) this.#tell([{ type: 'del', key: tally[0] }]);
    // What was checked off must never be taken for another message.
    let last = Math.max(told?.through ?? 0, this.#markOf()?.sequence ?? 0);
    let left = used === undefined ? whole : 0;
    for await (const page of pagesOf('message', read, used?.through)) {
      this.#take(page, left, tried, found);
      last = Math.max(last, lastOf(page));
      left -= page.length;
    }
    for (const orphan of tried) void this.#forget(sequenceOf(orphan), []);
    return last;
  }

  /** @returns the keys of the messages that were tried */
  async #loadAttempts(read: RecordReader): Promise<Set<string>> {
    this.#attempts.clear();
    for await (const page of pagesOf('attempt', read)) {
      for (const [key, value] of page) {
        const sequence = sequenceOf(key);
        const attempts = decodeJson(sequence, value) as Attempts | undefined;
        if (attempts !== undefined) this.#attempts.set(sequence, attempts);
      }
    }
    return new Set([...this.#attempts.keys()].map((sequence) => keyOf('message', sequence)));
  }

  /** What is told of need not be read, but for the first. */
  #takeTold(
    first: readonly StoredRecord[],
    { size, bytes, through }: Told,
    tried: Set<string>,
    found: FoundMessages,
  ): void {
    let others = bytes;
    for (const record of first) {
      tried.delete(record[0]);
      others -= outlineOf(record[1])?.size ?? 0;
      const entry = this.#decode(record);
      if (entry !== undefined) found.entry(entry);
    }
    found.others({ size: size - first.length, bytes: others }, through);
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
        bytes += outline.size;
        this.#tell(this.#tally.added({ sequence: sequenceOf(record[0]), size: outline.size }));
        continue;
      }
      // Those before it are told before it.
      if (size > 0) found.others({ size, bytes }, sequenceOf(record[0]) - 1);
      [size, bytes] = [0, 0];
      const entry = this.#decode(record);
      if (entry === undefined) continue;
      this.#tell(this.#tally.added(waitingOf(entry)));
      found.entry(entry);
    }
    if (size > 0) found.others({ size, bytes }, lastOf(page));
  }

  #markOf(): Mark | undefined {
    const { jotted } = this.#journal;
    return jotted && readMark(jotted);
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

  #forget(sequence: number, told: readonly Change[]): Promise<void> {
    const changes: Change[] = [{ type: 'del', key: keyOf('message', sequence) }, ...told];
    if (this.#attempts.delete(sequence)) changes.push({ type: 'del', key: keyOf('attempt', sequence) });
    return this.#journal.amend(changes, { sync: false });
  }

  #tell(changes: readonly Change[]): void {
    if (changes.length > 0) void this.#journal.amend(changes, { sync: false });
  }
}

/** Whether a tally says everything that memory has to know of the messages behind the first. */
function tellsTheRest(
  { size, extras, through }: Told,
  first: readonly StoredRecord[],
  tried: ReadonlySet<string>,
): boolean {
  const [from, to] = [keyOf('message', lastOf(first)), keyOf('message', through)];
  const isTold = extras === 0 && size >= first.length && from <= to;
  return isTold && [...tried].every((key) => key <= from || key > to);
}

/** @returns 0 where there are none */
function lastOf(records: readonly StoredRecord[]): number {
  const last = records.at(-1);
  return last === undefined ? 0 : sequenceOf(last[0]);
}
