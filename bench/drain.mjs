/**
 * `npm run bench:drain`: how fast a backlog drains through the software modem on a pseudo-terminal at 115,200 baud.
 *
 *   line limit = 1 / ((sent + answered bytes) * 10 / baud)      8N1: ten bits a byte; one message at a time
 *   allowed    = the same exchange with the modem and no serial port between: line and the module's own latency
 *   wanted     = 95 % of allowed with 256 bytes, 98 % with 1,024; with 64 no less than the bare loop
 *
 * Beside it, in the same run, a bare serialport loop that does nothing but publish. The three take turns, BENCH_ROUNDS
 * times for BENCH_SECONDS each, ten minutes in all, and the medians are shown. A busy machine delays
 * all three, and beside a load of 2 a figure says nothing. With `-- --page` a page of the live view is open meanwhile.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ReadlineParser } from '@serialport/parser-readline';
import { SerialPort } from 'serialport';
import { createSupervisor } from '../dist/src/index.js';

const BAUD = 115_200;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 10);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
/** Before the clock starts: the code is compiled then, and the link has asked its questions of the first second. */
const WARM_UP_SECONDS = 2;
const WATCHED = process.argv.includes('--page');
const WANTED = new Map([
  [256, 0.95],
  [1_024, 0.98],
]);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const TOPIC = 'meter/17/reading';
const here = path.dirname(fileURLToPath(import.meta.url));

async function pacedModem() {
  const child = spawn(process.execPath, [path.join(here, 'paced-modem.mjs'), String(BAUD)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = [];
  let rest = '';
  child.stdout.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) waiting.shift()?.(line);
  });
  const line = () => new Promise((done) => waiting.push(done));
  return {
    path: await line(),
    allowed: async (...words) => {
      child.stdin.write(`measure ${words.join(' ')}\n`);
      return Number(await line());
    },
    stop: () => child.stdin.end(),
  };
}

/** Publishes a second by serialport and ReadlineParser alone. */
async function bare(modem, qos, bytes, count, skip) {
  const port = new SerialPort({ path: modem.path, baudRate: BAUD, autoOpen: false });
  await new Promise((done, fail) => port.open((error) => (error ? fail(error) : done())));
  const parser = port.pipe(new ReadlineParser({ delimiter: '\r\n', encoding: 'latin1' }));
  const ask = (command, last) =>
    new Promise((done) => {
      const look = (line) => {
        if (line !== last) return;
        parser.off('data', look);
        done();
      };
      parser.on('data', look);
      port.write(`${command}\r`, 'latin1');
    });
  for (const [command, last] of [
    ['ATE0', 'OK'],
    ['AT+SAPBR=1,1', 'OK'],
    ['AT+MCONFIG="bare"', 'OK'],
    ['AT+MIPSTART="broker",1883', 'CONNECT OK'],
    ['AT+MCONNECT=1,60', 'CONNACK OK'],
  ])
    await ask(command, last);
  const command = `AT+MPUB="${TOPIC}",${qos},0,"${'x'.repeat(bytes)}"`;
  let start;
  for (let index = 0; index < count; index++) {
    if (index === skip) start = performance.now();
    await ask(command, qos === 0 ? 'OK' : 'PUBACK');
  }
  const rate = ((count - skip) * 1_000) / (performance.now() - start);
  await ask('AT+MIPCLOSE', 'OK');
  await new Promise((done) => port.close(done));
  return rate;
}

/** Publishes a second of a backlog that was accepted before the link came up. */
async function drain(modem, qos, bytes, count, skip) {
  const directory = mkdtempSync(path.join(here, '../dist/bench-drain-'));
  const link = createSupervisor({
    port: modem.path,
    broker: { url: 'mqtt://broker', clientId: 'drain' },
    outbox: { directory, maxMessages: 100_000 },
    log: { level: 'silent' },
    ...(WATCHED && { inspect: { port: 0 } }),
  });
  const payload = 'x'.repeat(bytes);
  const receipts = await Promise.all(
    Array.from({ length: count }, () => link.publish(TOPIC, payload, { qos })),
  );
  const online = link.online();
  await link.start();
  const page = WATCHED ? look(`${link.inspector.url}events`) : undefined;
  await online;
  await receipts[skip - 1].delivered;
  const start = performance.now();
  await receipts.at(-1).delivered;
  const rate = ((count - skip) * 1_000) / (performance.now() - start);
  page?.kill();
  await link.stop();
  rmSync(directory, { recursive: true, force: true });
  return rate;
}

/** A page of the live view, in a process of its own as a browser is. */
function look(url) {
  return spawn(process.execPath, ['-e', `require('http').get('${url}', (answer) => answer.resume())`], {
    stdio: 'ignore',
  });
}

const modem = await pacedModem();
console.log('messages a second; line limit = 1 / ((sent + answered bytes) * 10 / 115200)');
console.log(
  'allowed: line and module, without a serial port between; wanted: of allowed, with 64 bytes of bare',
);
console.log('bytes QoS  line limit  allowed  bare serialport  luat-link  of allowed  of bare  wanted');
for (const qos of [0, 1]) {
  for (const bytes of [64, 256, 1_024]) {
    const sent = `AT+MPUB="${TOPIC}",${qos},0,""\r`.length + bytes;
    const answered = '\r\nOK\r\n'.length + (qos === 0 ? 0 : '\r\nPUBACK\r\n'.length);
    const limit = BAUD / 10 / (sent + answered);
    const skip = Math.ceil(limit * WARM_UP_SECONDS);
    const count = skip + Math.ceil(limit * SECONDS);
    const rounds = { allowed: [], bare: [], ours: [] };
    for (let round = 0; round < ROUNDS; round++) {
      rounds.allowed.push(await modem.allowed(qos, TOPIC, bytes, count - skip));
      rounds.bare.push(await bare(modem, qos, bytes, count, skip));
      rounds.ours.push(await drain(modem, qos, bytes, count, skip));
    }
    const [allowed, loop, ours] = [rounds.allowed, rounds.bare, rounds.ours].map(median);
    const wanted = WANTED.get(bytes);
    const reached = wanted === undefined ? ours >= loop : ours >= wanted * allowed;
    const percent = (part) => `${(100 * part).toFixed(1)} %`;
    const aim = `${wanted === undefined ? '100 % of bare' : percent(wanted)}: ${reached ? 'reached' : 'MISSED'}`;
    console.log(
      [
        String(bytes).padStart(5),
        String(qos).padStart(3),
        limit.toFixed(1).padStart(11),
        allowed.toFixed(1).padStart(8),
        loop.toFixed(1).padStart(16),
        ours.toFixed(1).padStart(10),
        percent(ours / allowed).padStart(11),
        percent(ours / loop).padStart(8),
        ` ${aim}`,
      ].join(' '),
    );
  }
}
modem.stop();
const [load] = loadavg();
console.log(`load of the machine in the last minute: ${load.toFixed(1)}`);
