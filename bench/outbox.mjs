/**
 * `npm run bench:outbox`: what accepting costs, beside bare classic-level on the same disk in the same run, in turn so
 * that drift hits both, with the same keys and as many bytes a record; how long an outbox takes to open again; and what a
 * million accepted messages cost in memory while the link is down; `npm run bench:outbox -- times` leaves the last out.
 *
 * Bare classic-level is measured in both ways that it offers: an array of operations, the usual one, and a chained batch,
 * which is several times faster and which the outbox uses too. Bare, nothing is made of a message: one ready record is
 * written again and again.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClassicLevel } from 'classic-level';
import { systemClock } from '../dist/src/clock/system.js';
import { LinkError } from '../dist/src/errors/link-error.js';
import { createOutbox } from '../dist/src/outbox/create.js';
import { keyOf } from '../dist/src/outbox/keys.js';
import { encodeMessage } from '../dist/src/outbox/record.js';

const MILLION = Number(process.env.BENCH_MESSAGES ?? 1_000_000);
const BATCH = 256;
const row = (name, value) => console.log(`${name.padEnd(66)} ${value}`);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const p99 = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)];
const whole = (value) => Math.round(value).toLocaleString('en');

const quiet = { info: () => undefined, warn: () => undefined };
const open = (name, limits = {}) =>
  createOutbox(
    {
      store: 'disk',
      directory: path.join(folder, name),
      maxMessages: 10_000_000,
      maxBytes: 1e12,
      overflow: 'reject',
      maxDeadLetters: 1_000,
      qos0: 'memory',
      ...limits,
    },
    { clock: systemClock, log: quiet },
  );
const stopped = new LinkError('STOPPED', 'The benchmark is over.');

const payload = Buffer.alloc(64, 'x');
const message = { topic: 'meter/17/data', payload, qos: 1, retain: false };
const record = encodeMessage(1, { message, acceptedAt: Date.now(), expiresAt: undefined });
const acceptMany = (outbox, count) =>
  Promise.all(Array.from({ length: count }, () => outbox.accept(message)));

async function accepting() {
  const outbox = open('accepting');
  await outbox.open();
  const encodings = { keyEncoding: 'utf8', valueEncoding: 'buffer' };
  const level = new ClassicLevel(path.join(folder, 'bare'), encodings);
  await level.open();
  let count = 0;
  const key = () => keyOf('message', ++count);
  const single = {
    'bare classic-level': () => level.put(key(), record, { sync: true }),
    'the outbox': () => outbox.accept(message),
  };
  const batched = {
    'bare classic-level, an array': () =>
      level.batch(
        Array.from({ length: BATCH }, () => ({ type: 'put', key: key(), value: record })),
        { sync: true },
      ),
    'bare classic-level, chained': () => {
      const batch = level.batch();
      for (let index = 0; index < BATCH; index++) batch.put(key(), record);
      return batch.write({ sync: true });
    },
    'the outbox': () => acceptMany(outbox, BATCH),
  };
  for (const [name, ways, rounds, each] of [
    ['one at a time', single, 300, 1],
    [`${BATCH} at a time`, batched, 40, BATCH],
  ]) {
    const names = Object.keys(ways);
    const rates = new Map(names.map((way) => [way, []]));
    const times = new Map(names.map((way) => [way, []]));
    // The first block only warms up.
    for (let block = 0; block < 25; block++) {
      for (const way of names) {
        const start = performance.now();
        for (let round = 0; round < rounds; round++) {
          const begun = performance.now();
          await ways[way]();
          if (block > 0) times.get(way).push(performance.now() - begun);
        }
        if (block > 0) rates.get(way).push((rounds * each * 1_000) / (performance.now() - start));
      }
    }
    const ours = median(rates.get('the outbox'));
    for (const way of names) {
      const rate = median(rates.get(way));
      const beside = way === 'the outbox' ? '' : `  the outbox reaches ${(ours / rate).toFixed(2)} of it`;
      row(`accepted a second with fsync, ${name}: ${way}`, `${whole(rate).padStart(8)}${beside}`);
    }
    const slower = p99(times.get('the outbox'));
    for (const way of names) {
      const slow = p99(times.get(way));
      const beside = way === 'the outbox' ? '' : `  the outbox takes ${(slower / slow).toFixed(2)} x as long`;
      row(`p99 until it is accepted, ${name}: ${way}`, `${slow.toFixed(2).padStart(5)} ms${beside}`);
    }
  }
  row('bytes a record, everywhere', record.length);
  await outbox.close(stopped);
  await level.close();
}

/** As after a crash: written by a process that was killed, opened by one that does nothing else. */
function reopening() {
  const times = [];
  for (let round = 0; round < 7; round++) {
    const name = `reopening-${round}`;
    try {
      child('fill', name);
    } catch (error) {
      if (error.signal !== 'SIGKILL') throw error;
    }
    times.push(Number(child('reopen', name)));
  }
  const shown = [...times].sort((a, b) => a - b).map((time) => time.toFixed(0));
  row(
    'opening with 10,000 waiting after kill -9, classic-level loaded before',
    `${shown[3]} ms (${shown.join(', ')})`,
  );
}

function child(job, name) {
  const self = fileURLToPath(import.meta.url);
  return execFileSync(process.execPath, [self, job, folder, name], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function fill(name) {
  const outbox = open(name);
  for (let count = 0; count < 10_000; count += 250) await acceptMany(outbox, 250);
  process.kill(process.pid, 'SIGKILL');
}

async function reopen(name) {
  const outbox = open(name);
  const start = performance.now();
  await outbox.open();
  console.log(performance.now() - start);
  if (outbox.size !== 10_000) throw new Error(`${outbox.size} of 10,000 are there`);
  await outbox.close(stopped);
}

/** What is in use, after everything that can be let go was. */
async function memory() {
  // Finalizers of receipts run in turns of their own.
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed / 1_048_576, rss: rss / 1_048_576 };
}

async function million(name, limits, makeMessage = () => message) {
  const outbox = open(name, limits);
  await outbox.open();
  row(`${name}:`, '    heap  resident   waiting');
  for (let step = 0; step <= 5; step++) {
    const from = step === 0 ? 0 : ((step - 1) * MILLION) / 5;
    for (let count = from; count < (step * MILLION) / 5; count += BATCH) {
      await Promise.all(
        Array.from({ length: BATCH }, (_, index) => outbox.accept(makeMessage(count + index))),
      );
    }
    const { heap, rss } = await memory();
    const waiting = whole(outbox.size).padStart(9);
    row(
      `  ${whole((step * MILLION) / 5).padStart(9)} accepted`,
      `${heap.toFixed(1).padStart(8)}  ${rss.toFixed(0).padStart(8)} ${waiting}`,
    );
  }
  await outbox.close(stopped);
  const again = open(name, limits);
  const start = performance.now();
  await again.open();
  const took = performance.now() - start;
  row(`  ${whole(again.size).padStart(9)} wait when it is opened again`, `${took.toFixed(0).padStart(6)} ms`);
  await again.close(stopped);
}

const [job, given, name] = process.argv.slice(2);
// Beside the build and not in /tmp, which may be memory.
const folder = given ?? mkdtempSync(fileURLToPath(new URL('../dist/bench-outbox-', import.meta.url)));
if (job === 'fill') await fill(name);
else if (job === 'reopen') await reopen(name);
else {
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  await accepting();
  reopening();
  if (job === 'times') process.exit();
  await million('a million wait, in MiB', {});
  await million('the newest 10,000 of them, the oldest dropped, in MiB', {
    maxMessages: 10_000,
    overflow: 'drop-oldest',
  });
  await million(
    'each with a lifetime of its own, the newest 10,000, in MiB',
    { maxMessages: 10_000, overflow: 'drop-oldest' },
    () => ({
      ...message,
      ttlMs: 3_600_000,
    }),
  );
}
