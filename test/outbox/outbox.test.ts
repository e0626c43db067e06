import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { VirtualClock } from '../../src/clock/virtual.js';
import { MemoryStore } from '../../src/outbox/memory-store.js';
import { end, makeOutbox, message, stopped, takeAll } from './support.js';

describe('the outbox', () => {
  test('gives messages out in the order of acceptance, whatever their QoS', async () => {
    const box = makeOutbox();
    for (let index = 0; index < 300; index++) {
      await box.accept(message(String(index), { qos: index % 3 === 0 ? 0 : 1 }));
    }
    await expect(takeAll(box)).resolves.toEqual(Array.from({ length: 300 }, (_, index) => String(index)));
  });

  test('publishers that do not wait for each other keep their order', async () => {
    const box = makeOutbox();
    const texts = Array.from({ length: 500 }, (_, index) => String(index));
    await Promise.all(texts.map((text) => box.accept(message(text))));
    await expect(takeAll(box)).resolves.toEqual(texts);
  });

  test('a message put back is the first again, and what is held is given to nobody else', async () => {
    const box = makeOutbox();
    await box.accept(message('a'));
    await box.accept(message('b'));
    const first = box.next();
    if (first === undefined) throw new Error('nothing waits');
    await box.hold(first);
    expect(box.next()?.message.payload.toString()).toBe('b');
    box.release(first, first.attempts);
    expect(box.next()?.message.payload.toString()).toBe('a');
  });

  test('refuses what is over its bounds by count or bytes, and says which', async () => {
    const box = makeOutbox({ limits: { maxMessages: 2 } });
    await box.accept(message('a'));
    await box.accept(message('b', { qos: 0 }));
    await expect(box.accept(message('c'))).rejects.toThrow(/2 messages/);
    const small = makeOutbox({ limits: { maxBytes: 3 } });
    await expect(small.accept(message('xyz'))).rejects.toMatchObject({ code: 'OUTBOX_FULL' });
  });

  test('what is still being written counts: publishers in a hurry get no more in than the bounds', async () => {
    const box = makeOutbox({ limits: { maxMessages: 5 } });
    const ends = await Promise.all(
      Array.from({ length: 9 }, (_, index) => end(box.accept(message(`${index}`)))),
    );
    expect(ends.filter((one) => one === 'OUTBOX_FULL')).toHaveLength(4);
    expect(box.size).toBe(5);
  });

  test('drops the oldest when told so, counted and told, but never the one that is handed over', async () => {
    const box = makeOutbox({ limits: { maxMessages: 2, overflow: 'drop-oldest' } });
    const first = await box.accept(message('a'));
    const second = await box.accept(message('b'));
    const inFlight = box.next();
    if (inFlight === undefined) throw new Error('nothing waits');
    await box.hold(inFlight);
    await box.accept(message('c'));
    await expect(end(second.delivered)).resolves.toBe('OUTBOX_FULL');
    await box.delivered(inFlight);
    await expect(end(first.delivered)).resolves.toBe('delivered');
    expect(box.report()).toMatchObject({ dropped: 1, waiting: 1 });
  });

  test('drop-oldest keeps the newest of many more than memory holds', async () => {
    const box = makeOutbox({ limits: { maxMessages: 150, overflow: 'drop-oldest' } });
    for (let index = 0; index < 1_000; index++) await box.accept(message(String(index)));
    const kept = await takeAll(box);
    expect(kept).toEqual(Array.from({ length: 150 }, (_, index) => String(850 + index)));
    expect(box.report().dropped).toBe(850);
  });

  test('keeps only the newest of a key', async () => {
    const box = makeOutbox();
    for (let index = 0; index < 200; index++) await box.accept(message(`${index}`));
    const old = await box.accept(message('old', { key: 'k' }));
    await box.accept(message('other', { key: 'l' }));
    await box.accept(message('new', { key: 'k' }));
    await expect(end(old.delivered)).resolves.toBe('REPLACED');
    expect((await takeAll(box)).slice(200)).toEqual(['other', 'new']);
  });

  test('one that is handed over while a newer one of its key comes goes no second time', async () => {
    const box = makeOutbox();
    const old = await box.accept(message('old', { key: 'k' }));
    const entry = box.next();
    if (entry === undefined) throw new Error('nothing waits');
    await box.hold(entry);
    await box.accept(message('new', { key: 'k' }));
    box.release(entry, { handedOver: 1, refusals: 0, maybeSent: true });
    await expect(end(old.delivered)).resolves.toBe('REPLACED');
    await expect(takeAll(box)).resolves.toEqual(['new']);
  });

  test('gives up what waited longer than its ttl the moment it does, and tells why', async () => {
    const clock = new VirtualClock();
    const box = makeOutbox({ clock });
    const brief = await box.accept(message('1', { ttlMs: 100 }));
    const lasting = await box.accept(message('2'));
    let ended = '';
    void end(brief.delivered).then((how) => (ended = how));
    await clock.advance(99);
    expect(ended).toBe('');
    await clock.advance(1);
    expect(ended).toBe('EXPIRED');
    expect(box.report()).toMatchObject({ waiting: 1, expired: 1 });
    await takeAll(box);
    await expect(end(lasting.delivered)).resolves.toBe('delivered');
    expect(clock.armed).toBe(0);
  });

  test('no message waits longer than maxAgeMs, and a step of the wall clock expires nothing', async () => {
    const clock = new VirtualClock();
    const box = makeOutbox({ clock, limits: { maxAgeMs: 1_000 } });
    const receipt = await box.accept(message('1', { ttlMs: 60_000 }));
    clock.stepWallTime(50 * 365 * 86_400_000);
    await clock.advance(900);
    expect(box.size).toBe(1);
    await clock.advance(200);
    await expect(end(receipt.delivered)).resolves.toBe('EXPIRED');
  });

  test('an aborted publish is not delivered, at whichever moment it is aborted', async () => {
    const store = new MemoryStore();
    const write = store.write.bind(store);
    const abort = new AbortController();
    let aborts = 0;
    store.write = async (changes) => {
      await write(changes);
      if (
        changes.some(({ type }) => type === 'put') &&
        changes.some(({ key }) => key.startsWith('message!'))
      ) {
        aborts += 1;
        abort.abort(new Error('changed my mind'));
      }
    };
    const box = makeOutbox({ store });
    await expect(box.accept(message('a'), AbortSignal.abort(new Error('early')))).rejects.toThrow('early');
    await expect(box.accept(message('b'), abort.signal)).rejects.toThrow('changed my mind');
    expect(aborts).toBe(1);
    expect(box.size).toBe(0);
    await box.close(stopped);
  });

  test('settles every accepted message once and keeps its counts, whatever happens', async () => {
    const action = fc.oneof(
      fc.record({
        kind: fc.constant('accept' as const),
        key: fc.option(fc.constantFrom('k', 'l')),
        qos: fc.constantFrom(0 as const, 1 as const),
        size: fc.nat(400),
      }),
      fc.record({ kind: fc.constantFrom('settle' as const, 'back' as const, 'time' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 60 }),
        fc.constantFrom('reject' as const, 'drop-oldest' as const),
        async (actions, overflow) => {
          const clock = new VirtualClock();
          const box = makeOutbox({ clock, limits: { maxMessages: 3, maxBytes: 1_000, overflow } });
          const ends: Promise<string>[] = [];
          for (const act of actions) {
            if (act.kind === 'accept') {
              const { key, qos } = act;
              const made = message('x'.repeat(act.size), { ttlMs: 50, qos, ...(key !== null && { key }) });
              const receipt = await box.accept(made).catch((error: unknown) => error as Error);
              if (receipt instanceof Error) expect(receipt).toMatchObject({ code: 'OUTBOX_FULL' });
              else ends.push(end(receipt.delivered));
            } else if (act.kind === 'time') await clock.advance(30);
            else {
              const entry = box.next();
              if (entry === undefined) continue;
              await box.hold(entry);
              if (act.kind === 'settle') await box.delivered(entry);
              else box.release(entry, entry.attempts);
            }
            expect(box.report().waiting).toBeLessThanOrEqual(3);
            expect(box.report().bytes).toBeLessThanOrEqual(1_000);
          }
          await takeAll(box);
          expect(box.report()).toMatchObject({ waiting: 0, bytes: 0 });
          await box.close(stopped);
          expect(clock.armed).toBe(0);
          for (const how of await Promise.all(ends)) {
            expect(['delivered', 'REPLACED', 'EXPIRED', 'OUTBOX_FULL']).toContain(how);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('receipts', () => {
  test('looked at after the end they tell it all the same', async () => {
    const box = makeOutbox();
    const good = await box.accept(message('a'));
    const bad = await box.accept(message('b'));
    const [first] = [box.next()];
    if (first !== undefined) await box.delivered(first);
    await box.close(stopped);
    await expect(end(good.delivered)).resolves.toBe('delivered');
    await expect(bad.delivered).rejects.toMatchObject({ code: 'STOPPED', message: /kept on the disk/ });
  });
});
