import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock/virtual.js';
import { LevelStore } from '../../src/outbox/level-store.js';
import type { Outbox } from '../../src/outbox/outbox.js';
import { makeOutbox, message, stopped, takeAll, type BoxOptions } from './support.js';

describe('an outbox on the disk', () => {
  let folder: string;
  let open: Outbox[];
  const directory = (): string => join(folder, 'outbox');
  const box = (options: BoxOptions = {}): Outbox => {
    const made = makeOutbox({ store: new LevelStore(directory()), ...options });
    open.push(made);
    return made;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'luat-link-outbox-'));
    open = [];
  });
  afterEach(async () => {
    for (const one of open) await one.close(stopped);
    rmSync(folder, { recursive: true, force: true });
  });

  test('keeps what was accepted across a stop, in order, with everything that belongs to it', async () => {
    const first = box();
    const payload = Buffer.from([0, 255, 13, 10, 34]);
    await first.accept({ topic: 'täg', payload, qos: 2, retain: true, key: 'k' });
    for (let index = 0; index < 200; index++) await first.accept(message(String(index)));
    const { waiting, bytes } = first.report();
    await first.close(stopped);
    const second = box();
    await second.open();
    expect(second.report()).toMatchObject({ waiting, bytes });
    expect(waiting).toBe(201);
    const [head] = [second.next()];
    expect(head?.message).toEqual({ topic: 'täg', payload, qos: 2, retain: true, key: 'k' });
    if (head !== undefined) await second.delivered(head);
    await second.accept(message('200'));
    await expect(takeAll(second)).resolves.toEqual(Array.from({ length: 201 }, (_, index) => String(index)));
  });

  test('what was delivered is gone; QoS 0 waits in memory, or on the disk when told so', async () => {
    const first = box();
    await first.accept(message('delivered'));
    await first.accept(message('volatile', { qos: 0 }));
    const [head] = [first.next()];
    if (head !== undefined) await first.delivered(head);
    await first.close(stopped);
    const second = box({ limits: { qos0: 'disk' } });
    await second.open();
    expect(second.size).toBe(0);
    await second.accept(message('kept', { qos: 0 }));
    await second.close(stopped);
    const third = box();
    await third.open();
    await expect(takeAll(third)).resolves.toEqual(['kept']);
  });

  test.each([
    ['text', Buffer.from('this is not it')],
    ['sixteen letters', Buffer.from('rubbish, rubbish')],
    ['no number', Buffer.alloc(16, 0xff)],
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(16)],
  ])(
    '%s where the acknowledged message is named: nothing is lost, and messages go on',
    async (_, rubbish) => {
      const first = box();
      await first.accept(message('a'));
      await first.close(stopped);
      writeFileSync(join(directory(), 'acknowledged'), rubbish);
      const second = box();
      for (const text of ['b', 'c']) await second.accept(message(text));
      await second.close(stopped);
      const third = box();
      await third.open();
      await expect(takeAll(third)).resolves.toEqual(['a', 'b', 'c']);
    },
  );

  test('is its owner’s alone', async () => {
    await box().open();
    expect(statSync(directory()).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory(), 'messages')).mode & 0o777).toBe(0o700);
  });

  test('in use by another, it says so, says what to do, and takes over by itself when the other is gone', async () => {
    const first = box();
    await first.accept(message('theirs'));
    const clock = new VirtualClock();
    const second = box({ clock });
    await expect(second.accept(message('mine'))).rejects.toMatchObject({
      code: 'OUTBOX_FAILED',
      message: expect.stringContaining(directory()),
      hint: expect.stringMatching(/Stop the other/),
    });
    expect(second.report().failure).toMatchObject({ code: 'OUTBOX_FAILED' });
    await first.close(stopped);
    await clock.advance(1_000);
    await second.open();
    expect(second.report().failure).toBeUndefined();
    await expect(takeAll(second)).resolves.toEqual(['theirs']);
  });

  test('what was being handed over when the process died is known to be in doubt', async () => {
    const first = box();
    for (const text of ['a', 'b', 'c']) await first.accept(message(text));
    const [head] = [first.next()];
    if (head !== undefined) await first.hold(head);
    await first.close(stopped);
    const second = box();
    await second.open();
    expect(second.next()?.attempts).toEqual({ handedOver: 1, refusals: 0, maybeSent: true });
    if (head !== undefined) second.giveUp(head, stopped);
    expect(second.next()?.attempts).toEqual({ handedOver: 0, refusals: 0, maybeSent: false });
  });

  test('QoS 0 on the disk that may have been sent is not sent again', async () => {
    const first = box({ limits: { qos0: 'disk' } });
    await first.accept(message('a', { qos: 0 }));
    const [head] = [first.next()];
    if (head !== undefined) await first.hold(head);
    await first.close(stopped);
    const second = box();
    await second.open();
    expect(second.size).toBe(0);
  });

  test('a crash between a newer message of a key and the end of the older leaves the newer', async () => {
    const store = new LevelStore(directory());
    const first = box({ store });
    await first.accept(message('old', { key: 'k' }));
    await first.accept(message('x'));
    // The next write is the new message; the one after it would have taken the old one away.
    const write = store.write.bind(store);
    let writes = 0;
    store.write = async (changes, options) => {
      writes += 1;
      if (writes > 1) throw new Error('power failure');
      await write(changes, options);
    };
    await first.accept(message('new', { key: 'k' }));
    await first.close(stopped);
    const second = box();
    await second.open();
    await expect(takeAll(second)).resolves.toEqual(['x', 'new']);
  });

  test('dead letters stay across restarts until they are retried or purged', async () => {
    const first = box();
    for (const text of ['a', 'b', 'c']) {
      await first.accept(message(text));
      const [entry] = [first.next()];
      if (entry === undefined) throw new Error('nothing waits');
      entry.attempts = { handedOver: 3, refusals: 3, maybeSent: false };
      first.bury(entry, stopped);
    }
    await first.close(stopped);
    const second = box();
    const letters = await second.deadLetters.list();
    expect(letters.map(({ payload, reason }) => [payload.toString(), reason])).toEqual([
      ['a', 'over'],
      ['b', 'over'],
      ['c', 'over'],
    ]);
    await second.accept(message('d'));
    await expect(second.deadLetters.retry([letters[0]?.id ?? 0])).resolves.toBe(1);
    await expect(second.deadLetters.purge([letters[1]?.id ?? 0])).resolves.toBe(1);
    expect(second.report().deadLetters).toBe(1);
    await second.close(stopped);
    const third = box();
    await third.open();
    expect(third.report()).toMatchObject({ waiting: 2, deadLetters: 1 });
    await expect(takeAll(third)).resolves.toEqual(['d', 'a']);
  });

  test('no more dead letters are kept than allowed, the newest', async () => {
    const first = box({ limits: { maxDeadLetters: 2 } });
    for (const text of ['a', 'b', 'c']) {
      await first.accept(message(text));
      const [entry] = [first.next()];
      if (entry !== undefined) first.bury(entry, stopped);
    }
    const letters = await first.deadLetters.list();
    expect(letters.map(({ payload }) => payload.toString())).toEqual(['b', 'c']);
  });

  test('messages outlive their time across a restart too', async () => {
    const first = box();
    await first.accept(message('brief', { ttlMs: 5 }));
    await first.accept(message('lasting'));
    await first.close(stopped);
    const second = box({ limits: { maxAgeMs: 1_000_000 } });
    await second.open();
    const entry = second.next();
    expect(entry?.expiresAt).toBe((entry?.acceptedAt ?? 0) + 5);
  });
});
