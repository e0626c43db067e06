import type { Clock, TimerHandle } from '../clock/clock.js';
import { LinkError } from '../errors/link-error.js';
import { bringUpToDate } from './format.js';
import type { Change, KeyRange, Store, StoredRecord } from './store.js';

export interface JournalParts {
  readonly store: Store;
  readonly clock: Clock;
  /** Takes in what the store holds, at each opening before anything else is done with it. */
  readonly load: (read: RecordReader) => Promise<void>;
  /** The store can be used, now or again. */
  readonly onOpen: () => void;
  readonly onFailed: (error: LinkError) => void;
}

export type RecordReader = (range: KeyRange) => Promise<readonly StoredRecord[]>;

interface Append {
  /** undefined: only its turn is waited for. */
  readonly record: (Change & { readonly type: 'put' }) | undefined;
  readonly done: (error?: LinkError) => void;
}

/** Bounds what one commit holds in memory, and how long the first in it waits for the last. */
const COMMIT_RECORDS = 1_000;
const COMMIT_BYTES = 1_048_576;

/** After a failure the store is opened again, more and more seldom. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/**
 * Writes to a store that may fail and come back.
 *
 * One commit is under way at a time; whatever is asked for meanwhile goes into the next one, so that many publishers
 * share one fsync. After a failure nothing more is written to that opening of the store: LevelDB goes on appending
 * behind a record that was cut off, and what follows such a record in its block cannot be read again. The store is
 * closed and opened anew; what was appended and failed is taken back, what was amended and failed is still owed.
 */
export class Journal {
  readonly #parts: JournalParts;
  #appends: Append[] = [];
  /** Amendments by key that are not known to be in the store. They are what counts, over what is read from it. */
  readonly #amendments = new Map<string, Change>();
  #syncWanted = false;
  #waiting: (() => void)[] = [];
  #committing: Promise<void> | undefined;
  #opening: Promise<void> | undefined;
  #isOpen = false;
  #closed = false;
  #failure: LinkError | undefined;
  #retryMs = FIRST_RETRY_MS;
  #retry: TimerHandle;

  constructor(parts: JournalParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Why the store cannot be used at present. */
  get failure(): LinkError | undefined {
    return this.#failure;
  }

  /** Opens the store unless it is open. Resolves in any case; `isOpen` and `failure` tell how it went. */
  open(): Promise<void> {
    if (this.#isOpen || this.#closed) return Promise.resolve();
    if (this.#failure === undefined) this.#opening ??= this.#open();
    return this.#opening ?? Promise.resolve();
  }

  /** Whether a change of this record is not known to be in the store. */
  owes(key: string): boolean {
    return this.#amendments.has(key);
  }

  /** Keeps a few bytes past the end of this process, at once. @returns whether they are kept */
  jot(bytes: Buffer): boolean {
    return this.#isOpen && this.#parts.store.jot(bytes);
  }

  /** What an earlier process jotted down last. */
  get jotted(): Buffer | undefined {
    return this.#parts.store.jotted;
  }

  /** Adds a record. `done` is called when it is synced to the disk, or with the reason why it is not in the store. */
  append(record: NonNullable<Append['record']>, done: Append['done']): void {
    if (!this.#isOpen) {
      done(this.#failure ?? closedError());
      return;
    }
    this.#appends.push({ record, done });
    this.#commit();
  }

  /** Calls back when everything that was appended before is stored, or has failed. */
  afterAppends(done: Append['done']): void {
    if (!this.#isOpen) {
      done();
      return;
    }
    this.#appends.push({ record: undefined, done });
    this.#commit();
  }

  /** Takes back the oldest append that is not being written yet: it is done, with `why`. @returns whether there was one */
  withdrawOldest(why: LinkError): boolean {
    const oldest = this.#appends.shift();
    oldest?.done(why);
    return oldest !== undefined;
  }

  /**
   * Changes what is there. When the store fails it is owed, and written first when the store is back.
   * @returns when it was tried
   */
  amend(changes: readonly Change[], { sync }: { readonly sync: boolean }): Promise<void> {
    for (const change of changes) this.#amendments.set(change.key, change);
    if (!this.#isOpen) return Promise.resolve();
    this.#syncWanted ||= sync;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#commit();
    });
  }

  /**
   * Reads records as they will be once everything amended is written.
   * @throws LinkError OUTBOX_FAILED
   */
  async read(range: KeyRange): Promise<readonly StoredRecord[]> {
    if (!this.#isOpen) throw this.#failure ?? closedError();
    try {
      return await this.#readAmended(range);
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** Writes what is owed, if it can be written, and closes the store. It can be opened again. */
  async close(): Promise<void> {
    this.#parts.clock.clearTimeout(this.#retry);
    await this.#opening;
    // A last try for what is owed.
    if (this.#failure !== undefined && this.#amendments.size > 0) await this.#open();
    this.#parts.clock.clearTimeout(this.#retry);
    this.#closed = true;
    if (this.#isOpen && this.#amendments.size > 0) this.#commit();
    await this.#committing;
    this.#isOpen = false;
    this.#failure = undefined;
    this.#amendments.clear();
    await this.#parts.store.close();
    this.#closed = false;
  }

  async #open(): Promise<void> {
    const { store, load, onOpen } = this.#parts;
    try {
      await store.open();
      await bringUpToDate(store);
      if (this.#amendments.size > 0) await this.#writeAmendments();
      await load((range) => this.#readAmended(range));
      this.#isOpen = true;
      this.#failure = undefined;
      this.#retryMs = FIRST_RETRY_MS;
      onOpen();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#opening = undefined;
    }
  }

  #commit(): void {
    this.#committing ??= this.#commitAll();
  }

  async #commitAll(): Promise<void> {
    // Everything that is asked for in the same turn shares the commit.
    await Promise.resolve();
    while (this.#isOpen && (this.#appends.length > 0 || this.#waiting.length > 0)) {
      const appends = this.#nextAppends();
      const waiting = this.#waiting.splice(0);
      try {
        await this.#writeAmendments(appends);
      } catch (error) {
        const failure = this.#fail(error);
        // Whether they are in the log is not known: its last write may be there, whole.
        for (const { key } of recordsOf(appends)) this.#amendments.set(key, { type: 'del', key });
        for (const { record, done } of [...appends, ...this.#appends.splice(0)])
          done(record === undefined ? undefined : failure);
        for (const resolve of [...waiting, ...this.#waiting.splice(0)]) resolve();
        break;
      }
      for (const { done } of appends) done();
      for (const resolve of waiting) resolve();
    }
    this.#committing = undefined;
  }

  async #writeAmendments(appends: readonly Append[] = []): Promise<void> {
    const amendments = [...this.#amendments.values()];
    const records = recordsOf(appends);
    const sync = this.#syncWanted || records.length > 0;
    this.#syncWanted = false;
    if (amendments.length + records.length === 0) return;
    await this.#parts.store.write(amendments.length === 0 ? records : [...amendments, ...records], { sync });
    for (const change of amendments) {
      // It may have been amended again meanwhile.
      if (this.#amendments.get(change.key) === change) this.#amendments.delete(change.key);
    }
  }

  #nextAppends(): readonly Append[] {
    let bytes = 0;
    const end = this.#appends.findIndex(({ record }) => (bytes += record?.value.length ?? 0) > COMMIT_BYTES);
    return this.#appends.splice(0, Math.min(end < 0 ? Infinity : Math.max(end, 1), COMMIT_RECORDS));
  }

  async #readAmended(range: KeyRange): Promise<readonly StoredRecord[]> {
    const changed = [...this.#amendments.values()].filter(({ key }) => key > range.gt && key < range.lt);
    // As many more as may fall away.
    const stored = await this.#parts.store.read({ ...range, limit: range.limit + changed.length });
    if (changed.length === 0) return stored;
    const records = new Map(stored);
    for (const change of changed) {
      if (change.type === 'put') records.set(change.key, change.value);
      else records.delete(change.key);
    }
    return [...records].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, range.limit);
  }

  #fail(error: unknown): LinkError {
    const failure =
      error instanceof LinkError
        ? error
        : new LinkError('OUTBOX_FAILED', 'The outbox cannot be read.', { cause: error });
    if (this.#closed || this.#failure !== undefined) return failure;
    const { store, clock, onFailed } = this.#parts;
    this.#isOpen = false;
    this.#failure = failure;
    const closing = store.close().catch(() => undefined);
    this.#retry = clock.setTimeout(() => {
      this.#opening ??= closing.then(() => this.#open());
    }, this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
    onFailed(failure);
    return failure;
  }
}

function recordsOf(appends: readonly Append[]): readonly Change[] {
  const records: Change[] = [];
  for (const { record } of appends) if (record !== undefined) records.push(record);
  return records;
}

function closedError(): LinkError {
  return new LinkError('OUTBOX_FAILED', 'The outbox is closed.');
}
