import { LinkError } from '../errors/link-error.js';
import type { Change, KeyRange, Store, StoredRecord } from '../outbox/store.js';

/** The disk under the outbox: it keeps what it has over every reopening, and can be full. */
export class BenchDisk implements Store {
  readonly #records = new Map<string, Buffer>();
  full = false;
  jotted: Buffer | undefined;
  #jotted: Buffer | undefined;

  open(): Promise<void> {
    this.jotted = this.#jotted;
    return Promise.resolve();
  }

  async write(changes: readonly Change[]): Promise<void> {
    await Promise.resolve();
    if (this.full) throw new LinkError('OUTBOX_FAILED', 'The disk of the bench is full.');
    for (const change of changes) {
      if (change.type === 'put') this.#records.set(change.key, change.value);
      else this.#records.delete(change.key);
    }
  }

  read({ gt, lt, limit }: KeyRange): Promise<readonly StoredRecord[]> {
    const found = [...this.#records].filter(([key]) => key > gt && key < lt);
    return Promise.resolve(found.sort(([one], [other]) => (one < other ? -1 : 1)).slice(0, limit));
  }

  jot(bytes: Buffer): boolean {
    this.#jotted = Buffer.from(bytes);
    return true;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
