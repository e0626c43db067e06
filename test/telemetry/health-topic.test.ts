import { expect, test } from '@jest/globals';
import { Scene } from '../support/scene.js';

const TOPIC = 'meter-17/health';

function scene(): Scene {
  return new Scene({
    link: {
      health: { topic: TOPIC, everyMs: 600_000 },
      will: { topic: TOPIC, payload: '{"status":"offline"}', qos: 1, retain: true },
    },
  });
}

interface Health {
  readonly status: string;
  readonly session?: number;
}

function published({ network }: Scene): Health[] {
  return network.broker.published
    .filter(({ topic }) => topic === TOPIC)
    .map(({ payload }) => JSON.parse(payload.toString()) as Health);
}

test('each session has a higher number than the one before', async () => {
  const here = scene();
  await here.online();
  await here.clock.advance(5_000);
  here.modem.faults.closed();
  await here.clock.advanceUntil(() => here.supervisor.status().recoveries === 1, 60_000);
  await here.clock.advance(5_000);
  const sessions = published(here).flatMap(({ session }) => session ?? []);
  expect(sessions.length).toBeGreaterThanOrEqual(2);
  expect(new Set(sessions).size).toBe(2);
  expect(sessions).toEqual([...sessions].sort((a, b) => a - b));
  await here.end();
});

test('a will that comes after the new session began does not stay', async () => {
  const here = scene();
  await here.online();
  await here.clock.advance(5_000);
  here.network.broker.publish(TOPIC, '{"status":"offline"}', { qos: 1, retain: true });
  expect(published(here).at(-1)).toEqual({ status: 'offline' });
  // Keep-alive 60 s: a broker declares a session dead after 90 s.
  await here.clock.advance(100_000);
  expect(published(here).at(-1)).toMatchObject({ status: 'online', session: expect.any(Number) });
  await here.end();
});

test('it is published again every so often, retained, and a clean stop says "stopped"', async () => {
  const here = scene();
  await here.online();
  await here.clock.advance(3_600_000);
  const count = published(here).length;
  expect(count).toBeGreaterThanOrEqual(6);
  expect(count).toBeLessThanOrEqual(9);
  expect(here.network.broker.published.every(({ retain }) => retain)).toBe(true);
  await here.end();
  expect(published(here).filter(({ status }) => status === 'stopped')).toHaveLength(1);
});
