import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/**
 * A socket that can be cut without either end being told: what radio silence, a NAT that forgot, or a module without
 * power look like. Before that it passes everything on, the end of the connection included.
 */
export class SeverableStream extends Duplex {
  readonly #socket: Socket;
  #severed = false;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => {
      if (!this.#severed && !this.push(bytes)) socket.pause();
    });
    socket.on('close', () => {
      if (!this.#severed) this.destroy();
    });
  }

  /** From now on nothing passes. The socket stays open until the other end closes it, but keeps no process alive. */
  sever(): void {
    if (this.#severed) return;
    this.#severed = true;
    this.#socket.resume();
    this.#socket.unref();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#severed || this.#socket.destroyed) done();
    else this.#socket.write(chunk, () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#severed) this.#socket.end();
    done();
  }

  override _destroy(cause: Error | null, done: (error: Error | null) => void): void {
    if (!this.#severed) this.#socket.destroy();
    done(cause);
  }
}
