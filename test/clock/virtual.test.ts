import { expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import type { TimerHandle } from '../../src/clock/clock.js';
import { VirtualClock } from '../../src/clock/virtual.js';

test('timers fire when they are due, of two together the one armed first, and never once taken back', async () => {
  const armings = fc.array(fc.record({ ms: fc.nat(50), takenBack: fc.boolean() }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(armings, async (plan) => {
      const clock = new VirtualClock();
      const fired: number[] = [];
      const handles = plan.map(({ ms }, index) =>
        clock.setTimeout(() => {
          expect(clock.now()).toBe(ms);
          fired.push(index);
        }, ms),
      );
      plan.forEach(({ takenBack }, index) => {
        if (takenBack) clock.clearTimeout(handles[index]);
      });
      await clock.advance(50);
      const expected = plan
        .map(({ ms, takenBack }, index) => ({ ms, takenBack, index }))
        .filter(({ takenBack }) => !takenBack)
        .sort((one, other) => one.ms - other.ms || one.index - other.index);
      expect(fired).toEqual(expected.map(({ index }) => index));
      expect(clock.armed).toBe(0);
    }),
  );
});

test('a chain of timers takes as long as its delays together, and what each sets going comes to rest in between', async () => {
  const clock = new VirtualClock();
  const log: string[] = [];
  clock.setTimeout(() => {
    void Promise.resolve().then(() => log.push(`settled at ${clock.now()}`));
    clock.setTimeout(() => log.push(`fired at ${clock.now()}`), 0);
    clock.setTimeout(() => log.push(`fired at ${clock.now()}`), 5);
  }, 10);
  await clock.advance(20);
  expect(log).toEqual(['settled at 10', 'fired at 10', 'fired at 15']);
  expect(clock.now()).toBe(20);
});

test('taking back a timer twice, or one that fired, or nothing at all, harms no other', async () => {
  const clock = new VirtualClock();
  const fired: string[] = [];
  const first = clock.setTimeout(() => fired.push('first'), 1);
  const second: TimerHandle = clock.setTimeout(() => fired.push('second'), 2);
  clock.clearTimeout(second);
  clock.clearTimeout(second);
  clock.clearTimeout(undefined);
  clock.setTimeout(() => fired.push('third'), 3);
  await clock.advance(2);
  clock.clearTimeout(first);
  await clock.advance(2);
  expect(fired).toEqual(['first', 'third']);
});
