/**
 * `npm run bench:inspector`: what an observer costs. Two supervisors on software modems in virtual time do the same
 * work, message traffic and recoveries, one of them with the inspector attached; they take turns in one process, and its
 * processor time is compared. The ratio counts, absolute figures drift with the machine.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { VirtualClock } from '../dist/src/clock/virtual.js';
import { Inspector } from '../dist/src/inspector/inspector.js';
import { MemoryNetwork } from '../dist/src/simulator/memory-network.js';
import { SoftwareModem } from '../dist/src/simulator/modem.js';
import { systemClock } from '../dist/src/clock/system.js';
import { createSupervisor } from '../dist/src/supervisor.js';
import { createLogger } from '../dist/src/telemetry/logger.js';
import { memoryTransport } from '../dist/src/testing/memory-transport.js';

const ROUNDS = Number(process.env.ROUNDS ?? 15);
const RECOVERIES = 60;
const MESSAGES = 200;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const row = (name, value) => console.log(`${name.padEnd(60)} ${value}`);

async function scene() {
  const clock = new VirtualClock();
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const network = new MemoryNetwork(clock, { latencyMs: 1 });
  const modem = new SoftwareModem({ profile: 'air780ep', clock, random, network, latency: 'none' });
  const link = createSupervisor(
    {
      port: '/dev/null',
      broker: { url: 'mqtt://broker.example', clientId: 'bench' },
      log: { level: 'silent' },
      outbox: { store: 'memory' },
    },
    { clock, random, openTransport: memoryTransport(modem), logger: createLogger({ level: 'silent' }) },
  );
  modem.powerOn();
  await link.start();
  await clock.advanceUntil(() => link.status().status === 'online', 600_000);
  return { clock, modem, link };
}

/** @returns milliseconds of processor time for one round of the same work */
async function round({ clock, modem, link }) {
  const start = process.cpuUsage();
  for (let count = 0; count < RECOVERIES; count += 1) {
    const { recoveries } = link.status();
    modem.faults.closed();
    await clock.advanceUntil(() => link.status().recoveries > recoveries, 600_000);
  }
  const receipts = [];
  for (let count = 0; count < MESSAGES; count += 1)
    receipts.push(await link.publish('t', `message ${count}`, { qos: 1 }));
  let left = receipts.length;
  for (const { delivered } of receipts) void delivered.then(() => (left -= 1));
  while (left > 0) await clock.advance(10);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

/** A page that looks, from a process of its own as a browser is. */
async function page(url) {
  const child = spawn(process.execPath, [
    '-e',
    `require('http').get('${url}events', (r) => (r.resume(), console.log('looks')))`,
  ]);
  await once(child.stdout, 'data');
  return child;
}

/** Work with and without, by turns: drift of the machine hits both. */
async function compare(name, bare, watched) {
  for (const warm of [bare, watched, bare, watched]) await round(warm);
  const [ratios, without, with_] = [[], [], []];
  for (let count = 0; count < ROUNDS; count += 1) {
    const taken = new Map();
    for (const it of count % 2 === 0 ? [bare, watched] : [watched, bare]) taken.set(it, await round(it));
    without.push(taken.get(bare));
    with_.push(taken.get(watched));
    ratios.push(taken.get(watched) / taken.get(bare));
  }
  const rate = (times) => ((events * 1_000) / median(times)).toFixed(0);
  row(`events a second: nobody looks, ${name}`, `${rate(without)}, ${rate(with_)}`);
  row(`cost of ${name}, median of ${ROUNDS} rounds`, `${((median(ratios) - 1) * 100).toFixed(1)} %`);
}

const [bare, control, watched] = [await scene(), await scene(), await scene()];
const inspector = new Inspector({ port: 0, clock: systemClock });
await inspector.listen();
let events = 0;
const stopCounting = watched.link.observe(() => void (events += 1));
await round(watched);
stopCounting();
row('events a round: steps of the chart, wire lines, messages', events);
await compare('nobody either (the noise of this machine)', bare, control);
watched.link.observe(inspector.observer);
await compare('the inspector attached (at most 5 %)', bare, watched);
const child = await page(inspector.url);
await compare('the inspector attached and a page looking', bare, watched);

for (const { link, clock } of [bare, control, watched]) {
  const stopping = link.stop();
  await clock.advance(60_000);
  await stopping;
}
child.kill();
await inspector.close();
