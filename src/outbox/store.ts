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
 * Where the outbox keeps its records: an ordered map of keys to bytes. Everything rejects with a LinkError
 * OUTBOX_FAILED, and after a write that failed nothing but `close` is called.
 */
export interface Store {
  /** Before everything else. */
  open(): Promise<void>;
  /** All changes or none. With `sync` they are on the disk, past every cache, when it resolves. */
  write(changes: readonly Change[], options: { readonly sync: boolean }): Promise<void>;
  /** The records of a range, in the order of their keys. */
  read(range: KeyRange): Promise<readonly StoredRecord[]>;
  /** Lets everything go that it holds. */
  close(): Promise<void>;
}
