#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { explain, processContext } from './context.js';
import { exitCode } from './exit-codes.js';
import { makeProgram } from './program/program.js';

// A reader that has seen enough (`| head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

/** Beside src/ in the repository, beside dist/ in the package. */
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const context = processContext();
process.exitCode = exitCode.done;
const program = makeProgram({
  context,
  version,
  end: (code) => {
    process.exitCode = code;
  },
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? exitCode.done : exitCode.usage;
  else process.exitCode = explain(error, context, program.opts<{ verbose?: boolean }>().verbose);
}
