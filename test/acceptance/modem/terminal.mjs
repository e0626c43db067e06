import { symlinkSync, unlinkSync, write } from 'node:fs';
import { createRequire } from 'node:module';
import { ReadStream } from 'node:tty';

const native = createRequire(import.meta.url)(
  `@lydell/node-pty-${process.platform}-${process.arch}/pty.node`,
);

/**
 * The modem's end of a serial line, as a pseudo-terminal under a name that stays the same when it is plugged in again.
 *
 * Only the native half of the pty package is used: its own `open` reads the slave side too and so steals the host's
 * bytes. The slave is kept open and raw, so that the host may come and go without the line hanging up.
 */
export class Terminal {
  #listener = () => undefined;
  #master;
  #slave;
  #reader;
  #pieces;
  #glueMs;
  #gathered = [];
  #gathering;
  #queue = [];
  #writing = false;

  /** @param {{path: string, pieces: number, glueMs: number}} options path: where a link to the terminal is made */
  constructor({ path, pieces, glueMs }) {
    this.path = path;
    this.shape({ pieces, glueMs });
    this.plug();
  }

  plug() {
    const { master, slave, pty } = native.open(80, 24);
    this.#master = master;
    this.#slave = new ReadStream(slave);
    this.#slave.setRawMode(true);
    this.#reader = new ReadStream(master);
    this.#reader.on('error', () => undefined);
    this.#reader.on('data', (bytes) => this.#listener(bytes));
    symlinkSync(pty, this.path);
  }

  /** Nobody is behind the host's end any more, and its name is gone. */
  unplug() {
    unlinkSync(this.path);
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#gathered = [];
    this.#queue = [];
    this.#writing = false;
    this.#master = undefined;
    this.#reader.destroy();
    this.#slave.destroy();
  }

  onBytes(listener) {
    this.#listener = listener;
  }

  /** @param shape pieces: most bytes a write, 0 for all at once; glueMs: how long lines are gathered into one write */
  shape({ pieces, glueMs }) {
    this.#pieces = pieces;
    this.#glueMs = glueMs;
  }

  /**
   * Hands bytes to the line; `leaving` is called when the last of them goes out, before anybody can have read them: a
   * host is quick to answer, and the end of a write is told later than its bytes are there.
   */
  send(bytes, leaving) {
    if (this.#master === undefined) return;
    this.#gathered.push({ bytes, leaving });
    if (this.#gathering !== undefined) return;
    if (this.#glueMs === 0) this.#release();
    else this.#gathering = setTimeout(() => this.#release(), this.#glueMs);
  }

  #release() {
    this.#gathering = undefined;
    const gathered = this.#gathered.splice(0);
    const whole = Buffer.concat(gathered.map(({ bytes }) => bytes));
    const size = this.#pieces === 0 ? whole.length : this.#pieces;
    for (let at = 0; at < whole.length; at += size) {
      this.#queue.push({ bytes: whole.subarray(at, at + size) });
    }
    const last = this.#queue.at(-1);
    if (last) last.leaving = () => gathered.forEach(({ leaving }) => leaving?.());
    if (!this.#writing) this.#next();
  }

  /** One write at a time, never the blocking kind: a full terminal answers EAGAIN and is asked again. */
  #next() {
    const piece = this.#queue[0];
    this.#writing = piece !== undefined;
    if (piece === undefined) return;
    const master = this.#master;
    piece.leaving?.();
    write(master, piece.bytes, 0, piece.bytes.length, null, (error, count) => {
      if (master !== this.#master) return;
      if (error?.code === 'EAGAIN') return void setTimeout(() => this.#next(), 2);
      if (error) throw error;
      if (count < piece.bytes.length) piece.bytes = piece.bytes.subarray(count);
      else this.#queue.shift();
      this.#next();
    });
  }
}
