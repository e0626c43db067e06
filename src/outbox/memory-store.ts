import type { Change, KeyRange, Store, StoredRecord } from './store.js';

/** A store that outlives reconnects but not the process. */
export class MemoryStore implements Store {
  readonly #records = new Map<string, Buffer>();

  open(): Promise<void> {
    return Promise.resolve();
  }

  write(changes: readonly Change[]): Promise<void> {
    for (const change of changes) {
      if (change.type === 'put') this.#records.set(change.key, change.value);
      else this.#records.delete(change.key);
    }
    return Promise.resolve();
  }

  read({ gt, lt, limit }: KeyRange): Promise<readonly StoredRecord[]> {
    const found = [...this.#records].filter(([key]) => key > gt && key < lt);
    return Promise.resolve(found.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, limit));
  }

  /** Nothing outlives the process anyhow. */
  jot(): boolean {
    return true;
  }

  get jotted(): undefined {
    return undefined;
  }

  close(): Promise<void> {
    this.#records.clear();
    return Promise.resolve();
  }
}
