/** One supervisor of `npm run bench:inspector`: does a round of work when told, and says how much processor time it took. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../dist/src/clock/system.js';
import { createSupervisor } from '../../dist/src/index.js';
import { Inspector } from '../../dist/src/inspector/inspector.js';
import {
  MemoryNetwork,
  memoryTransport,
  seededRandom,
  SoftwareModem,
  spawnSoftwareModem,
  VirtualClock,
} from '../../dist/src/testing/index.js';

const [setting, watch, broker] = process.argv.slice(2);
const RECOVERIES = 15;
const MESSAGES = 45;
const profile = 'air780ep';

const options = {
  broker: { url: broker, clientId: `bench-${process.pid}` },
  log: { level: 'silent' },
  // Each loss is a first one: no waiting between the tries.
  recovery: { stableMs: 1 },
};

async function onSerialPort() {
  const directory = mkdtempSync(fileURLToPath(new URL('../../dist/bench-inspector-', import.meta.url)));
  const modem = await spawnSoftwareModem({ profile, latency: 'none' });
  return {
    link: createSupervisor({ ...options, port: modem.path, outbox: { directory } }),
    close: () => modem.control('closed'),
    until: (done) => done,
    end: async () => {
      await modem.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function inMemory() {
  const clock = new VirtualClock();
  const random = seededRandom(1);
  const network = new MemoryNetwork(clock, { latencyMs: 1 });
  const modem = new SoftwareModem({ profile, clock, random, network, latency: 'none' });
  modem.powerOn();
  return {
    link: createSupervisor(
      { ...options, port: '/dev/null', outbox: { store: 'memory' } },
      { clock, random, openTransport: memoryTransport(modem) },
    ),
    close: () => modem.faults.closed(),
    until: async (done) => {
      let pending = true;
      const settled = done.then(() => (pending = false));
      while (pending) await clock.advance(10);
      await settled;
    },
    end: () => undefined,
  };
}

const { link, close, until, end } = setting === 'in memory' ? inMemory() : await onSerialPort();

/** Online again after a loss: not the time that it still has. */
function recovered() {
  return new Promise((done) => {
    let lost = false;
    const onState = ({ status }) => {
      if (status !== 'online') lost = true;
      else if (lost) {
        link.off('state', onState);
        done();
      }
    };
    link.on('state', onState);
  });
}

async function work() {
  for (let count = 0; count < RECOVERIES; count += 1) {
    const back = recovered();
    await close();
    await until(back);
  }
  const receipts = [];
  for (let count = 0; count < MESSAGES; count += 1)
    receipts.push(await link.publish('t', `message ${count}`, { qos: 1 }));
  await until(Promise.all(receipts.map(({ delivered }) => delivered)));
}

/** A page that looks, from a process of its own as a browser is. */
async function page(url) {
  const reader = spawn(process.execPath, [
    '-e',
    `require('http').get('${url}events', (r) => (r.resume(), console.log('looks')))`,
  ]);
  await once(reader.stdout, 'data');
  return reader;
}

await link.start();
await until(link.online());
let events = 0;
const stopCounting = link.observe(() => void (events += 1));
await work();
stopCounting();

const inspector = new Inspector({ port: 0, clock: systemClock });
await inspector.listen();
if (watch === 'observer') link.observe(() => undefined);
if (watch === 'view' || watch === 'page') link.observe(inspector.observer);
const reader = watch === 'page' ? await page(inspector.url) : undefined;

process.on('message', async () => {
  const start = process.cpuUsage();
  await work();
  // What the page is sent belongs to the round, and nothing else happens meanwhile.
  await new Promise((sent) => setTimeout(sent, 300));
  const { user, system } = process.cpuUsage(start);
  process.send({ cpuMs: (user + system) / 1_000 });
});
process.on('disconnect', async () => {
  reader?.kill();
  await inspector.close();
  await until(link.stop());
  await end();
  process.exit(0);
});
process.send({ events });
