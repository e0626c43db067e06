import { write } from 'node:fs';
import { createRequire } from 'node:module';
import { ReadStream } from 'node:tty';
import type { Clock } from '../clock/clock.js';
import type { PseudoTerminal } from './pseudo-terminal.js';

/** The native part of @lydell/node-pty. Its public open() reads the slave side itself, and so steals the bytes. */
interface NativePty {
  open(
    columns: number,
    rows: number,
  ): { readonly master: number; readonly slave: number; readonly pty: string };
}

const require = createRequire(import.meta.url);

/** How long a full terminal is left alone before the next try. */
const FULL_RETRY_MS = 2;

/** A pseudo-terminal of the optional package @lydell/node-pty. */
export async function nativePseudoTerminal(
  onInput: (bytes: Buffer) => void,
  clock: Clock,
): Promise<PseudoTerminal> {
  await Promise.resolve();
  const { requireBinary } = require('@lydell/node-pty/requireBinary.js') as {
    requireBinary: (file: string) => NativePty;
  };
  const { master, slave, pty } = requireBinary('pty.node').open(80, 24);
  // One open slave keeps the terminal alive between two clients; raw, or it would echo the modem's words back to it.
  const keeper = new ReadStream(slave);
  keeper.setRawMode(true);
  const reader = new ReadStream(master);
  reader.on('error', () => undefined);
  reader.on('data', (bytes: Buffer) => onInput(bytes));
  const writer = new DescriptorWriter(master, clock);
  return {
    path: pty,
    provider: 'node-pty',
    write: (bytes) => writer.write(bytes),
    close: async () => {
      writer.stop();
      await Promise.all([ended(keeper), ended(reader)]);
    },
  };
}

async function ended(stream: ReadStream): Promise<void> {
  if (stream.closed) return;
  await new Promise<void>((resolve) => {
    stream.once('close', () => resolve());
    stream.destroy();
  });
}

/**
 * Writes to a non-blocking descriptor in order. A stream will not do: libuv's writes to the master of a terminal block,
 * and a host that does not read would stop the whole process.
 */
class DescriptorWriter {
  readonly #descriptor: number;
  readonly #clock: Clock;
  #queue: Buffer[] = [];
  #busy = false;
  #stopped = false;

  constructor(descriptor: number, clock: Clock) {
    this.#descriptor = descriptor;
    this.#clock = clock;
  }

  write(bytes: Buffer): void {
    if (this.#stopped) return;
    this.#queue.push(bytes);
    if (!this.#busy) this.#next();
  }

  stop(): void {
    this.#stopped = true;
    this.#queue = [];
  }

  #next(): void {
    const [head] = this.#queue;
    this.#busy = head !== undefined && !this.#stopped;
    if (head === undefined || this.#stopped) return;
    write(this.#descriptor, head, (failure, written) => {
      if (this.#stopped) return;
      if (failure !== null && failure.code !== 'EAGAIN') {
        this.#queue.shift();
        this.#next();
        return;
      }
      if (failure === null) {
        if (written === head.length) this.#queue.shift();
        else this.#queue[0] = head.subarray(written);
        this.#next();
        return;
      }
      this.#clock.setTimeout(() => this.#next(), FULL_RETRY_MS);
    });
  }
}
