/**
 * The far side of a pseudo-terminal for the benchmarks: prints the path to open, answers every command with OK, and
 * says on stdout when the first bytes came. A process of its own, so that it does not share an event loop with what is
 * measured.
 */
import fs from 'node:fs';
import tty from 'node:tty';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const native = require(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`);
const { master, slave, pty } = native.open(80, 24);
// Kept open and raw: the line stays up between two openings and echoes nothing by itself.
const kept = new tty.ReadStream(slave);
kept.setRawMode(true);
kept.pause();

let pending = '';
let heard = false;
new tty.ReadStream(master).on('data', (chunk) => {
  if (!heard) process.stdout.write('heard\n');
  heard = true;
  pending += chunk.toString('latin1');
  let answers = '';
  for (let end = pending.indexOf('\r'); end >= 0; end = pending.indexOf('\r')) {
    pending = pending.slice(end + 1);
    answers += '\r\nOK\r\n';
  }
  if (answers !== '') fs.write(master, answers, () => undefined);
});
process.stdin.on('end', () => process.exit(0)).resume();
process.stdout.write(`${pty}\n`);
