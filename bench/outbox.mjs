/**
 * `npm run bench:outbox`: what accepting costs, beside bare classic-level on the same disk in the same run, in turn so
 * that drift hits both; and what a million accepted messages cost in memory while the link is down.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClassicLevel } from 'classic-level';
import { systemClock } from '../dist/src/clock/system.js';
import { LinkError } from '../dist/src/errors/link-error.js';
import { createOutbox } from '../dist/src/outbox/create.js';

const MILLION = Number(process.env.BENCH_MESSAGES ?? 1_000_000);
const BATCH = 256;
const row = (name, value) => console.log(`${name.padEnd(66)} ${value}`);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const p99 = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)];
const whole = (value) => Math.round(value).toLocaleString('en');

// Beside the build and not in /tmp, which may be memory.
const folder = mkdtempSync(fileURLToPath(new URL('../dist/bench-outbox-', import.meta.url)));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

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
const record = Buffer.alloc(180, 'x');

async function accepting() {
  const outbox = open('accepting');
  await outbox.open();
  const bare = new ClassicLevel(path.join(folder, 'bare'), { keyEncoding: 'utf8', valueEncoding: 'buffer' });
  await bare.open();
  let count = 0;
  const key = () => `message!${String(++count).padStart(16, '0')}`;
  const single = {
    bare: () => bare.put(key(), record, { sync: true }),
    outbox: () => outbox.accept(message),
  };
  const batched = {
    bare: () =>
      bare.batch(
        Array.from({ length: BATCH }, () => ({ type: 'put', key: key(), value: record })),
        { sync: true },
      ),
    outbox: () => Promise.all(Array.from({ length: BATCH }, () => outbox.accept(message))),
  };
  for (const [name, ways, rounds, each] of [
    ['single', single, 300, 1],
    [`${BATCH} at a time`, batched, 12, BATCH],
  ]) {
    const rates = { bare: [], outbox: [] };
    const times = { bare: [], outbox: [] };
    for (let block = 0; block < 9; block++) {
      for (const way of ['bare', 'outbox']) {
        const start = performance.now();
        for (let round = 0; round < rounds; round++) {
          const begun = performance.now();
          await ways[way]();
          times[way].push(performance.now() - begun);
        }
        rates[way].push((rounds * each * 1_000) / (performance.now() - start));
      }
    }
    const [a, b] = [median(rates.bare), median(rates.outbox)];
    row(`accepted messages a second with fsync, ${name}: bare classic-level`, whole(a));
    row(`accepted messages a second with fsync, ${name}: the outbox`, whole(b));
    row('ratio', (b / a).toFixed(2));
    if (each > 1) continue;
    const [slow, slower] = [p99(times.bare), p99(times.outbox)];
    row('p99 of one accept: bare classic-level', `${slow.toFixed(2)} ms`);
    row('p99 of one accept: the outbox', `${slower.toFixed(2)} ms`);
    row('ratio', (slower / slow).toFixed(2));
  }
  await outbox.close(stopped);
  await bare.close();
}

async function reopening() {
  const first = open('reopening');
  for (let index = 0; index < 10_000; index += BATCH) {
    await Promise.all(Array.from({ length: Math.min(BATCH, 10_000 - index) }, () => first.accept(message)));
  }
  await first.close(stopped);
  const times = [];
  for (let round = 0; round < 7; round++) {
    const again = open('reopening');
    const start = performance.now();
    await again.open();
    times.push(performance.now() - start);
    if (again.size !== 10_000) throw new Error(`${again.size} of 10,000 are there`);
    await again.close(stopped);
  }
  row('reopening with 10,000 waiting', `${median(times).toFixed(0)} ms`);
}

async function million(name, limits) {
  const outbox = open(name, limits);
  const memory = async () => {
    // Finalizers of receipts run in turns of their own.
    for (let turn = 0; turn < 3; turn++) {
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { heapUsed, rss } = process.memoryUsage();
    return { heap: heapUsed / 1_048_576, rss: rss / 1_048_576 };
  };
  const accept = async (from, to) => {
    for (let index = from; index < to; index += BATCH) {
      await Promise.all(Array.from({ length: Math.min(BATCH, to - index) }, () => outbox.accept(message)));
    }
    return memory();
  };
  const early = await accept(0, MILLION / 10);
  const late = await accept(MILLION / 10, MILLION);
  const show = ({ heap, rss }) => `heap ${heap.toFixed(1)} MiB, resident ${rss.toFixed(0)} MiB`;
  row(`${name}: after ${whole(MILLION / 10)} accepted offline`, show(early));
  row(`${name}: after ${whole(MILLION)} accepted offline, ${whole(outbox.size)} waiting`, show(late));
  await outbox.close(stopped);
}

await accepting();
await reopening();
await million('all within the bounds', {});
await million('the newest 10,000 kept (drop-oldest)', { maxMessages: 10_000, overflow: 'drop-oldest' });
