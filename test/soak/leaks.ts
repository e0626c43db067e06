/**
 * Leaks: `npm run leaks -- [--recoveries 10000] [--pty 300]`. So many recoveries in one process, in virtual time and then
 * over a real serial port, and what the process holds before and after. Growth beyond the bounds fails the run.
 */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import net from 'node:net';
import { parseArgs } from 'node:util';
import { Aedes } from 'aedes';
import { seededRandom } from '../../src/simulator/entropy.js';
import { spawnSoftwareModem } from '../../src/simulator/spawn.js';
import { createSupervisor, type Supervisor } from '../../src/supervisor.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { World } from './world.js';

/** What a process holds. */
interface Holdings {
  readonly heapMB: number;
  /** Handles and requests that keep the event loop busy, by kind. */
  readonly resources: string;
  readonly files: number;
  /** Listeners on `process`. */
  readonly listeners: number;
  /** Timers of the virtual clock; 0 where time is real (they are among the resources then). */
  readonly timers: number;
}

/** A heap is never measured twice alike; what leaks two hundred bytes a recovery goes beyond this. */
const MOST_HEAP_GROWTH_MB = 2;

const { values } = parseArgs({
  options: {
    recoveries: { type: 'string', default: '10000' },
    pty: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
  },
});

await inVirtualTime(Number(values.recoveries));
await overSerialPort(Number(values.pty));

/** Every kind of recovery, from CLOSED to the RESET pin, the last of them rarely: each costs a radio attach. */
async function inVirtualTime(count: number): Promise<void> {
  const world = new World({ profile: 'air724', random: seededRandom(Number(values.seed)) });
  const { clock, modem, cable, supervisor } = world;
  const strikes: readonly (readonly [every: number, strike: () => void])[] = [
    [997, () => modem.faults.hang()],
    [50, () => cable.unplug()],
    [20, () => modem.faults.reboot(1)],
    [7, () => modem.faults.halfOpen(true)],
    [4, () => modem.faults.deact('sapbr')],
    [1, () => modem.faults.closed()],
  ];
  const recover = async (number: number): Promise<void> => {
    const { recoveries } = supervisor.status();
    strikes.find(([every]) => number % every === 0)?.[1]();
    const receipt = await supervisor.publish('up', `${number}`, { qos: 1 });
    await clock.advance(1_000);
    cable.plug();
    await clock.advanceUntil(() => supervisor.status().recoveries > recoveries, 3_600_000);
    // Online long enough for the ladder to be at its bottom again.
    await clock.advance(70_000);
    await receipt.delivered;
  };
  const forget = (): void => {
    world.forgetHistory();
    world.network.broker.published.length = 0;
    world.attaches.length = 0;
    (modem.transcript as unknown[]).length = 0;
  };
  await world.begin();
  const warm = Math.ceil(count / 10);
  for (let number = 1; number <= warm; number++) await recover(number);
  forget();
  const before = holdings(world.supervisorClock.armed);
  for (let number = warm + 1; number <= warm + count; number++) {
    await recover(number);
    if (number % 500 === 0) forget();
  }
  forget();
  compare(`${count} recoveries in virtual time`, before, holdings(world.supervisorClock.armed));
  const stopping = supervisor.stop();
  await clock.advance(60_000);
  await stopping;
  judge(world.supervisorClock.armed === 0, 'no timer is left after stop()');
}

/** CLOSED and online again, and every third time the port closed and opened. */
async function overSerialPort(count: number): Promise<void> {
  const broker = await Aedes.createBroker();
  const server = net.createServer((socket) => broker.handle(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const modem = await spawnSoftwareModem({
    profile: 'air780ep',
    latency: 'none',
    execArgv: process.execArgv.filter((arg) => arg !== '--expose-gc'),
  });
  const supervisor = createSupervisor(
    {
      port: modem.path,
      broker: { url: `mqtt://127.0.0.1:${port}`, clientId: 'meter-17' },
      subscriptions: [{ topic: 'cmd/#', qos: 1 }],
      outbox: { store: 'memory' },
      recovery: { stableMs: 1, backoff: { minMs: 1, maxMs: 10 } },
    },
    { logger: createLogger({ level: 'silent' }) },
  );
  const recover = async (number: number): Promise<void> => {
    if (number % 3 === 0) {
      await supervisor.stop();
      await supervisor.start();
    } else {
      const offline = leftOnline(supervisor);
      await modem.control('closed');
      await offline;
    }
    await supervisor.online();
    await (
      await supervisor.publish('up', `${number}`, { qos: 1 })
    ).delivered;
  };
  await supervisor.start();
  await supervisor.online();
  const warm = Math.ceil(count / 3);
  for (let number = 1; number <= warm; number++) await recover(number);
  const before = holdings(0);
  for (let number = 1; number <= count; number++) await recover(number);
  compare(`${count} recoveries over a pseudo-terminal with serialport`, before, holdings(0));
  await supervisor.stop();
  await modem.stop();
  await new Promise<void>((resolve) => broker.close(() => resolve()));
  server.close();
}

function leftOnline(supervisor: Supervisor): Promise<void> {
  return new Promise((resolve) => {
    const listener = ({ status }: { status: string }): void => {
      if (status === 'online') return;
      supervisor.off('state', listener);
      resolve();
    };
    supervisor.on('state', listener);
  });
}

function holdings(timers: number): Holdings {
  globalThis.gc?.();
  globalThis.gc?.();
  return {
    heapMB: process.memoryUsage().heapUsed / 1e6,
    resources: countByName(process.getActiveResourcesInfo()),
    files: readdirSync('/proc/self/fd').length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    timers,
  };
}

/** Immediates and requests come and go with every turn; what stays is a handle or a timer. */
function countByName(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) {
    if (name === 'Immediate' || name.includes('Req')) continue;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function compare(what: string, before: Holdings, after: Holdings): void {
  console.log(`${what}:`);
  judge(
    after.heapMB - before.heapMB <= MOST_HEAP_GROWTH_MB,
    `heap ${before.heapMB.toFixed(2)} -> ${after.heapMB.toFixed(2)} MB, at most ${MOST_HEAP_GROWTH_MB} MB more`,
  );
  judge(before.resources === after.resources, `resources: ${before.resources} -> ${after.resources}`);
  judge(before.files === after.files, `open files ${before.files} -> ${after.files}`);
  judge(before.listeners === after.listeners, `listeners ${before.listeners} -> ${after.listeners}`);
  judge(before.timers === after.timers, `timers of the supervisor ${before.timers} -> ${after.timers}`);
}

function judge(holds: boolean, what: string): void {
  console.log(`  ${holds ? 'ok    ' : 'GROWN '} ${what}`);
  if (!holds) process.exitCode = 1;
}
