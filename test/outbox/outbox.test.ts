import { describe, expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import { VirtualClock } from '../../src/clock/virtual.js';
import { LinkError } from '../../src/errors/link-error.js';
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

  test('drop-oldest with publishers in a hurry: the newest stay, and every other one is told, by a typed error', async () => {
    const store = new MemoryStore();
    const write = store.write.bind(store);
    let stored = 0;
    store.write = (changes) => {
      stored += changes.filter(({ type, key }) => type === 'put' && key.startsWith('message!')).length;
      return write(changes);
    };
    const box = makeOutbox({ store, limits: { maxMessages: 5, overflow: 'drop-oldest' } });
    for (const text of ['early', 'earlier']) await box.accept(message(text));
    /** Accepted and later dropped, or dropped before it was stored: both are told. */
    const settled: string[] = [];
    const publish = async (text: string, qos: 0 | 1): Promise<void> => {
      const how = await end(box.accept(message(text, { qos })).then(({ delivered }) => delivered));
      settled.push(`${text} ${how}`);
    };
    const all = Array.from({ length: 300 }, (_, index) => publish(String(index), index % 7 === 0 ? 0 : 1));
    await box.accept(message('last'));
    // What would be dropped at once is not stored, nor does it pile up in memory.
    expect(stored).toBeLessThanOrEqual(2 + 5);
    const kept = await takeAll(box);
    await Promise.all(all);
    expect(kept).toEqual(['296', '297', '298', '299', 'last']);
    expect(settled).toHaveLength(300);
    expect(settled.filter((how) => !how.endsWith(' OUTBOX_FULL'))).toEqual(
      ['296', '297', '298', '299'].map((text) => `${text} delivered`),
    );
    expect(box.report()).toMatchObject({ dropped: 298, waiting: 0, bytes: 0 });
  });

  test('drop-oldest with several publishers at a time that each wait for their own keeps within the bounds', async () => {
    const box = makeOutbox({ limits: { maxMessages: 70, overflow: 'drop-oldest' } });
    const ends: Promise<string>[] = [];
    let most = 0;
    const publisher = async (name: string): Promise<void> => {
      for (let index = 0; index < 100; index++) {
        const { delivered } = await box.accept(message(`${name}${index}`, { topic: name }));
        most = Math.max(most, box.size);
        ends.push(end(delivered));
      }
    };
    await Promise.all(['a', 'b', 'c'].map(publisher));
    // What shares a commit is let in together, and the oldest goes at once.
    expect(most).toBeLessThanOrEqual(70 + 3);
    const kept = await takeAll(box);
    expect(kept).toHaveLength(70);
    for (const name of ['a', 'b', 'c']) {
      const numbers = kept.filter((text) => text.startsWith(name)).map((text) => Number(text.slice(1)));
      expect(numbers).toEqual(numbers.map((_, at) => 100 - numbers.length + at));
    }
    const all = await Promise.all(ends);
    expect(all.filter((how) => how === 'OUTBOX_FULL')).toHaveLength(230);
    expect(all.filter((how) => how === 'delivered')).toHaveLength(70);
  });

  test('reject loses nothing accepted when dead letters come back into a full outbox', async () => {
    const box = makeOutbox({ limits: { maxMessages: 2 } });
    await box.accept(message('dead'));
    const entry = box.next();
    if (entry !== undefined) box.bury(entry, stopped);
    await box.accept(message('a'));
    await box.accept(message('b'));
    await box.deadLetters.retry();
    await expect(takeAll(box)).resolves.toEqual(['a', 'b', 'dead']);
  });

  test('QoS 0 does not overtake what was published before it to its topic and is still being stored', async () => {
    const box = makeOutbox();
    const order: string[] = [];
    const publish = (text: string, topic: string, qos: 0 | 1): Promise<unknown> =>
      box.accept(message(text, { topic, qos })).then(() => order.push(text));
    await box.open();
    const all = [
      publish('a1', 'a', 1),
      publish('a2', 'a', 0),
      publish('b1', 'b', 0),
      publish('a3', 'a', 1),
      publish('a4', 'a', 0),
      publish('a5', 'a', 0),
    ];
    // Nobody of its own topic is before it.
    expect(box.next()?.message.payload.toString()).toBe('b1');
    await Promise.all(all);
    expect(order.filter((text) => text.startsWith('a'))).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
    await expect(takeAll(box)).resolves.toEqual(['a1', 'a2', 'b1', 'a3', 'a4', 'a5']);
  });

  test('QoS 0 is accepted all the same when those before it cannot be stored', async () => {
    const store = new MemoryStore();
    const box = makeOutbox({ store });
    await box.open();
    store.write = () => Promise.reject(new LinkError('OUTBOX_FAILED', 'no space'));
    const [first, second] = [box.accept(message('1')), box.accept(message('2', { qos: 0 }))];
    await expect(first).rejects.toMatchObject({ code: 'OUTBOX_FAILED' });
    await second;
    expect(box.next()?.message.payload.toString()).toBe('2');
    await box.close(stopped);
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

  test('maxAgeMs ends those that lie in the store alone too, and the timer ends with them', async () => {
    const clock = new VirtualClock();
    const box = makeOutbox({ clock, limits: { maxAgeMs: 1_000 } });
    const ends: Promise<string>[] = [];
    for (let index = 0; index < 300; index++) ends.push(end((await box.accept(message('x'))).delivered));
    await clock.advance(500);
    await box.accept(message('younger'));
    await clock.advance(500);
    await expect(Promise.all(ends)).resolves.toEqual(ends.map(() => 'EXPIRED'));
    expect(box.report()).toMatchObject({ waiting: 1, expired: 300 });
    await clock.advance(500);
    expect(box.report()).toMatchObject({ waiting: 0, expired: 301 });
    expect(clock.armed).toBe(0);
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
    // Nor by the next process.
    await box.accept(message('c'));
    const left = await store.read({ gt: 'message!', lt: 'message!~', limit: 10 });
    expect(left).toHaveLength(1);
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

  test('each of many tells its own end, looked at before or after it', async () => {
    const box = makeOutbox();
    const receipts = await Promise.all(
      Array.from({ length: 600 }, (_, index) => box.accept(message(String(index)))),
    );
    const early = receipts.map(({ delivered }, index) => (index % 2 === 0 ? end(delivered) : undefined));
    for (let index = 0; index < 550; index++) {
      let entry = box.next();
      while (entry === undefined) {
        await new Promise<void>((resolve) => box.listen({ onArrival: resolve, onEmpty: () => undefined }));
        entry = box.next();
      }
      if (index % 3 === 0) box.giveUp(entry, new LinkError('PUBLISH_FAILED', 'no'));
      else await box.delivered(entry);
    }
    await box.close(stopped);
    const ends = await Promise.all(receipts.map(({ delivered }, index) => early[index] ?? end(delivered)));
    expect(ends).toEqual(
      receipts.map((_, index) =>
        index >= 550 ? 'STOPPED' : index % 3 === 0 ? 'PUBLISH_FAILED' : 'delivered',
      ),
    );
  });
});
