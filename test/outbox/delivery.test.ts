import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock/virtual.js';
import { LinkError } from '../../src/errors/link-error.js';
import { Delivery, type Lane, type PublishEnd } from '../../src/outbox/delivery.js';
import { MemoryStore } from '../../src/outbox/memory-store.js';
import type { OutgoingMessage } from '../../src/outbox/message.js';
import { BenchDisk } from '../../src/testing/bench-disk.js';
import { end, makeOutbox, message, stopped, type BoxOptions } from './support.js';

/** Lanes with a line that is never busy otherwise; the test ends each message that is on its way. */
function scene(options: BoxOptions = {}) {
  const outbox = makeOutbox(options);
  const delivery = new Delivery(outbox);
  const handed: string[] = [];
  const given: { text: string; end: (end: PublishEnd) => Promise<void> }[] = [];
  const lane = (): Lane => {
    const line: { text: string; done: (end: PublishEnd) => void; isSent: boolean }[] = [];
    const send = (): void => {
      const [first] = line;
      if (first === undefined || first.isSent) return;
      first.isSent = true;
      const end = async (how: PublishEnd): Promise<void> => {
        line.shift();
        first.done(how);
        send();
        await settled();
      };
      given.push({ text: first.text, end });
    };
    return {
      publish: ({ payload }: OutgoingMessage, done) => {
        const order = { text: payload.toString(), done, isSent: false };
        line.push(order);
        handed.push(order.text);
        send();
        return {
          cancel: () => {
            if (order.isSent || !line.includes(order)) throw new Error('cannot be taken back');
            line.splice(line.indexOf(order), 1);
            done({ kind: 'interrupted', sent: false });
          },
        };
      },
    };
  };
  const accept = async (text: string, qos: 0 | 1 | 2 = 1) => {
    const receipt = await outbox.accept(message(text, { qos }));
    await settled();
    return receipt;
  };
  const open = async () => {
    delivery.open(lane());
    await settled();
  };
  return { outbox, delivery, open, given, handed, accept, texts: () => given.map(({ text }) => text) };
}

/** Whatever was on its way through promises has arrived. */
const settled = (): Promise<void> => nextTurn();

const acknowledged = { kind: 'acknowledged' } as const;
const lost = { kind: 'interrupted', sent: true } as const;
const refused = { kind: 'refused', answer: 'ERROR' } as const;

describe('delivery', () => {
  test('sends one message at a time, in order, and the lane has the next one meanwhile', async () => {
    const { open, given, accept, handed, texts } = scene();
    for (const text of ['a', 'b', 'c']) await accept(text);
    await open();
    expect(texts()).toEqual(['a']);
    expect(handed).toEqual(['a', 'b']);
    await given[0]?.end(acknowledged);
    expect(texts()).toEqual(['a', 'b']);
    expect(handed).toEqual(['a', 'b', 'c']);
  });

  describe('when a message was acknowledged, a crash leaves one in doubt, not two:', () => {
    /** `a` is acknowledged while the disk is slow to forget it. */
    async function acknowledgedOne(disk: BenchDisk) {
      const parts = scene({ store: disk });
      for (const text of ['a', 'b', 'c', 'd']) await parts.accept(text);
      await parts.open();
      const write = disk.write.bind(disk);
      const waiting: (() => void)[] = [];
      disk.write = async (changes) => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        await write(changes);
      };
      await parts.given[0]?.end(acknowledged);
      const goOn = async (): Promise<void> => {
        for (const resolve of waiting.splice(0)) resolve();
        await settled();
      };
      return { ...parts, goOn };
    }

    test('it is checked off, and the next one goes at once', async () => {
      const disk = new BenchDisk();
      const { texts } = await acknowledgedOne(disk);
      expect(texts()).toEqual(['a', 'b']);
      // The process is killed here.
      disk.write = () => Promise.resolve();
      const next = makeOutbox({ store: disk });
      await next.open();
      expect(next.size).toBe(3);
      const entry = next.next();
      expect(entry).toMatchObject({ attempts: { maybeSent: true } });
      expect(entry?.message.payload.toString()).toBe('b');
    });

    test('where one is checked off already, the next waits until the store has forgotten the other', async () => {
      const { given, texts, goOn } = await acknowledgedOne(new BenchDisk());
      await given[1]?.end(acknowledged);
      expect(texts()).toEqual(['a', 'b']);
      await goOn();
      await goOn();
      expect(texts()).toEqual(['a', 'b', 'c']);
    });

    test('where it cannot be checked off, the next waits until the store has forgotten it', async () => {
      const disk = new BenchDisk();
      disk.jot = () => false;
      const { handed, texts, goOn } = await acknowledgedOne(disk);
      expect(handed).toEqual(['a', 'b']);
      expect(texts()).toEqual(['a']);
      await goOn();
      expect(texts()).toEqual(['a', 'b']);
    });

    test('what was checked off is never taken for another message, though none waited when the next process began', async () => {
      const disk = new BenchDisk();
      const first = scene({ store: disk });
      await first.accept('a');
      await first.open();
      await first.given[0]?.end(acknowledged);
      await first.outbox.close(stopped);
      const second = makeOutbox({ store: disk });
      await second.accept(message('b'));
      await second.close(stopped);
      const third = makeOutbox({ store: disk });
      await third.open();
      expect(third.size).toBe(1);
    });
  });

  test('the one behind a message that was refused or interrupted goes after it', async () => {
    const { delivery, open, given, accept, handed, texts } = scene();
    for (const text of ['a', 'b', 'c']) await accept(text);
    await open();
    await given[0]?.end(refused);
    expect(texts()).toEqual(['a', 'a']);
    await given[1]?.end(lost);
    expect(texts()).toEqual(['a', 'a']);
    await open();
    delivery.close();
    await open();
    await given[2]?.end(acknowledged);
    for (const index of [3, 4]) await given[index]?.end(acknowledged);
    expect(texts()).toEqual(['a', 'a', 'a', 'b', 'c']);
    expect(handed.filter((text) => text === 'b').length).toBeGreaterThan(2);
  });

  test('one that expires while it waits for the line is not sent', async () => {
    const clock = new VirtualClock();
    const { outbox, open, given, accept, texts } = scene({ clock });
    await accept('a');
    const { delivered } = await outbox.accept(message('b', { ttlMs: 100 }));
    await accept('c');
    await open();
    await clock.advance(100);
    await given[0]?.end(acknowledged);
    await expect(end(delivered)).resolves.toBe('EXPIRED');
    expect(texts()).toEqual(['a', 'c']);
  });

  test('hands a message over only when the store knows that it may have been sent', async () => {
    const store = new MemoryStore();
    const { outbox, open, accept, texts } = scene({ store });
    await accept('a');
    let noted: () => void = () => undefined;
    store.write = () => new Promise<void>((resolve) => (noted = resolve));
    await open();
    expect(texts()).toEqual([]);
    noted();
    await settled();
    expect(texts()).toEqual(['a']);
    const closing = outbox.close(stopped);
    noted();
    await closing;
  });

  test('what was interrupted goes first through the next lane, marked as sent before', async () => {
    const { outbox, delivery, open, given, accept, texts } = scene();
    const { delivered } = await accept('a');
    await accept('b');
    await open();
    delivery.close();
    await given[0]?.end(lost);
    expect(given).toHaveLength(1);
    await open();
    expect(texts()).toEqual(['a', 'a']);
    expect(outbox.report().resent).toBe(1);
    await given[1]?.end(acknowledged);
    await expect(delivered).resolves.toBeUndefined();
    expect(texts()).toEqual(['a', 'a', 'b']);
    await given[2]?.end(acknowledged);
    expect(outbox.report()).toMatchObject({ resent: 1, waiting: 0 });
  });

  test('after a lane reported the end of its session nothing more goes through it', async () => {
    const { open, given, accept, texts } = scene();
    await accept('a');
    await accept('b');
    await open();
    await given[0]?.end({ kind: 'interrupted', sent: false });
    expect(texts()).toEqual(['a']);
    await open();
    expect(texts()).toEqual(['a', 'a']);
  });

  test('an interruption that is told late takes no lane down that opened meanwhile, and nothing overtakes', async () => {
    const { delivery, open, given, accept, texts } = scene();
    for (const text of ['a', 'b', 'c']) await accept(text);
    await open();
    delivery.close();
    await open();
    expect(texts()).toEqual(['a']);
    await given[0]?.end(lost);
    expect(texts()).toEqual(['a', 'a']);
    await given[1]?.end(acknowledged);
    await given[2]?.end(acknowledged);
    await given[3]?.end(acknowledged);
    expect(texts()).toEqual(['a', 'a', 'b', 'c']);
  });

  test('QoS 0 is sent at most once: interrupted on its way it is given up, told so, and the rest goes on', async () => {
    const { open, given, accept, texts } = scene();
    const { delivered } = await accept('a', 0);
    await accept('b', 0);
    await open();
    await given[0]?.end(lost);
    await expect(end(delivered)).resolves.toBe('PUBLISH_FAILED');
    await open();
    expect(texts()).toEqual(['a', 'b']);
  });

  test('a message refused three times in a row goes to the dead letters, and nothing overtook it before', async () => {
    const { outbox, open, given, accept, texts } = scene();
    const { delivered } = await accept('a');
    await accept('b');
    await open();
    for (const index of [0, 1, 2]) await given[index]?.end(refused);
    await expect(delivered).rejects.toMatchObject({ code: 'PUBLISH_FAILED', retryable: false });
    expect(texts()).toEqual(['a', 'a', 'a', 'b']);
    await expect(outbox.deadLetters.list()).resolves.toMatchObject([
      { topic: 't', handedOver: 3, maybeSent: false },
    ]);
  });

  test('a message that the module cannot take goes to the dead letters and does not hold up the rest', async () => {
    const { outbox, open, given, accept, texts } = scene();
    await accept('too large');
    await accept('b');
    await open();
    const error = new LinkError('PAYLOAD_TOO_LARGE', 'too large');
    await given[0]?.end({ kind: 'impossible', error });
    expect(texts()).toEqual(['too large', 'b']);
    await expect(outbox.deadLetters.list()).resolves.toMatchObject([{ code: 'PAYLOAD_TOO_LARGE' }]);
  });

  test('a lane that answers at once is used for thousands without growing the stack', async () => {
    const { outbox, delivery } = scene();
    for (let index = 0; index < 10_000; index++) await outbox.accept(message('x', { qos: 0 }));
    delivery.open({
      publish: (_, done) => {
        done(acknowledged);
        return { cancel: () => undefined };
      },
    });
    await settled();
    expect(outbox.size).toBe(0);
  });

  test('drained resolves when the last message is settled', async () => {
    const { delivery, open, given, accept } = scene();
    await accept('a');
    const drained = delivery.drained();
    await open();
    await given[0]?.end(acknowledged);
    await expect(drained).resolves.toBeUndefined();
  });
});
