import { expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock/virtual.js';
import { LineRecord } from '../../src/simulator/transcript.js';

test('a modem that is served for months keeps the newest of what passed its line, and forgets the rest', () => {
  const record = new LineRecord(new VirtualClock());
  for (let count = 1; count <= 100_000; count++) record.said('host', `AT ${count}`);
  expect(record.transcript.at(-1)?.text).toBe('AT 100000');
  expect(record.transcript.length).toBeGreaterThanOrEqual(20_000);
  expect(record.transcript.length).toBeLessThanOrEqual(40_000);
});
