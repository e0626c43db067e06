/**
 * The other end of the line for the benchmark: a pseudo-terminal whose far side answers every AT command with OK.
 * A process of its own, so that it does not compete with what is measured for one event loop. Needs @lydell/node-pty.
 */
import fs from 'node:fs';
import tty from 'node:tty';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { open } = require('@lydell/node-pty/native').open ? require('@lydell/node-pty/native') : nativeOf();

function nativeOf() {
  const platform = `${process.platform}-${process.arch}`;
  return require(`@lydell/node-pty-${platform}/prebuilds/${platform}/pty.node`);
}

const { master, slave, pty } = open(80, 24);
// Held open and raw: the line stays up when the other side closes, and echoes nothing by itself.
new tty.ReadStream(slave).setRawMode(true);
let pending = '';
const reader = new tty.ReadStream(master);
reader.on('data', (chunk) => {
  pending += chunk.toString('latin1');
  let answers = '';
  for (let end = pending.indexOf('\r'); end >= 0; end = pending.indexOf('\r')) {
    pending = pending.slice(end + 1).replace(/^\n/, '');
    answers += '\r\nOK\r\n';
  }
  if (answers !== '') fs.write(master, answers, () => undefined);
});
process.stdout.write(`${pty}\n`);
