import { describe, expect, test } from '@jest/globals';
import { LinkError } from '../../src/errors/link-error.js';
import type { PublishedMessage } from '../../src/simulator/memory-broker.js';
import { rates } from './faults.js';
import { brokerOutage, deadCell } from './fleet-scenes.js';
import { Ledger } from '../../src/testing/model/ledger.js';
import { live } from './life.js';

const hour = 3_600_000;
/** A life takes seconds; on a busy machine many. */
const LIMIT_MS = 300_000;

describe('a modem lives through what befalls it: nothing accepted is lost, and everything stays within its bounds', () => {
  test.each([11])(
    'a week at realistic rates, seed %i',
    async (seed) => {
      const report = await live({ seed, ms: 7 * 24 * hour, rates: rates.realistic, heartbeatMs: 300_000 });
      expect(report.problems).toEqual([]);
      expect(report.recoveries).toBeGreaterThan(5);
      expect(report.online).toBeGreaterThan(0.9);
    },
    LIMIT_MS,
  );

  test.each([21])(
    'three hours of a fault every 15 s, seed %i',
    async (seed) => {
      const report = await live({ seed, ms: 3 * hour, rates: rates.absurd });
      expect(report.problems).toEqual([]);
      expect(report.accepted).toBeGreaterThan(100);
    },
    LIMIT_MS,
  );
});

describe('a fleet on the real chart', () => {
  test(
    'comes back after an hour without its broker, spread over five minutes',
    async () => {
      const report = await brokerOutage({ links: 50, seed: 1, brokerTakes: 50, outageMs: hour });
      expect(report.onlineBefore).toBe(50);
      expect(report.allOnlineMs).toBeLessThanOrEqual(310_000);
      expect(report.halfOnlineMs).toBeGreaterThan(30_000);
      expect(report.mostPerSecond).toBeLessThan(10);
    },
    LIMIT_MS,
  );

  test(
    'that starts at once on a dead cell keeps to its radio budget',
    async () => {
      const report = await deadCell(5, 1, 2);
      expect(report.total).toBeGreaterThan(5);
      expect(report.mostPerHour).toBeLessThanOrEqual(8);
      expect(report.most).toBeLessThanOrEqual(12);
    },
    LIMIT_MS,
  );
});

describe('what the ledger calls a problem', () => {
  const message = (number: number): PublishedMessage => ({
    topic: 'up',
    payload: Buffer.from(`${number}`),
    qos: 1,
    retain: false,
    at: 0,
    clientId: 'meter-17',
  });
  const lost = new LinkError('OUTBOX_FULL', 'no room');
  const cases: readonly (readonly [string, (ledger: Ledger) => void, string | undefined])[] = [
    [
      'a message that arrives and is settled',
      (it) => {
        it.arrive(message(1), 1);
        it.settle('up', 1);
      },
      undefined,
    ],
    [
      'a copy in the next session',
      (it) => {
        it.arrive(message(1), 1);
        it.arrive(message(1), 2);
      },
      undefined,
    ],
    [
      'a copy in the same session',
      (it) => {
        it.arrive(message(1), 1);
        it.arrive(message(1), 1);
      },
      'twice in one session',
    ],
    [
      'a copy of what was settled',
      (it) => {
        it.arrive(message(1), 1);
        it.settle('up', 1);
        it.arrive(message(1), 2);
      },
      'after it was settled',
    ],
    [
      'a message behind a newer one',
      (it) => {
        it.arrive(message(2), 1);
        it.arrive(message(1), 1);
      },
      'behind',
    ],
    ['an acknowledgement of what never arrived', (it) => it.settle('up', 1), 'never arrived'],
    ['a loss', (it) => it.settle('up', 1, lost), 'lost'],
    [
      'a second end',
      (it) => {
        it.arrive(message(1), 1);
        it.settle('up', 1);
        it.settle('up', 1);
      },
      'settled twice',
    ],
    ['a message of nobody', (it) => it.arrive(message(3), 1), 'nobody published'],
  ];
  test.each(cases)('%s', (_name, happen, problem) => {
    const ledger = new Ledger();
    ledger.next('up', 1);
    ledger.next('up', 1);
    happen(ledger);
    expect(ledger.problems).toEqual(problem === undefined ? [] : [expect.stringContaining(problem)]);
  });
});
