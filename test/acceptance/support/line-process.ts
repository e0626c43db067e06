import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export type JsonLine = Readonly<Record<string, unknown>>;

interface Waiter {
  readonly ended: () => void;
  readonly accepts: (line: JsonLine) => boolean;
  readonly take: (line: JsonLine) => void;
}

/** A child process that is spoken to in JSON lines, and everything it has said so far. */
export class LineProcess {
  readonly lines: JsonLine[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #exited: Promise<number | null>;
  readonly #name: string;
  #stderr = '';
  #ended = false;
  #waiters: Waiter[] = [];

  constructor(name: string, args: readonly string[]) {
    this.#name = name;
    // Variables of that name would be configuration to the product; the test's own are not.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('LUAT_LINK_')),
    );
    this.#child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#exited = once(this.#child, 'close').then(([code]) => {
      this.#ended = true;
      for (const { ended } of this.#waiters.splice(0)) ended();
      return code as number | null;
    });
    // A process that has ended takes no more orders; whoever waits for its answer is told by the wait.
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.on('data', (bytes: Buffer) => {
      this.#stderr = (this.#stderr + bytes.toString()).slice(-20_000);
    });
    createInterface({ input: this.#child.stdout }).on('line', (text) => {
      this.#heard(JSON.parse(text) as JsonLine);
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

  /** Settles when it ended by itself. @returns the exit code, null when a signal ended it */
  async ended(): Promise<number | null> {
    return await this.#exited;
  }

  say(line: object): void {
    this.#child.stdin.write(`${JSON.stringify(line)}\n`);
  }

  /** The first line that fits, among those from the `since`th on, said already or still to come. */
  async heard(
    what: string,
    accepts: (line: JsonLine) => boolean,
    since = 0,
    withinMs = 20_000,
  ): Promise<JsonLine> {
    const known = this.lines.slice(since).find(accepts);
    if (known) return known;
    if (this.#ended) throw new Error(`${this.#name}: ended before it said ${what}`);
    return await new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiters = this.#waiters.filter((one) => one !== waiter);
        reject(new Error(`${this.#name}: no ${what} within ${withinMs} ms`));
      }, withinMs);
      const waiter: Waiter = {
        accepts,
        ended: () => {
          clearTimeout(late);
          reject(new Error(`${this.#name}: ended before it said ${what}`));
        },
        take: (line) => {
          clearTimeout(late);
          resolve(line);
        },
      };
      this.#waiters.push(waiter);
    });
  }

  /** Sends a signal. @returns the exit code, null when the signal ended it */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return await this.#exited;
  }

  #heard(line: JsonLine): void {
    this.lines.push(line);
    const met = this.#waiters.filter(({ accepts }) => accepts(line));
    this.#waiters = this.#waiters.filter((waiter) => !met.includes(waiter));
    for (const { take } of met) take(line);
  }
}
