import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** A socket whose line can be cut without either side being told, as when the radio goes out of reach. */
export class CuttableStream extends Duplex {
  readonly #socket: Socket;
  #isCut = false;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => {
      if (!this.#isCut && !this.push(bytes)) socket.pause();
    });
    socket.on('close', () => {
      if (!this.#isCut) this.destroy();
    });
  }

  /** From now on nothing passes in either direction; the socket stays open. */
  cut(): void {
    this.#isCut = true;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#isCut) done();
    else this.#socket.write(bytes, (error) => done(error));
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#isCut) this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#isCut) this.#socket.destroy();
    done(error);
  }
}
