import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { VirtualClock } from '../../src/clock/virtual.js';
import { LinkError } from '../../src/errors/link-error.js';
import { MemoryOutbox, type OutboxLimits } from '../../src/outbox/memory-outbox.js';
import type { OutgoingMessage } from '../../src/outbox/message.js';

function message(text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return { topic: 't', payload: Buffer.from(text), qos: 1, retain: false, ...more };
}

function outbox(limits: Partial<OutboxLimits> = {}, clock = new VirtualClock()): MemoryOutbox {
  return new MemoryOutbox({ maxMessages: 3, maxBytes: 1_000, overflow: 'reject', ...limits }, clock);
}

const code = (promise: Promise<void>): Promise<unknown> =>
  promise.then(
    () => 'delivered',
    (error: unknown) => (error instanceof LinkError ? error.code : error),
  );

describe('the outbox', () => {
  test('gives messages out in the order of acceptance', () => {
    const box = outbox();
    for (const text of ['a', 'b']) box.accept(message(text));
    const first = box.take();
    expect(first?.message.payload.toString()).toBe('a');
    if (first) box.settle(first);
    expect(box.take()?.message.payload.toString()).toBe('b');
  });

  test('a message put back is the first again', () => {
    const box = outbox();
    box.accept(message('a'));
    box.accept(message('b'));
    box.take();
    box.putBack();
    expect(box.take()?.message.payload.toString()).toBe('a');
  });

  test('refuses what is over its bounds by count or bytes, and says which', () => {
    const box = outbox();
    for (const text of ['a', 'b', 'c']) box.accept(message(text));
    expect(() => box.accept(message('d'))).toThrow(/3 messages/);
    expect(() => outbox({ maxBytes: 3 }).accept(message('xyz'))).toThrow(
      expect.objectContaining({ code: 'OUTBOX_FULL' }),
    );
  });

  test('drops the oldest when told so, but never the one in flight', async () => {
    const box = outbox({ overflow: 'drop-oldest' });
    const first = box.accept(message('a'));
    const second = box.accept(message('b'));
    box.accept(message('c'));
    box.take();
    box.accept(message('d'));
    await expect(code(second.delivered)).resolves.toBe('OUTBOX_FULL');
    const inFlight = box.take();
    expect(inFlight?.message.payload.toString()).toBe('a');
    if (inFlight) box.settle(inFlight);
    await expect(code(first.delivered)).resolves.toBe('delivered');
  });

  test('keeps only the newest of a key', async () => {
    const box = outbox();
    const old = box.accept(message('1', { key: 'k' }));
    box.accept(message('2', { key: 'k' }));
    await expect(code(old.delivered)).resolves.toBe('REPLACED');
    expect(box.size).toBe(1);
  });

  test('gives up what waited longer than its ttl', async () => {
    const clock = new VirtualClock();
    const box = outbox({}, clock);
    const brief = box.accept(message('1', { ttlMs: 100 }));
    await clock.advance(100);
    expect(box.take()).toBeUndefined();
    await expect(code(brief.delivered)).resolves.toBe('EXPIRED');
  });

  test('settles every accepted message exactly once and keeps its counts, whatever happens', async () => {
    const action = fc.oneof(
      fc.record({
        kind: fc.constant('accept' as const),
        key: fc.option(fc.constantFrom('k', 'l')),
        size: fc.nat(400),
      }),
      fc.record({
        kind: fc.constantFrom('take' as const, 'settle' as const, 'back' as const, 'time' as const),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 60 }),
        fc.constantFrom('reject', 'drop-oldest'),
        async (actions, overflow) => {
          const clock = new VirtualClock();
          const box = outbox({ overflow }, clock);
          const ends: Promise<unknown>[] = [];
          for (const act of actions) {
            if (act.kind === 'accept') {
              try {
                const { key } = act;
                const made = message('x'.repeat(act.size), { ttlMs: 50, ...(key !== null && { key }) });
                ends.push(code(box.accept(made).delivered));
              } catch (error) {
                expect(error).toMatchObject({ code: 'OUTBOX_FULL' });
              }
            } else if (act.kind === 'back') box.putBack();
            else if (act.kind === 'time') await clock.advance(30);
            else {
              const entry = box.take();
              if (act.kind === 'settle' && entry) box.settle(entry);
            }
            expect(box.size).toBeLessThanOrEqual(3);
            expect(box.bytes).toBeLessThanOrEqual(1_000);
          }
          box.clear(new LinkError('STOPPED', 'over'));
          expect(box.bytes).toBe(0);
          await expect(Promise.all(ends)).resolves.toHaveLength(ends.length);
        },
      ),
      { numRuns: 50 },
    );
  });
});
