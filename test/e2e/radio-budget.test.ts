import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock/virtual.js';
import { createSupervisor, type SupervisorParts } from '../../src/supervisor.js';
import { Bench } from '../../src/testing/bench.js';
import { RadioBudget } from '../../src/radio-budget.js';
import { createLogger } from '../../src/telemetry/logger.js';

const HOUR = 3_600_000;
const START = Date.UTC(2030, 0, 1);

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'luat-link-radio-'));
  file = join(directory, 'radio-budget.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A budget in a process of its own, begun at a wall time. */
function begun(at: number, perHour = 4) {
  const clock = new VirtualClock(at);
  const budget = new RadioBudget({ perHour, clock, file, log: createLogger({ level: 'silent' }) });
  let tokens = budget.start(() => {
    tokens = Math.min(tokens + 1, perHour);
    budget.spent(tokens);
  });
  return {
    clock,
    tokens: () => tokens,
    spend: () => budget.spent((tokens -= 1)),
  };
}

describe('the budget of radio attaches', () => {
  test('begins full and refills one by one', async () => {
    const first = begun(START);
    for (let spent = 0; spent < 4; spent += 1) first.spend();
    expect(first.tokens()).toBe(0);
    await first.clock.advance(HOUR / 4);
    expect(first.tokens()).toBe(1);
    await first.clock.advance(10 * HOUR);
    expect(first.tokens()).toBe(4);
  });

  test('is remembered by the next process, which adds only what the time between has earned', () => {
    const first = begun(START);
    for (let spent = 0; spent < 4; spent += 1) first.spend();
    expect(begun(START + 60_000).tokens()).toBe(0);
    expect(begun(START + HOUR / 2).tokens()).toBe(2);
    expect(begun(START + 24 * HOUR).tokens()).toBe(4);
  });

  test('a process that restarts every minute attaches no more often than one that runs on', () => {
    let attaches = 0;
    for (let minute = 0; minute < 600; minute += 1) {
      const process = begun(START + minute * 60_000);
      if (process.tokens() === 0) continue;
      process.spend();
      attaches += 1;
    }
    expect(attaches).toBeLessThanOrEqual(4 + 10 * 4);
    expect(attaches).toBeGreaterThanOrEqual(10 * 4);
  });

  test('gains nothing from a clock that goes back', () => {
    const first = begun(START);
    for (let spent = 0; spent < 4; spent += 1) first.spend();
    expect(begun(START - 24 * HOUR).tokens()).toBe(0);
  });

  test.each([
    ['beside the outbox in its directory', true, (): Partial<SupervisorParts> => ({})],
    ['nowhere when the outbox keeps its records elsewhere', false, (b: Bench) => ({ outboxStore: b.disk })],
  ])('is kept %s', async (_where, kept, store) => {
    const bench = new Bench();
    const { clock, random, openTransport } = bench.parts;
    const logger = createLogger({ level: 'silent' });
    const link = createSupervisor(
      { port: '/dev/null', broker: { url: 'mqtt://broker.example', clientId: 'm' }, outbox: { directory } },
      { clock, random, openTransport, logger, ...store(bench) },
    );
    bench.modem.powerOn();
    bench.modem.faults.detach();
    await link.start();
    await bench.clock.advanceUntil(() => link.status().recovery.radioTokens < 4, 600_000);
    expect(existsSync(file)).toBe(kept);
    const stopping = link.stop();
    await bench.clock.advance(30_000);
    await stopping;
  });

  test('that cannot be read begins with one attach, and what is remembered holds no more than that', () => {
    writeFileSync(file, '{"version":1,"tok');
    expect(begun(START).tokens()).toBe(1);
    const first = begun(START);
    first.spend();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ version: 1, tokens: 0, refilledAt: START });
  });
});
