import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { collect } from '../../secrets/collector.js';
import { HeardLines } from './heard-lines.js';

const LAST_WORDS = 20_000;

/** A child process that is spoken to in JSON lines, and everything it has said so far. */
export class LineProcess {
  /** Its stdout. */
  readonly out: HeardLines;
  /** Its stderr. */
  readonly log: HeardLines;
  readonly #name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #exited: Promise<number | null>;
  #stderr = '';

  constructor(name: string, args: readonly string[]) {
    this.#name = name;
    this.out = new HeardLines(name);
    this.log = new HeardLines(`${name}, stderr`);
    // Variables of that name would be configuration to the product; the test's own are not.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('LUAT_LINK_')),
    );
    this.#child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#exited = once(this.#child, 'close').then(([code]) => {
      this.out.end();
      this.log.end();
      return code as number | null;
    });
    // A process that has ended takes no more orders; whoever waits for its answer is told by the wait.
    this.#child.stdin.on('error', () => undefined);
    // The modem may tell what it was told; the product may not.
    const looked = (text: string): void => {
      if (name === 'product') collect('process', text);
    };
    createInterface({ input: this.#child.stdout }).on('line', (text) => {
      looked(text);
      this.out.take(text);
    });
    createInterface({ input: this.#child.stderr }).on('line', (text) => {
      looked(text);
      this.#stderr = `${this.#stderr}${text}\n`.slice(-LAST_WORDS);
      this.log.take(text);
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#name} did not start`);
    return this.#child.pid;
  }

  /** Its last words on stderr. */
  get stderr(): string {
    return this.#stderr;
  }

  say(line: object): void {
    this.#child.stdin.write(`${JSON.stringify(line)}\n`);
  }

  /** Settles when it ended by itself. @returns the exit code, null when a signal ended it */
  async ended(): Promise<number | null> {
    return await this.#exited;
  }

  /** Sends a signal. @returns the exit code, null when the signal ended it */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return await this.#exited;
  }
}
