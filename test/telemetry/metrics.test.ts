import { afterEach, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock/virtual.js';
import type { Observer } from '../../src/observer.js';
import { LinkMetrics } from '../../src/telemetry/metrics.js';
import { MetricsServer } from '../../src/telemetry/metrics-server.js';
import { Scene, type SceneOptions } from '../support/scene.js';

let server: MetricsServer | undefined;
afterEach(() => server?.close());

async function measured(options: SceneOptions = {}) {
  const scene = new Scene(options);
  const metrics = new LinkMetrics(scene.supervisor, scene.clock);
  server = await MetricsServer.listen(metrics, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${server.port}`;
  return { scene, metrics, url };
}

/** The value of one series. */
async function valueOf(metrics: LinkMetrics, series: string): Promise<number> {
  const line = (await metrics.text()).split('\n').find((text) => text.startsWith(`luat_link_${series} `));
  return Number(line?.split(' ').at(-1));
}

test('a loss and its recovery are counted by cause and rung, time by status, messages by QoS and result', async () => {
  const { scene, metrics } = await measured({
    modem: { profile: 'air780ep' },
    link: { subscriptions: [{ topic: 'cmd', qos: 1 }] },
  });
  await scene.online();
  expect(await valueOf(metrics, 'status{status="online"}')).toBe(1);
  const { delivered } = await scene.supervisor.publish('secret/topic', 'x', { qos: 1 });
  await scene.clock.advance(5_000);
  await delivered;
  scene.network.broker.publish('cmd', 'hello');
  await scene.clock.advance(5_000);
  scene.modem.faults.closed();
  await scene.clock.advanceUntil(() => scene.supervisor.status().recoveries === 1, 60_000);
  expect(await valueOf(metrics, 'losses_total{cause="TCP_CLOSED"}')).toBe(1);
  expect(await valueOf(metrics, 'recoveries_total{rung="reconnect",cause="TCP_CLOSED"}')).toBe(1);
  expect(await valueOf(metrics, 'status_changes_total{status="online"}')).toBe(2);
  expect(await valueOf(metrics, 'status_seconds_total{status="online"}')).toBeGreaterThanOrEqual(10);
  expect(await valueOf(metrics, 'publishes_total{qos="1",result="delivered"}')).toBe(1);
  expect(await valueOf(metrics, 'accepted_total{qos="1"}')).toBe(1);
  expect(await valueOf(metrics, 'received_total')).toBe(1);
  expect(await valueOf(metrics, 'received_bytes_total')).toBe(5);
  expect(await valueOf(metrics, 'at_round_trip_seconds_count')).toBeGreaterThan(10);
  scene.modem.faults.reboot(1);
  await scene.clock.advanceUntil(() => scene.supervisor.status().recoveries === 2, 120_000);
  expect(await valueOf(metrics, 'module_boots_total')).toBeGreaterThanOrEqual(1);
  await scene.end();
});

test('labels are bounded: nothing of topics, client ids or the device is among them', async () => {
  const { scene, metrics } = await measured();
  await scene.online();
  const before = (await metrics.text()).split('\n').length;
  for (let index = 0; index < 50; index += 1) {
    await scene.supervisor.publish(`topic/${index}`, 'x', { qos: 1 });
  }
  await scene.clock.advance(60_000);
  const text = await metrics.text();
  expect(text).not.toMatch(/topic\/|866289037465624|lbsmqtt|password/);
  // The first publishes make the series of their QoS and result; further ones make none.
  expect(text.split('\n').length - before).toBeLessThanOrEqual(2);
  await scene.end();
});

test('/readyz follows the status, /livez the control loop', async () => {
  const { scene, url } = await measured();
  const get = async (path: string) => (await fetch(`${url}${path}`)).status;
  expect([await get('/livez'), await get('/readyz')]).toEqual([200, 503]);
  await scene.online();
  expect([await get('/livez'), await get('/readyz')]).toEqual([200, 200]);
  scene.network.goDown();
  await scene.clock.advanceUntil(() => scene.supervisor.status().status === 'recovering', 120_000);
  // It is not ready, but it moves: restarting it would cure nothing.
  expect([await get('/livez'), await get('/readyz')]).toEqual([200, 503]);
  await scene.clock.advance(3_600_000);
  expect(await get('/livez')).toBe(200);
  await scene.end();
});

test('/livez fails when something that the chart had to do by itself is overdue', async () => {
  const clock = new VirtualClock();
  let observe: Observer = () => undefined;
  const metrics = new LinkMetrics(
    {
      observe: (observer) => {
        observe = observer;
        return () => undefined;
      },
      status: () => ({ inbound: { lost: 0 } }),
    },
    clock,
  );
  observe({
    kind: 'state',
    at: clock.wallTime(),
    status: 'recovering',
    path: 'recovering.waiting',
    event: 'CLOSED',
    edges: [],
    rung: 'reconnect',
    failures: 1,
    radioTokens: 4,
    recoveries: 0,
    timers: [{ event: 'after backoff', dueAt: clock.wallTime() + 10_000 }],
  });
  server = await MetricsServer.listen(metrics, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${server.port}/livez`;
  // The wall clock of a device without a battery jumps when it is told the time; that is no overdue timer.
  clock.stepWallTime(1_000_000_000);
  await clock.advance(39_000);
  expect((await fetch(url)).status).toBe(200);
  await clock.advance(2_000);
  const answer = await fetch(url);
  expect(answer.status).toBe(503);
  expect(await answer.text()).toBe('the chart does not move: recovering.waiting\n');
});

test('it takes no orders, and knows no other paths', async () => {
  const { url } = await measured();
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${url}/`)).status).toBe(404);
  expect((await fetch(`${url}/metrics`)).headers.get('content-type')).toMatch(/^text\/plain/);
});
