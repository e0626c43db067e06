import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { collect } from '../secrets/collector.js';

/** Output comes in pieces: the end of the one before is looked at again. */
const LONGEST_SECRET = 256;

const PROGRAM = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

export type JsonLine = Readonly<Record<string, unknown>>;

/** The built command line in a process of its own. */
export class CliProcess {
  stdout = '';
  stderr = '';
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<number | null>;
  readonly #waiting = new Set<() => void>();
  #over = false;

  constructor(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(process.execPath, [PROGRAM, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], NO_COLOR: '1', ...environment },
    });
    this.#child.stdin.on('error', () => undefined);
    this.#child.stdout.on('data', (bytes: Buffer) => {
      this.stdout += bytes.toString();
      collect('process', this.stdout.slice(-bytes.length - LONGEST_SECRET));
      this.#wake();
    });
    this.#child.stderr.on('data', (bytes: Buffer) => {
      this.stderr += bytes.toString();
      collect('process', this.stderr.slice(-bytes.length - LONGEST_SECRET));
      this.#wake();
    });
    this.#ended = once(this.#child, 'close').then(([code]) => {
      this.#over = true;
      this.#wake();
      return code as number | null;
    });
  }

  /** Complete lines of stdout so far. */
  get lines(): readonly JsonLine[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as JsonLine);
  }

  write(...lines: readonly (string | Buffer | object)[]): void {
    for (const line of lines) {
      const bytes = typeof line === 'string' || Buffer.isBuffer(line) ? line : JSON.stringify(line);
      this.#child.stdin.write(bytes);
      this.#child.stdin.write('\n');
    }
  }

  endInput(): void {
    this.#child.stdin.end();
  }

  /** Nobody reads its results any more. */
  closeOutput(): void {
    this.#child.stdout.destroy();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Settles when `seen` holds of what it has said. Fails when it ends before. */
  async until(seen: (process: this) => boolean): Promise<void> {
    while (!seen(this)) {
      if (this.#over) throw new Error(`It ended first.\n${this.stdout}\n${this.stderr}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** The first line of stdout with these values. */
  async line(wanted: JsonLine): Promise<JsonLine> {
    const find = (): JsonLine | undefined =>
      this.lines.find((line) => Object.entries(wanted).every(([key, value]) => line[key] === value));
    await this.until(() => find() !== undefined);
    return find() ?? {};
  }

  /** The exit code; null when a signal ended it. */
  async ended(): Promise<number | null> {
    return this.#ended;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/** Runs a command to its end, with nothing on stdin. */
export async function runCli(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const cli = new CliProcess(args, environment);
  cli.endInput();
  const code = await cli.ended();
  return { code, stdout: cli.stdout, stderr: cli.stderr };
}
