import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock/virtual.js';
import { keyOf } from '../../src/outbox/keys.js';
import type { Outbox } from '../../src/outbox/outbox.js';
import { encodeJson, outlineOf } from '../../src/outbox/record.js';
import type { Change, KeyRange, Store, StoredRecord } from '../../src/outbox/store.js';
import { BenchDisk } from '../../src/testing/bench-disk.js';
import fc from '../support/fast-check.js';
import { makeOutbox, message, stopped, takeAll } from './support.js';

/** What one process sees of a disk, until it is killed. */
class Mount implements Store {
  readonly #disk: BenchDisk;
  records = 0;
  killed = false;

  constructor(disk: BenchDisk) {
    this.#disk = disk;
  }

  open(): Promise<void> {
    return this.#disk.open();
  }

  async write(changes: readonly Change[]): Promise<void> {
    if (this.killed) throw new Error('killed');
    await this.#disk.write(changes);
  }

  async read(range: KeyRange): Promise<readonly StoredRecord[]> {
    const records = await this.#disk.read(range);
    this.records += records.length;
    return records;
  }

  jot(bytes: Buffer): boolean {
    return this.#disk.jot(bytes);
  }

  get jotted(): Buffer | undefined {
    return this.#disk.jotted;
  }

  close(): Promise<void> {
    return this.#disk.close();
  }
}

const everything = { gt: 'message!', lt: 'message!~', limit: 1e9 };
const tallyKey = keyOf('tally', 0);

/** Counted one by one. */
async function inStore(disk: BenchDisk): Promise<{ waiting: number; bytes: number }> {
  const records = await disk.read(everything);
  const bytes = records.reduce((sum, [, value]) => sum + (outlineOf(value)?.size ?? 0), 0);
  return { waiting: records.length, bytes };
}

async function acceptMany(box: Outbox, from: number, count: number, more = {}): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, index) => box.accept(message(String(from + index), more))),
  );
}

async function opened(disk: BenchDisk): Promise<{ box: Outbox; mount: Mount }> {
  const mount = new Mount(disk);
  const box = makeOutbox({ store: mount });
  await box.open();
  return { box, mount };
}

describe('the tally', () => {
  test('opening thousands reads the first ones and the newest, and knows how many there are', async () => {
    const disk = new BenchDisk();
    const before = await opened(disk);
    for (let from = 0; from < 10_000; from += 250) await acceptMany(before.box, from, 250);
    const { waiting, bytes } = before.box.report();
    before.mount.killed = true;
    const { box, mount } = await opened(disk);
    expect(mount.records).toBeLessThan(1_500);
    expect(box.report()).toMatchObject({ waiting, bytes });
    await expect(takeAll(box)).resolves.toEqual(Array.from({ length: 10_000 }, (_, index) => String(index)));
    expect(box.report()).toMatchObject({ waiting: 0, bytes: 0 });
    await box.close(stopped);
    await expect(disk.read({ gt: 'tally!', lt: 'tally!~', limit: 1 })).resolves.toEqual([]);
  });

  test('keys are known again after an opening, so that the newest of one replaces the older', async () => {
    const disk = new BenchDisk();
    const before = await opened(disk);
    await acceptMany(before.box, 0, 1_200);
    await before.box.accept(message('old', { key: 'k' }));
    await acceptMany(before.box, 1_200, 1_000);
    before.mount.killed = true;
    const { box } = await opened(disk);
    await box.accept(message('new', { key: 'k' }));
    const all = await takeAll(box);
    expect(all).not.toContain('old');
    expect(all.at(-1)).toBe('new');
    expect(all).toHaveLength(2_201);
  });

  test.each([
    ['too many', { size: 1_900, bytes: 9_999, extras: 0, through: 1_500 }],
    ['too few', { size: 70, bytes: 70, extras: 0, through: 1_500 }],
    ['none', { size: 0, bytes: 0, extras: 0, through: 1_500 }],
    ['some that are long gone', { size: 5_000, bytes: 5_000, extras: 0, through: 9_000 }],
  ])(
    'told %s, as a disk that lost a part may tell: all are sent, and the figures are right then',
    async (_, told) => {
      const disk = new BenchDisk();
      const before = await opened(disk);
      await acceptMany(before.box, 0, 1_500);
      before.mount.killed = true;
      await disk.write([{ type: 'put', key: tallyKey, value: encodeJson(0, told) }]);
      const { box } = await opened(disk);
      await box.accept(message('1500'));
      const taken: string[] = [];
      let arrived: () => void = () => undefined;
      box.listen({ onArrival: () => arrived(), onEmpty: () => undefined });
      while (taken.length < 1_501) {
        const arrival = new Promise<void>((resolve) => (arrived = resolve));
        const entry = box.next();
        if (entry === undefined) await arrival;
        else {
          taken.push(entry.message.payload.toString());
          await box.delivered(entry);
        }
      }
      expect(taken).toEqual(Array.from({ length: 1_501 }, (__, index) => String(index)));
      expect(box.report()).toMatchObject({ waiting: 0, bytes: 0 });
      await box.close(stopped);
      await expect(inStore(disk)).resolves.toEqual({ waiting: 0, bytes: 0 });
    },
  );

  test('a tally that is damaged is no tally', async () => {
    const disk = new BenchDisk();
    const before = await opened(disk);
    await acceptMany(before.box, 0, 1_500);
    const { waiting, bytes } = before.box.report();
    before.mount.killed = true;
    await disk.write([{ type: 'put', key: tallyKey, value: Buffer.from('rubbish') }]);
    const { box } = await opened(disk);
    expect(box.report()).toMatchObject({ waiting, bytes });
  });

  test('after a damaged record among thousands the figures are right from the next opening on', async () => {
    const disk = new BenchDisk();
    const before = await opened(disk);
    await acceptMany(before.box, 0, 3_000);
    before.mount.killed = true;
    for (const at of [10, 500]) {
      await disk.write([{ type: 'put', key: keyOf('message', at), value: Buffer.from('rubbish') }]);
    }
    const { box, mount } = await opened(disk);
    for (let count = 0; count < 600; count++) {
      const entry = box.next();
      if (entry === undefined) await nextTurn();
      else await box.delivered(entry);
    }
    expect(box.report().deadLetters).toBe(2);
    await acceptMany(box, 3_000, 2_500);
    await nextTurn();
    mount.killed = true;
    const after = await opened(disk);
    expect(after.box.report()).toMatchObject(await inStore(disk));
  });

  test('what an opening says is what is there, whatever happened before', async () => {
    const action = fc.oneof(
      fc.record({
        kind: fc.constant('accept' as const),
        count: fc.constantFrom(1, 70, 400, 1_000, 1_300),
        key: fc.constantFrom(undefined, undefined, undefined, undefined, 'k', 'l'),
        ttlMs: fc.constantFrom(undefined, undefined, undefined, 1e9),
      }),
      fc.record({ kind: fc.constant('deliver' as const), count: fc.constantFrom(1, 70, 400, 1_300) }),
      fc.record({
        kind: fc.constantFrom('abort' as const, 'fail' as const, 'kill' as const, 'stop' as const),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 14 }), async (actions) => {
        const disk = new BenchDisk();
        let clock = new VirtualClock();
        let mount = new Mount(disk);
        let box = makeOutbox({ store: mount, clock });
        let accepted = 0;
        const reopen = async (): Promise<void> => {
          clock = new VirtualClock();
          mount = new Mount(disk);
          box = makeOutbox({ store: mount, clock });
          await box.open();
          expect(box.report()).toMatchObject(await inStore(disk));
        };
        for (const act of actions) {
          if (act.kind === 'accept') {
            const { count, key, ttlMs } = act;
            await acceptMany(box, accepted, count, {
              ...(key !== undefined && { key }),
              ...(ttlMs !== undefined && { ttlMs }),
            });
            accepted += count;
          } else if (act.kind === 'deliver') {
            for (let count = act.count; count > 0 && box.size > 0;) {
              const entry = box.next();
              if (entry === undefined) await nextTurn();
              else {
                count -= 1;
                await box.delivered(entry);
              }
            }
          } else if (act.kind === 'abort') {
            const abort = new AbortController();
            const publish = box.accept(message('aborted'), abort.signal);
            queueMicrotask(() => abort.abort());
            await publish.catch(() => undefined);
          } else if (act.kind === 'fail') {
            disk.full = true;
            await expect(box.accept(message('refused'))).rejects.toMatchObject({ code: 'OUTBOX_FAILED' });
            const held = box.next();
            if (held !== undefined) await box.delivered(held);
            disk.full = false;
            await clock.advance(120_000);
          } else if (act.kind === 'kill') {
            await nextTurn();
            mount.killed = true;
            await reopen();
          } else {
            await box.close(stopped);
            await reopen();
          }
        }
        await box.close(stopped);
        await reopen();
        const rest = box.size;
        await expect(takeAll(box)).resolves.toHaveLength(rest);
        expect(box.report()).toMatchObject({ waiting: 0, bytes: 0 });
      }),
      { numRuns: 30 },
    );
  });
});
