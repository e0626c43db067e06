import type { CliContext } from '../context.js';
import type { ExitCode } from '../exit-codes.js';

/** One run of the program, as its commands see it. */
export interface Invocation {
  readonly context: CliContext;
  /** Of the package. */
  readonly version: string;
  /** What the process will end with. */
  readonly end: (code: ExitCode) => void;
}
