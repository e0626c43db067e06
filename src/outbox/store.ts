/** One change of a store. */
export type Change =
  | { readonly type: 'put'; readonly key: string; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: string };

/** Keys after `gt` and before `lt`, in their order. */
export interface KeyRange {
  readonly gt: string;
  readonly lt: string;
  /** The most records that are read. */
  readonly limit: number;
}

/** A record as it was written. */
export type StoredRecord = readonly [key: string, value: Buffer];

/**
 * Where the outbox keeps its records: an ordered map of keys to bytes. What rejects does so with a LinkError
 * OUTBOX_FAILED, and after a write that failed nothing but `close` is called.
 */
export interface Store {
  /** Before everything else. */
  open(): Promise<void>;
  /** All changes or none. With `sync` they are on the disk, past every cache, when it resolves. */
  write(changes: readonly Change[], options: { readonly sync: boolean }): Promise<void>;
  /** The records of a range, in the order of their keys. */
  read(range: KeyRange): Promise<readonly StoredRecord[]>;
  /**
   * Keeps a few bytes, in place of those before, without anybody waiting for it: `jotted` of the next opening finds them
   * should the process die now. A power failure may take them.
   * @returns whether they are kept
   */
  jot(bytes: Buffer): boolean;
  /** What was jotted down before this opening. */
  readonly jotted: Buffer | undefined;
  /** Lets everything go that it holds. */
  close(): Promise<void>;
}
