/**
 * `npm run bench`: the wire stack beside bare serialport, on the same machine in the same run. The ratios are what
 * counts; absolute figures drift with the machine.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ReadlineParser } from '@serialport/parser-readline';
import { SerialPort } from 'serialport';
import { createCommands } from '../dist/src/air/commands/index.js';
import { readUrc } from '../dist/src/air/urcs.js';
import { airGrammar } from '../dist/src/air/wire-grammar.js';
import { AtChannel } from '../dist/src/at/channel.js';
import { WireReader } from '../dist/src/at/wire-reader.js';
import { systemClock } from '../dist/src/clock/system.js';
import { serialTransport } from '../dist/src/transport/serial.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const row = (name, value) => console.log(`${name.padEnd(58)} ${value}`);

async function answerer() {
  const child = spawn(process.execPath, [path.join(here, 'answerer.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = [];
  const waiting = [];
  let rest = '';
  child.stdout.on('data', (chunk) => {
    rest += chunk;
    const parts = rest.split('\n');
    rest = parts.pop();
    for (const line of parts) waiting.length > 0 ? waiting.shift()(line) : lines.push(line);
  });
  const line = () =>
    lines.length > 0 ? Promise.resolve(lines.shift()) : new Promise((done) => waiting.push(done));
  return { pty: await line(), heard: line, stop: () => child.stdin.end() };
}

/** Lines a second: what a modem says, in chunks as a UART delivers them. */
function framing() {
  const text =
    '\r\nOK\r\n\r\n+CSQ: 20,0\r\n\r\nOK\r\n\r\n+MSUB: "meter/17/cmd",12 byte,{"a":"hello"}\r\n\r\nSUBACK\r\n';
  const wire = Buffer.from(text.repeat(4_000), 'latin1');
  const chunks = [];
  for (let at = 0; at < wire.length; at += 64) chunks.push(wire.subarray(at, at + 64));
  const bare = () => {
    let lines = 0;
    const parser = new ReadlineParser({ delimiter: '\r\n', encoding: 'latin1' });
    parser.on('data', () => (lines += 1));
    const start = performance.now();
    for (const chunk of chunks) parser.write(chunk);
    return (lines / (performance.now() - start)) * 1_000;
  };
  const stack = () => {
    let items = 0;
    const reader = new WireReader({ clock: systemClock, grammar: airGrammar(), onItem: () => (items += 1) });
    const start = performance.now();
    for (const chunk of chunks) reader.push(chunk);
    const rate = (items / (performance.now() - start)) * 1_000;
    reader.dispose();
    return rate;
  };
  const rates = { bare: [], stack: [] };
  for (let round = 0; round < 7; round++) {
    rates.bare.push(bare());
    rates.stack.push(stack());
  }
  const [a, b] = [median(rates.bare), median(rates.stack)];
  row('lines a second, bare ReadlineParser (64-byte chunks)', Math.round(a).toLocaleString('en'));
  row('lines a second, guard + ReadlineParser + payload assembly', Math.round(b).toLocaleString('en'));
  row('ratio', (b / a).toFixed(2));
}

/** One AT round trip over a pseudo-terminal, the two in turn so that drift hits both. */
async function roundTrips() {
  const [one, two] = [await answerer(), await answerer()];
  const bare = new SerialPort({ path: one.pty, baudRate: 115_200, autoOpen: false });
  await new Promise((done, fail) => bare.open((error) => (error ? fail(error) : done())));
  const parser = bare.pipe(new ReadlineParser({ delimiter: '\r\n', encoding: 'latin1' }));
  const askBare = () =>
    new Promise((done) => {
      parser.once('data', done);
      bare.write('AT\r');
    });

  const transport = serialTransport(
    { path: two.pty, baudRate: 115_200 },
    systemClock,
  )({
    data: (bytes) => channel.receive(bytes),
    lost: (reason) => {
      throw reason;
    },
  });
  const channel = new AtChannel({
    clock: systemClock,
    grammar: airGrammar(),
    write: (bytes) => void transport.write(bytes),
    classify: (line, awaiting) => (readUrc(line, awaiting) ? 'urc' : 'other'),
    onUrc: () => undefined,
    onPayload: () => undefined,
    onUnresponsive: () => undefined,
  });
  await transport.open();
  const attention = createCommands().attention();
  const askStack = () => channel.execute(attention);

  const times = { bare: [], stack: [] };
  const measure = async (ask, into, count) => {
    for (let index = 0; index < count; index++) {
      const start = performance.now();
      await ask();
      into.push((performance.now() - start) * 1_000);
    }
  };
  await measure(askBare, [], 300);
  await measure(askStack, [], 300);
  for (let block = 0; block < 10; block++) {
    await measure(askBare, times.bare, 300);
    await measure(askStack, times.stack, 300);
  }
  await transport.close();
  await new Promise((done) => bare.close(done));
  one.stop();
  two.stop();
  const [a, b] = [median(times.bare), median(times.stack)];
  row('p50 of one AT round trip, bare serialport + ReadlineParser', `${a.toFixed(0)} us`);
  row('p50 of one AT round trip, the wire stack', `${b.toFixed(0)} us`);
  row('ratio', (b / a).toFixed(2));
}

/** From starting the process to the first byte of the first AT. */
async function coldStart() {
  const folder = mkdtempSync(path.join(tmpdir(), 'luat-link-bench-'));
  const times = { bare: [], stack: [] };
  const first = async (argv, pty, heard) => {
    const start = performance.now();
    const child = spawn(process.execPath, argv(pty), { stdio: ['pipe', 'ignore', 'ignore'] });
    await heard();
    const took = performance.now() - start;
    child.kill('SIGKILL');
    return took;
  };
  const bare = (pty) => [
    '--input-type=module',
    '-e',
    `import { SerialPort } from 'serialport'; const p = new SerialPort({ path: ${JSON.stringify(pty)}, baudRate: 115200 }, () => p.write('AT\\r'));`,
  ];
  const stack = (pty) => {
    const file = path.join(folder, 'config.json');
    writeFileSync(
      file,
      JSON.stringify({ port: pty, broker: { url: 'mqtt://127.0.0.1' }, log: { level: 'silent' } }),
    );
    return [path.join(here, '../dist/src/cli/main.js'), 'run', '-c', file];
  };
  for (let round = 0; round < 5; round++) {
    for (const [name, argv] of Object.entries({ bare, stack })) {
      const far = await answerer();
      times[name].push(await first(argv, far.pty, far.heard));
      far.stop();
    }
  }
  rmSync(folder, { recursive: true });
  const [a, b] = [median(times.bare), median(times.stack)];
  row('cold start to the first AT, bare serialport', `${a.toFixed(0)} ms`);
  row('cold start to the first AT, luat-link run', `${b.toFixed(0)} ms`);
  row('ratio', (b / a).toFixed(2));
}

framing();
await roundTrips();
await coldStart();
