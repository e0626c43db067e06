import { describe, expect, test } from '@jest/globals';
import { diagramModel } from '../../src/diagram/model.js';
import type { Observation, StateObservation } from '../../src/observer.js';
import { Scene } from '../support/scene.js';

async function observed(act: (scene: Scene) => Promise<void>): Promise<readonly Observation[]> {
  const scene = new Scene({ link: { subscriptions: [{ topic: 'cmd/#', qos: 1 }] } });
  const seen: Observation[] = [];
  scene.supervisor.observe((observation) => seen.push(observation));
  await scene.online();
  await act(scene);
  await scene.end();
  return seen;
}

const statesOf = (seen: readonly Observation[]): readonly StateObservation[] =>
  seen.filter((observation) => observation.kind === 'state');

describe('an observer', () => {
  test('follows the chart edge by edge, with the cause and what happens next', async () => {
    const seen = await observed(async (scene) => {
      scene.modem.faults.closed();
      await scene.clock.advanceUntil(() => scene.supervisor.status().recoveries === 1, 60_000);
    });
    const states = statesOf(seen);
    const known = new Set(diagramModel().edges.map(({ id }) => id));
    for (const { edges } of states) for (const id of edges) expect(known).toContain(id);

    const closed = states.find(({ event }) => event === 'CLOSED');
    expect(closed).toMatchObject({
      status: 'recovering',
      path: 'recovering.closingTcp',
      cause: { code: 'TCP_CLOSED' },
      rung: 'reconnect',
      failures: 1,
    });
    expect(closed?.edges[0]).toMatch(/^subscribed: CLOSED( \(\d\))?$/);
    expect(closed?.timers.map(({ event }) => event)).toEqual(['after answerLimit']);
    for (const { event, dueAt } of closed?.timers ?? []) {
      expect(event).toBe('after answerLimit');
      expect(dueAt - (closed?.at ?? 0)).toBe(240_000);
    }
    expect(states.at(-1)).toMatchObject({ status: 'stopped', path: 'stopped', recoveries: 1 });
  });

  test('sees the wire without secrets and what becomes of messages', async () => {
    const seen = await observed(async (scene) => {
      const receipt = await scene.supervisor.publish('t', 'x'.repeat(20), { qos: 1 });
      await scene.clock.advance(5_000);
      await receipt.delivered;
      const late = await scene.supervisor.publish('t', 'late', { qos: 1, ttlMs: 0 });
      await expect(late.delivered).rejects.toMatchObject({ code: 'EXPIRED' });
      scene.network.broker.publish('cmd/1', Buffer.from('hello'));
      await scene.clock.advance(60_000);
    });
    const text = JSON.stringify(seen);
    expect(text).not.toContain('password');
    expect(seen).toContainEqual(
      expect.objectContaining({ kind: 'wire', direction: 'module', text: 'CONNACK OK' }),
    );
    const messages = seen.filter((observation) => observation.kind === 'message');
    expect(messages.map(({ stage, bytes, code }) => [stage, bytes, code].join(' ').trim())).toEqual([
      'accepted 20',
      'delivered 20',
      'accepted 4',
      'failed 4 EXPIRED',
      'received 5',
    ]);
    expect(seen.filter(({ kind }) => kind === 'outbox').at(-1)).toMatchObject({ waiting: 0, bytes: 0 });
    expect(seen.filter(({ kind }) => kind === 'signal').length).toBeGreaterThan(0);
    expect(seen.filter(({ kind }) => kind === 'module')).toHaveLength(1);
  });

  test('that throws is taken off, logged, and the link goes on', async () => {
    let calls = 0;
    const scene = new Scene();
    scene.supervisor.observe(() => {
      calls += 1;
      throw new Error('an observer with a defect');
    });
    await scene.online();
    expect(scene.supervisor.status().status).toBe('online');
    expect(calls).toBe(1);
    await scene.end();
  });

  test('that comes late hears where the chart is, and nothing more once it is taken off', async () => {
    const scene = new Scene();
    await scene.online();
    const seen: Observation[] = [];
    const leave = scene.supervisor.observe((observation) => seen.push(observation));
    expect(seen).toMatchObject([{ kind: 'state', event: 'observed', path: 'subscribed.resting', edges: [] }]);
    leave();
    await scene.end();
    expect(seen).toHaveLength(1);
  });
});
