import { write } from 'node:fs';
import { createRequire } from 'node:module';
import { ReadStream } from 'node:tty';

/**
 * The modem's end of a serial line, as a pseudo-terminal.
 *
 * Only the native half of the pty package is used: its own `open` reads the slave side too and so steals the host's
 * bytes. The slave is kept open and raw, so that the host may come and go without the line hanging up.
 */
export class Terminal {
  #master;
  #slave;
  #reader;
  #pieces;
  #glueMs;
  #gathered = [];
  #gathering;
  #queue = [];
  #writing = false;

  /** @param {{pieces: number, glueMs: number}} shape  */
  constructor({ pieces, glueMs }) {
    const native = createRequire(import.meta.url)(
      `@lydell/node-pty-${process.platform}-${process.arch}/pty.node`,
    );
    const { master, slave, pty } = native.open(80, 24);
    this.path = pty;
    this.#master = master;
    this.#slave = new ReadStream(slave);
    this.#slave.setRawMode(true);
    this.#reader = new ReadStream(master);
    this.#reader.on('error', () => undefined);
    this.shape({ pieces, glueMs });
  }

  onBytes(listener) {
    this.#reader.on('data', listener);
  }

  /** @param shape pieces: most bytes a write, 0 for all at once; glueMs: how long lines are gathered into one write */
  shape({ pieces, glueMs }) {
    this.#pieces = pieces;
    this.#glueMs = glueMs;
  }

  /** Hands bytes to the line; `written` is called when the last of them is on it. */
  send(bytes, written) {
    this.#gathered.push({ bytes, written });
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
    if (last) last.written = () => gathered.forEach(({ written }) => written?.());
    if (!this.#writing) this.#next();
  }

  /** One write at a time, never the blocking kind: a full terminal answers EAGAIN and is asked again. */
  #next() {
    const piece = this.#queue[0];
    this.#writing = piece !== undefined;
    if (piece === undefined) return;
    write(this.#master, piece.bytes, 0, piece.bytes.length, null, (error, count) => {
      if (error?.code === 'EAGAIN') return void setTimeout(() => this.#next(), 2);
      if (error) throw error;
      if (count < piece.bytes.length) piece.bytes = piece.bytes.subarray(count);
      else {
        this.#queue.shift();
        piece.written?.();
      }
      this.#next();
    });
  }
}
