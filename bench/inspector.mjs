/**
 * `npm run bench:inspector`: what an observer costs the supervisor. Supervisors in processes of their own do the same
 * work by turns, message traffic and recoveries; some are watched. Their processor time is compared, pair by pair, in two
 * settings:
 *
 *   on a serial port   as it is used: pseudo-terminal, outbox on the disk, the software modem in another process
 *   in memory          the hardest: no port, no disk, no waiting; whatever time there is goes to the chart and its driver
 *
 * The first row of each is a second supervisor that nobody watches: how far the ratio strays on this machine by itself.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { Aedes } from 'aedes';

const ROUNDS = Number(process.env.ROUNDS ?? 25);
const WARM = 8;

const watches = {
  control: 'nobody either: the noise of this machine',
  observer: 'an observer that does nothing',
  view: 'the live view, no page open',
  page: 'the live view, a page that looks',
};

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const row = (name, value) => console.log(`  ${name.padEnd(44)} ${value}`);

/** The garbage collector's helper threads wait by spinning when cores are scarce; on one thread only its work counts. */
async function supervisor(setting, watch, broker) {
  const worker = fork(new URL('./inspector/supervisor.mjs', import.meta.url), [setting, watch, broker], {
    execArgv: ['--single-threaded-gc'],
  });
  const [{ events }] = await once(worker, 'message');
  const round = async () => {
    worker.send('round');
    const [{ cpuMs }] = await once(worker, 'message');
    return cpuMs;
  };
  return { events, round, end: () => worker.disconnect() };
}

async function measure(setting, broker) {
  const names = ['nobody', ...Object.keys(watches)];
  const supervisors = [];
  for (const name of names) supervisors.push(await supervisor(setting, name, broker));
  const times = names.map(() => []);
  for (let count = -WARM; count < ROUNDS; count += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      // Each in each place of the row: drift of the machine hits them all.
      const index = (turn + Math.abs(count)) % names.length;
      const cpuMs = await supervisors[index].round();
      if (count >= 0) times[index].push(cpuMs);
    }
  }
  const [bare, ...watched] = times;
  const { events } = supervisors[0];
  console.log(
    `\n${setting}: ${events} events a round (steps of the chart, lines, messages), ${ROUNDS} rounds`,
  );
  row('nobody watches', `${((median(bare) * 1_000) / events).toFixed(1)} us an event`);
  for (const [index, words] of Object.values(watches).entries()) {
    const cost = median(watched[index].map((time, count) => time / bare[count])) - 1;
    row(words, `${cost < 0 ? '' : '+'}${(cost * 100).toFixed(1)} %`);
  }
  for (const { end } of supervisors) end();
}

const broker = await Aedes.createBroker();
const server = net.createServer(broker.handle).listen(0, '127.0.0.1');
await once(server, 'listening');
await measure('on a serial port', `mqtt://127.0.0.1:${server.address().port}`);
await measure('in memory', 'mqtt://broker.example');
broker.close();
server.close();
