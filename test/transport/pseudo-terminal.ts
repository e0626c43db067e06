import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ReadStream } from 'node:tty';

interface NativePty {
  open(columns: number, rows: number): { master: number; slave: number; pty: string };
}

/** The native part alone: the package's own `open` reads the terminal's slave side itself, and so steals its bytes. */
function loadNative(): NativePty | undefined {
  try {
    const require = createRequire(import.meta.url);
    return require(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`) as NativePty;
  } catch {
    return undefined;
  }
}

const native = process.platform === 'win32' ? undefined : loadNative();

/**
 * Whether tests on pseudo-terminals can run: the package is an optional dependency. Where nothing may be skipped they
 * run, and fail, without it.
 */
export const hasPseudoTerminals = native !== undefined || process.env['SKIP_NOTHING'] === '1';
if (!hasPseudoTerminals) {
  process.stderr.write(
    'SKIPPED tests on pseudo-terminals: the optional package @lydell/node-pty is not installed\n',
  );
}

/** A pseudo-terminal: a port for serialport to open, and the test at the module's end of it. */
export class PseudoTerminal {
  readonly path: string;
  readonly #master: number;
  readonly #reader: ReadStream;
  #received = '';
  #wake: () => void = () => undefined;

  constructor() {
    if (!native) throw new Error('This machine has no pseudo-terminals.');
    const { master, slave, pty } = native.open(80, 24);
    this.path = pty;
    this.#master = master;
    // Raw, so that the terminal itself echoes nothing.
    new ReadStream(slave).setRawMode(true).destroy();
    this.#reader = new ReadStream(master);
    // EIO whenever nobody holds the other side.
    this.#reader.on('error', () => undefined);
    this.#reader.on('data', (bytes: Buffer) => {
      this.#received += bytes.toString('latin1');
      this.#wake();
    });
  }

  /** Says something; at most a few KiB, since a write to a full terminal would block. */
  say(text: string): void {
    writeSync(this.#master, text, null, 'latin1');
  }

  /** Settles when the host has sent this. */
  async heard(text: string): Promise<void> {
    while (!this.#received.includes(text)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Pulls the plug; settles when it is out. */
  async hangUp(): Promise<void> {
    this.#reader.destroy();
    if (!this.#reader.closed) await once(this.#reader, 'close');
  }
}
