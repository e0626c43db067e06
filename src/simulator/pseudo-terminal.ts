import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import tty from 'node:tty';
import type { Clock } from '../clock/clock.js';

/** The far end of a pseudo-terminal: what the host writes comes in, what is written goes to the host. */
export interface PseudoTerminal {
  /** What the host opens: `/dev/pts/7`. */
  readonly path: string;
  write(bytes: Buffer): void;
  onData(listener: (bytes: Buffer) => void): void;
  close(): void;
}

/** No pseudo-terminal can be had on this machine. */
export class NoPseudoTerminal extends Error {
  override readonly name = 'NoPseudoTerminal';
}

/** How long to wait before a full terminal is written to again. */
const RETRY_MS = 5;

interface NativePty {
  open(columns: number, rows: number): { master: number; slave: number; pty: string };
}

/**
 * Opens a pseudo-terminal: by the prebuilt native part of `@lydell/node-pty`, or by `script` and `stty`, which every
 * Debian has.
 * @throws NoPseudoTerminal
 */
export async function openPseudoTerminal(clock: Clock): Promise<PseudoTerminal> {
  const native = loadNative();
  if (native !== undefined) return new NativePseudoTerminal(native, clock);
  if (process.platform === 'linux') return openByScript();
  throw new NoPseudoTerminal(
    `There is no pseudo-terminal for ${process.platform}-${process.arch}: the optional package @lydell/node-pty is missing. Use TCP or the in-memory line instead.`,
  );
}

/** Only the native part: the package's own open() reads the host's side itself, and so steals its bytes. */
function loadNative(): NativePty | undefined {
  if (process.platform === 'win32') return undefined;
  try {
    const require = createRequire(import.meta.url);
    return require(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`) as NativePty;
  } catch {
    return undefined;
  }
}

class NativePseudoTerminal implements PseudoTerminal {
  readonly path: string;
  readonly #clock: Clock;
  readonly #master: number;
  readonly #reader: tty.ReadStream;
  /** Kept open, so that the module stays when the host closes; raw, so that nothing is echoed. */
  readonly #slave: tty.ReadStream;
  readonly #pending: Buffer[] = [];
  #writing = false;
  #closed = false;

  constructor(native: NativePty, clock: Clock) {
    this.#clock = clock;
    const { master, slave, pty } = native.open(80, 24);
    this.path = pty;
    this.#master = master;
    this.#slave = new tty.ReadStream(slave);
    this.#slave.setRawMode(true);
    this.#slave.pause();
    this.#reader = new tty.ReadStream(master);
    this.#reader.on('error', () => undefined);
  }

  onData(listener: (bytes: Buffer) => void): void {
    this.#reader.on('data', listener);
  }

  /** A write through libuv would block the event loop when the terminal is full; so it is tried and retried. */
  write(bytes: Buffer): void {
    this.#pending.push(bytes);
    this.#flush();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pending.length = 0;
    this.#reader.destroy();
    this.#slave.destroy();
  }

  #flush(): void {
    const bytes = this.#pending[0];
    if (bytes === undefined || this.#writing || this.#closed) return;
    this.#writing = true;
    fs.write(this.#master, bytes, (error, written) => {
      this.#writing = false;
      if (this.#closed) return;
      if (error === null) {
        if (written < bytes.length) this.#pending[0] = bytes.subarray(written);
        else this.#pending.shift();
        this.#flush();
      } else if (error.code === 'EAGAIN') {
        this.#clock.setTimeout(() => this.#flush(), RETRY_MS);
      } else {
        this.#pending.length = 0;
      }
    });
  }
}

/** `script` makes the terminal, `stty` makes it raw, `tty` tells its name on the first line. */
async function openByScript(): Promise<PseudoTerminal> {
  const child = spawn('script', ['-qfec', 'stty raw -echo; tty; exec sleep 2147483647', '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const { stdin, stdout } = child;
  stdin.on('error', () => undefined);
  const path = await new Promise<string>((resolve, reject) => {
    let text = '';
    const read = (bytes: Buffer): void => {
      text += bytes.toString('latin1');
      const name = /(\/dev\/\S+)\s*\n/.exec(text)?.[1];
      if (name === undefined) return;
      stdout.off('data', read);
      resolve(name);
    };
    stdout.on('data', read);
    child.once('error', (error) => {
      reject(new NoPseudoTerminal(`There is neither @lydell/node-pty nor script: ${error.message}`));
    });
    child.once('exit', () => reject(new NoPseudoTerminal('script ended before it named a terminal.')));
  });
  return {
    path,
    write: (bytes) => void stdin.write(bytes),
    onData: (listener) => void stdout.on('data', listener),
    close: () => void child.kill(),
  };
}
