/**
 * `npm run bench:drain`: how fast a backlog drains through the software modem on a pseudo-terminal at 115,200 baud.
 *
 *   line limit = 1 / ((sent + answered bytes) * 10 / baud)      8N1: ten bits a byte; one message at a time
 *   allowed    = the same exchange with the modem and no serial port between: line and the module's own latency
 *
 * Beside it, in the same run, a bare serialport loop that does nothing but publish.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ReadlineParser } from '@serialport/parser-readline';
import { SerialPort } from 'serialport';
import { createSupervisor } from '../dist/src/index.js';

const BAUD = 115_200;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
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
async function bare(modem, qos, bytes, count) {
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
  const start = performance.now();
  for (let index = 0; index < count; index++) await ask(command, qos === 0 ? 'OK' : 'PUBACK');
  const rate = (count * 1_000) / (performance.now() - start);
  await ask('AT+MIPCLOSE', 'OK');
  await new Promise((done) => port.close(done));
  return rate;
}

/** Publishes a second of a backlog that was accepted before the link came up. */
async function drain(modem, qos, bytes, count) {
  const directory = mkdtempSync(path.join(here, '../dist/bench-drain-'));
  const link = createSupervisor({
    port: modem.path,
    broker: { url: 'mqtt://broker', clientId: 'drain' },
    outbox: { directory, maxMessages: 100_000 },
    log: { level: 'silent' },
  });
  const payload = 'x'.repeat(bytes);
  const receipts = await Promise.all(
    Array.from({ length: count }, () => link.publish(TOPIC, payload, { qos })),
  );
  const online = link.online();
  await link.start();
  await online;
  await receipts[0].delivered;
  const start = performance.now();
  await receipts.at(-1).delivered;
  const rate = ((count - 1) * 1_000) / (performance.now() - start);
  await link.stop();
  rmSync(directory, { recursive: true, force: true });
  return rate;
}

const modem = await pacedModem();
console.log(
  'line limit = 1 / ((sent + answered bytes) * 10 / 115200); allowed: without a serial port between',
);
console.log(
  'bytes  QoS  line limit  allowed  bare serialport   luat-link   of the limit  of allowed  of bare',
);
for (const qos of [0, 1]) {
  for (const bytes of [64, 256, 1_024]) {
    const sent = `AT+MPUB="${TOPIC}",${qos},0,""\r`.length + bytes;
    const answered = '\r\nOK\r\n'.length + (qos === 0 ? 0 : '\r\nPUBACK\r\n'.length);
    const limit = BAUD / 10 / (sent + answered);
    const count = Math.ceil(limit * SECONDS);
    const allowed = await modem.allowed(qos, TOPIC, bytes, count);
    const loop = await bare(modem, qos, bytes, count);
    const ours = await drain(modem, qos, bytes, count);
    const percent = (of) => `${((100 * ours) / of).toFixed(1)} %`;
    console.log(
      [
        String(bytes).padStart(5),
        String(qos).padStart(4),
        limit.toFixed(1).padStart(11),
        allowed.toFixed(1).padStart(8),
        loop.toFixed(1).padStart(16),
        ours.toFixed(1).padStart(11),
        percent(limit).padStart(14),
        percent(allowed).padStart(11),
        percent(loop).padStart(8),
      ].join(' '),
    );
  }
}
modem.stop();
