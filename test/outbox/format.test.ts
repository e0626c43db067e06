import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { bringUpToDate, type Migration } from '../../src/outbox/format.js';
import { keyOf } from '../../src/outbox/keys.js';
import { LevelStore } from '../../src/outbox/level-store.js';
import { MemoryStore } from '../../src/outbox/memory-store.js';
import type { Store } from '../../src/outbox/store.js';
import { makeOutbox, stopped, takeAll } from './support.js';

/** Directories as each format was written. */
const written = (format: number): string =>
  fileURLToPath(new URL(`../fixtures/outbox-format-${format}`, import.meta.url));

async function contents(store: Store): Promise<Record<string, string>> {
  const records = await store.read({ gt: '', lt: '~', limit: 100 });
  return Object.fromEntries(records.map(([key, value]) => [key, value.toString('latin1')]));
}

const put = (key: string, value: string | Buffer) =>
  ({ type: 'put', key, value: Buffer.from(value as string) }) as const;

describe('the format of the outbox', () => {
  test.each([1, 2, 3])(
    'a directory of format %i, as it was written then, opens with everything in it',
    async (format) => {
      const folder = mkdtempSync(join(tmpdir(), 'luat-link-format-'));
      cpSync(written(format), folder, { recursive: true });
      const box = makeOutbox({ store: new LevelStore(folder) });
      await box.open();
      expect(box.report()).toMatchObject({ waiting: 3, deadLetters: 1 });
      expect(box.next()).toMatchObject({
        message: { topic: 'meter/1', qos: 1, retain: true, key: 'k' },
        attempts: { handedOver: 1, refusals: 0, maybeSent: true },
      });
      await expect(takeAll(box)).resolves.toEqual(['first', 'second', '\u0000\r\n"']);
      await expect(box.deadLetters.list()).resolves.toMatchObject([
        { topic: 'meter/1', reason: 'Refused with ERROR.' },
      ]);
      await box.close(stopped);
      rmSync(folder, { recursive: true });
    },
  );

  test('from format 1: broken off at any write and begun again, it ends the same, damaged records too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'luat-link-format-'));
    cpSync(written(1), folder, { recursive: true });
    const old = new LevelStore(folder);
    await old.open();
    const records = await old.read({ gt: '', lt: '~', limit: 100 });
    await old.close();
    rmSync(folder, { recursive: true });
    const damaged = keyOf('message', 99);
    const migrate = async (breaksAt: number): Promise<Record<string, string>> => {
      const store = new MemoryStore();
      await store.write([
        ...records.map(([key, value]) => put(key, Buffer.from(value))),
        put(damaged, 'rubbish'),
      ]);
      const write = store.write.bind(store);
      let writes = 0;
      store.write = async (changes) => {
        writes += 1;
        if (writes === breaksAt) throw new Error('power failure');
        await write(changes);
      };
      await bringUpToDate(store).catch(() => undefined);
      await bringUpToDate(store);
      return contents(store);
    };
    const whole = await migrate(0);
    expect(whole).toMatchObject({ [keyOf('format', 0)]: '3', [damaged]: 'rubbish' });
    for (let at = 1; at <= 4; at++) expect(await migrate(at)).toEqual(whole);
  });

  test('an older one is brought up step by step, from wherever it was broken off, and nothing is lost', async () => {
    const store = new MemoryStore();
    await store.write([put(keyOf('format', 0), '1'), put('message!1', 'a'), put('message!2', 'b')]);
    let broken = true;
    /** Both may be broken off in the middle and begun again. */
    const steps: Migration[] = [
      async (old) => {
        for (const [key, value] of await old.read({ gt: 'message!', lt: 'message!~', limit: 10 })) {
          if (broken && key === 'message!2') throw new Error('power failure');
          if (!value.toString().endsWith('2'))
            await old.write([put(key, `${value.toString()}2`)], { sync: true });
        }
      },
      (old) => old.write([put('extra!1', '3')], { sync: true }),
    ];
    await expect(bringUpToDate(store, steps)).rejects.toThrow('power failure');
    expect(await contents(store)).toMatchObject({ [keyOf('format', 0)]: '1' });
    broken = false;
    await bringUpToDate(store, steps);
    const expected = { [keyOf('format', 0)]: '3', 'message!1': 'a2', 'message!2': 'b2', 'extra!1': '3' };
    expect(await contents(store)).toEqual(expected);
    await bringUpToDate(store, steps);
    expect(await contents(store)).toEqual(expected);
  });

  test('a newer one is refused, and nothing in it is touched', async () => {
    const store = new MemoryStore();
    // What is on a disk stays there.
    store.close = () => Promise.resolve();
    await store.write([put(keyOf('format', 0), '99'), put('message!1', 'of the future')]);
    const before = await contents(store);
    const box = makeOutbox({ store });
    await box.open();
    expect(box.report().failure).toMatchObject({
      code: 'OUTBOX_FAILED',
      message: expect.stringContaining('format 99'),
      hint: expect.stringContaining('newer luat-link'),
    });
    expect(await contents(store)).toEqual(before);
  });
});
