/**
 * Publishes without end over a software modem of its own, through CLOSED, DEACT and reboots, until it is killed:
 *
 *   crash-publisher.mjs DIRECTORY BROKER_PORT FIRST_NUMBER SEED [drain]
 *
 * It says on stdout what a parent must know to judge: "opened MILLISECONDS WAITING", "online", "accepted N", "fault",
 * "resent" before a message that may have arrived goes out again, "drained".
 */
import { writeSync } from 'node:fs';
import { pino } from 'pino';
import { createSupervisor } from '../../dist/src/index.js';
import { memoryTransport, SoftwareModem, systemClock, tcpNetwork } from '../../dist/src/testing/index.js';

const [directory, brokerPort, first, seed, mode] = process.argv.slice(2);
const say = (...words) => writeSync(1, `${words.join(' ')}\n`);
let state = Number(seed) || 1;
const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;

const modem = new SoftwareModem({
  profile: 'air780ep',
  clock: systemClock,
  random,
  network: tcpNetwork(),
  latency: 'none',
});
modem.powerOn();
/** Written before the call returns: what is said is not lost with the process. */
const logger = pino({}, { write: (line) => void (line.includes('sent again') && say('resent')) });
const link = createSupervisor(
  {
    port: 'memory',
    broker: { url: `mqtt://127.0.0.1:${brokerPort}`, clientId: 'meter' },
    outbox: { directory },
    recovery: {
      backoff: { minMs: 5, maxMs: 20 },
      stableMs: 0,
      commandTimeoutMs: 3_000,
      radioAttachesPerHour: 3_600,
    },
  },
  { openTransport: memoryTransport(modem), random, logger },
);
link.on('state', ({ status }) => {
  if (status === 'online') say('online');
});
const begun = performance.now();
await link.deadLetters.list();
say('opened', performance.now() - begun, link.status().outbox.waiting);
await link.start();

if (mode === 'drain') {
  await link.online();
  while (link.status().outbox.waiting > 0) await pause(20);
  await link.stop();
  modem.powerOff();
  say('drained');
  process.exit(0);
}

const faults = [() => modem.faults.closed(), () => modem.faults.deact('pdp'), () => modem.faults.reboot(1)];
void (async () => {
  for (;;) {
    await pause(30 + 120 * random());
    if (link.status().status !== 'online') continue;
    say('fault');
    faults[Math.floor(random() * faults.length)]();
  }
})();

for (let number = Number(first); ; number++) {
  // Several at a time, so that they share a commit; never so many that the end could not be reached.
  const publishing = link
    .publish(`crash/${number % 3}`, String(number), { qos: number % 3 === 2 ? 2 : 1 })
    .then(() => say('accepted', number));
  if (number % 8 === 0) await publishing;
  while (link.status().outbox.waiting > 400) await pause(5);
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
