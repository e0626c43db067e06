import { expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock/virtual.js';
import { realTime } from '../../src/testing/model/real-time.js';

test('a rig in real time waits until the condition holds, and no longer than it may', async () => {
  const clock = new VirtualClock();
  const until = realTime(clock);
  let isSo = false;
  clock.setTimeout(() => (isSo = true), 500);
  const waiting = until(() => isSo, 1_000);
  await clock.advance(600);
  await waiting;
  const inVain = expect(until(() => false, 1_000)).rejects.toThrow('within 1000 ms');
  await clock.advance(1_100);
  await inVain;
  expect(clock.armed).toBe(0);
});
