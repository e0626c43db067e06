import { LinkError } from '../errors/link-error.js';
import { fromFormat1 } from './format-1.js';
import { keyOf, rangeOf } from './keys.js';
import type { Store } from './store.js';

/** What brings a store from one format to the next, in steps that may be broken off and begun again. */
export type Migration = (store: Store) => Promise<void>;

/** Format 2 had no tally. Without one an opening counts; but who knows nothing of it would not keep it right. */
const fromFormat2: Migration = () => Promise.resolve();

/** `migrations[0]` leads from format 1 to 2. */
const migrations: readonly Migration[] = [fromFormat1, fromFormat2];

/**
 * Makes sure that a store that was just opened is in the format of this version: a new one is marked, an older one is
 * brought up, step by step, each step marked when it is done.
 * @throws LinkError OUTBOX_FAILED for a format that this version does not know
 */
export async function bringUpToDate(store: Store, steps: readonly Migration[] = migrations): Promise<void> {
  const current = steps.length + 1;
  const [record] = await store.read(rangeOf('format', { limit: 1 }));
  if (record === undefined) {
    await mark(store, current);
    return;
  }
  const found = Number(record[1].toString());
  if (!(found >= 1 && found <= current)) {
    throw new LinkError(
      'OUTBOX_FAILED',
      `The outbox is in format ${record[1].toString()}; this version knows up to ${current}.`,
      {
        hint: 'A newer luat-link wrote it: use that one, or another outbox.directory. Nothing was changed.',
      },
    );
  }
  for (const [at, step] of steps.entries()) {
    if (at + 1 < found) continue;
    await step(store);
    await mark(store, at + 2);
  }
}

async function mark(store: Store, format: number): Promise<void> {
  await store.write([{ type: 'put', key: keyOf('format', 0), value: Buffer.from(String(format)) }], {
    sync: true,
  });
}
