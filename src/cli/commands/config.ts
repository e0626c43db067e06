import { loadConfig } from '../../config/load.js';
import { formatConfig, redactConfig } from '../../config/redact.js';
import type { CliContext } from '../context.js';
import { exitCode, type ExitCode } from '../exit-codes.js';

/** `config check FILE`: ok, or every finding (as the error that ends the command). */
export function checkConfig(file: string, { stdout, environment }: CliContext, json: boolean): ExitCode {
  loadConfig({ file, environment });
  stdout.write(json ? `${JSON.stringify({ ok: true, file })}\n` : `${file} is valid.\n`);
  return exitCode.done;
}

/** `config show FILE`: every value in force, secrets masked, with where it comes from. */
export function showConfig(file: string, { stdout, environment }: CliContext, json: boolean): ExitCode {
  const shown = redactConfig(loadConfig({ file, environment }));
  stdout.write(json ? `${JSON.stringify(shown)}\n` : formatConfig(shown));
  return exitCode.done;
}
