import type { Writable } from 'node:stream';
import type { Clock } from '../clock/clock.js';
import { systemClock } from '../clock/system.js';
import { LinkError } from '../errors/link-error.js';
import { exitCode, exitCodeOf, type ExitCode } from './exit-codes.js';

/** The process as commands see it. */
export interface CliContext {
  readonly clock: Clock;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether stdout is a terminal that shows colours. */
  readonly colours: boolean;
}

export function processContext(): CliContext {
  return {
    clock: systemClock,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    colours: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb',
  };
}

/** Says what went wrong, what to do and with which code the process ends. Stacks only when asked for. */
export function explain(error: unknown, { stderr }: CliContext, verbose = false): ExitCode {
  if (error instanceof LinkError) {
    stderr.write(`luat-link: ${error.message}\n  ${error.hint}\n  (${error.code})\n`);
    return exitCodeOf(error.code);
  }
  const text = error instanceof Error ? error.message : String(error);
  stderr.write(`luat-link: unexpected: ${text}\n`);
  if (verbose && error instanceof Error) stderr.write(`${error.stack ?? ''}\n`);
  else stderr.write('  This is a defect. --verbose shows the stack; please report it.\n');
  return exitCode.internal;
}
