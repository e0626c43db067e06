import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock/virtual.js';
import { LinkError } from '../../src/errors/link-error.js';
import { Delivery } from '../../src/outbox/delivery.js';
import { MemoryStore } from '../../src/outbox/memory-store.js';
import type { Change, KeyRange, Store, StoredRecord } from '../../src/outbox/store.js';
import { end, makeOutbox, message, stopped, takeAll } from './support.js';

/** A disk that fails at a chosen call. A write that fails may leave everything it wrote, or nothing. */
class FailingDisk implements Store {
  readonly #disk: MemoryStore;
  readonly #fails: (call: number) => 'before' | 'after' | undefined;
  calls = 0;
  jotted: Buffer | undefined;

  constructor(disk: MemoryStore, fails: (call: number) => 'before' | 'after' | undefined) {
    this.#disk = disk;
    this.#fails = fails;
  }

  open(): Promise<void> {
    return this.#call(() => this.#disk.open());
  }

  write(changes: readonly Change[]): Promise<void> {
    return this.#call(() => this.#disk.write(changes));
  }

  read(range: KeyRange): Promise<readonly StoredRecord[]> {
    return this.#call(() => this.#disk.read(range));
  }

  jot(bytes: Buffer): boolean {
    this.calls += 1;
    const fails = this.#fails(this.calls);
    if (fails !== 'before') this.jotted = bytes;
    return fails === undefined;
  }

  /** What is on a disk stays there. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    this.calls += 1;
    const fails = this.#fails(this.calls);
    if (fails === 'before') throw new LinkError('OUTBOX_FAILED', 'No space left on device');
    const result = await work();
    if (fails === 'after') throw new LinkError('OUTBOX_FAILED', 'Input/output error');
    return result;
  }
}

/** Accepts ten messages and delivers what it can, on a disk that fails; then lets the disk be well again. */
async function live(fails: (call: number) => 'before' | 'after' | undefined) {
  const disk = new MemoryStore();
  const clock = new VirtualClock();
  let well = false;
  const failing = new FailingDisk(disk, (call) => (well ? undefined : fails(call)));
  const box = makeOutbox({ store: failing, clock });
  const arrived: string[] = [];
  const delivery = new Delivery(box);
  delivery.open({
    publish: ({ payload }, done) => {
      arrived.push(payload.toString());
      done({ kind: 'acknowledged' });
      return { cancel: () => undefined };
    },
  });
  const accepted: string[] = [];
  const refused: string[] = [];
  for (let index = 0; index < 10; index++) {
    const how = await end(box.accept(message(String(index))));
    if (how === 'delivered') accepted.push(String(index));
    else refused.push(how);
    await nextTurn();
  }
  well = true;
  await clock.advance(120_000);
  const last = await end(box.accept(message('last')));
  await clock.advance(1_000);
  const { failure, waiting } = box.report();
  await box.close(stopped);
  const left = makeOutbox({ store: disk });
  await left.open();
  return { calls: failing.calls, accepted, refused, arrived, last, failure, waiting, left: left.size };
}

describe('a disk that fails', () => {
  test.each(['before', 'after'] as const)(
    'at any single call, failing %s the change is made: typed errors, nothing lost, nothing twice, and it recovers',
    async (moment) => {
      const { calls } = await live(() => undefined);
      expect(calls).toBeGreaterThan(20);
      for (let at = 1; at <= calls; at++) {
        const { accepted, refused, arrived, last, failure, waiting, left } = await live((call) =>
          call === at ? moment : undefined,
        );
        expect({ at, arrived }).toEqual({ at, arrived: [...accepted, 'last'] });
        expect(refused.filter((code) => code !== 'OUTBOX_FAILED')).toEqual([]);
        expect({ at, last, failure, waiting, left }).toEqual({
          at,
          last: 'delivered',
          failure: undefined,
          waiting: 0,
          left: 0,
        });
      }
    },
  );

  test('for good from any call on, and then well again: the same', async () => {
    const { calls } = await live(() => undefined);
    for (let from = 1; from <= calls; from++) {
      const { accepted, arrived, last, left } = await live((call) => (call >= from ? 'before' : undefined));
      expect({ from, arrived, last, left }).toEqual({
        from,
        arrived: [...accepted, 'last'],
        last: 'delivered',
        left: 0,
      });
    }
  });

  test('QoS 0 goes on in memory', async () => {
    const box = makeOutbox({ store: new FailingDisk(new MemoryStore(), () => 'before') });
    await expect(box.accept(message('a'))).rejects.toMatchObject({ code: 'OUTBOX_FAILED', retryable: true });
    await box.accept(message('b', { qos: 0 }));
    await expect(takeAll(box)).resolves.toEqual(['b']);
    await box.close(stopped);
  });
});
