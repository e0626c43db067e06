import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { LinkError } from '../../src/errors/link-error.js';
import { Delivery, type Lane, type PublishEnd } from '../../src/outbox/delivery.js';
import { MemoryStore } from '../../src/outbox/memory-store.js';
import type { OutgoingMessage } from '../../src/outbox/message.js';
import { end, makeOutbox, message, stopped, type BoxOptions } from './support.js';

/** A lane that only remembers what it was given; the test ends each hand-over. */
function scene(options: BoxOptions = {}) {
  const outbox = makeOutbox(options);
  const delivery = new Delivery(outbox);
  const prepared: string[] = [];
  const given: { text: string; end: (end: PublishEnd) => Promise<void> }[] = [];
  const lane = (): Lane => ({
    prepare: ({ payload }: OutgoingMessage) => {
      const text = payload.toString();
      prepared.push(text);
      return (done) => {
        given.push({
          text,
          end: async (how) => {
            done(how);
            await settled();
          },
        });
      };
    },
  });
  const accept = async (text: string, qos: 0 | 1 | 2 = 1) => {
    const receipt = await outbox.accept(message(text, { qos }));
    await settled();
    return receipt;
  };
  const open = async () => {
    delivery.open(lane());
    await settled();
  };
  return { outbox, delivery, open, given, prepared, accept, texts: () => given.map(({ text }) => text) };
}

/** Whatever was on its way through promises has arrived. */
const settled = (): Promise<void> => nextTurn();

const acknowledged = { kind: 'acknowledged' } as const;
const lost = { kind: 'interrupted', sent: true } as const;
const refused = { kind: 'refused', answer: 'ERROR' } as const;

describe('delivery', () => {
  test('hands one message at a time to the lane, in order, and has the next one ready meanwhile', async () => {
    const { open, given, accept, prepared, texts } = scene();
    for (const text of ['a', 'b', 'c']) await accept(text);
    await open();
    expect(texts()).toEqual(['a']);
    expect(prepared).toEqual(['a', 'b']);
    await given[0]?.end(acknowledged);
    expect(texts()).toEqual(['a', 'b']);
    expect(prepared).toEqual(['a', 'b', 'c']);
  });

  test('goes on only when the store has forgotten what was acknowledged: a crash leaves one message in doubt, not two', async () => {
    const store = new MemoryStore();
    const write = store.write.bind(store);
    let goOn: () => void = () => undefined;
    const { open, given, accept, texts } = scene({ store });
    for (const text of ['a', 'b', 'c']) await accept(text);
    await open();
    store.write = async (changes) => {
      if (changes.some(({ type }) => type === 'del')) await new Promise<void>((resolve) => (goOn = resolve));
      await write(changes);
    };
    await given[0]?.end(acknowledged);
    expect(texts()).toEqual(['a']);
    goOn();
    await settled();
    expect(texts()).toEqual(['a', 'b']);
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
    delivery.open({ prepare: () => (done) => done(acknowledged) });
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
