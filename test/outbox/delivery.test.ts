import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock/virtual.js';
import { Delivery, type PublishEnd } from '../../src/outbox/delivery.js';
import { MemoryOutbox } from '../../src/outbox/memory-outbox.js';
import type { OutgoingMessage } from '../../src/outbox/message.js';

/** A lane that only remembers what it was given; the test ends each publish. */
function scene() {
  const outbox = new MemoryOutbox(
    { maxMessages: 100, maxBytes: 100_000, overflow: 'reject' },
    new VirtualClock(),
  );
  const delivery = new Delivery(outbox);
  const given: { text: string; end: (end: PublishEnd) => void }[] = [];
  const lane = {
    publish: (message: OutgoingMessage, end: (end: PublishEnd) => void) => {
      given.push({ text: message.payload.toString(), end });
    },
  };
  const accept = (text: string, qos: 0 | 1 | 2 = 1) =>
    outbox.accept({ topic: 't', payload: Buffer.from(text), qos, retain: false });
  return { outbox, delivery, lane, given, accept };
}

describe('delivery', () => {
  test('hands one message at a time to the lane, in order', () => {
    const { delivery, lane, given, accept } = scene();
    accept('a');
    accept('b');
    delivery.open(lane);
    expect(given.map(({ text }) => text)).toEqual(['a']);
    given[0]?.end({ kind: 'acknowledged' });
    expect(given.map(({ text }) => text)).toEqual(['a', 'b']);
  });

  test('what was interrupted goes first through the next lane', async () => {
    const { delivery, lane, given, accept } = scene();
    const { delivered } = accept('a');
    accept('b');
    delivery.open(lane);
    delivery.close();
    given[0]?.end({ kind: 'interrupted', sent: true });
    expect(given).toHaveLength(1);
    delivery.open(lane);
    expect(given.map(({ text }) => text)).toEqual(['a', 'a']);
    given[1]?.end({ kind: 'acknowledged' });
    await expect(delivered).resolves.toBeUndefined();
  });

  test('QoS 0 is sent at most once: interrupted on its way it is given up, told so, and the rest goes on', async () => {
    const { delivery, lane, given, accept } = scene();
    const { delivered } = accept('a', 0);
    accept('b', 0);
    delivery.open(lane);
    given[0]?.end({ kind: 'interrupted', sent: true });
    await expect(delivered).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
    expect(given.at(-1)?.text).toBe('b');
  });

  test('a message refused three times is given up and does not block the rest', async () => {
    const { delivery, lane, given, accept } = scene();
    const { delivered } = accept('a');
    accept('b');
    delivery.open(lane);
    for (const index of [0, 1, 2]) given[index]?.end({ kind: 'refused', answer: 'ERROR' });
    await expect(delivered).rejects.toMatchObject({ code: 'PUBLISH_FAILED', retryable: false });
    expect(given.at(-1)?.text).toBe('b');
  });

  test('drained resolves when the last message is settled', async () => {
    const { delivery, lane, given, accept } = scene();
    accept('a');
    const drained = delivery.drained();
    delivery.open(lane);
    given[0]?.end({ kind: 'acknowledged' });
    await expect(drained).resolves.toBeUndefined();
  });
});
