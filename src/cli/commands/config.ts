import { formatConfig, redactConfig } from '../../config/redact.js';
import { LinkError } from '../../errors/link-error.js';
import { loadUsableConfig } from '../configuration.js';
import type { CliContext } from '../context.js';
import { exitCode, exitCodeOf, type ExitCode } from '../exit-codes.js';

/** `config check FILE`: ok, or every finding (as the error that ends the command; with `--json` as an object). */
export function checkConfig(file: string, context: CliContext, json: boolean): ExitCode {
  const { clock, stdout, environment } = context;
  try {
    loadUsableConfig({ file, environment }, clock.wallTime());
  } catch (error) {
    if (!json || !(error instanceof LinkError)) throw error;
    const { code, message, hint } = error;
    stdout.write(`${JSON.stringify({ ok: false, file, code, message, hint })}\n`);
    return exitCodeOf(code);
  }
  stdout.write(json ? `${JSON.stringify({ ok: true, file })}\n` : `${file} is valid.\n`);
  return exitCode.done;
}

/** `config show FILE`: every value in force, secrets masked, with where it comes from. */
export function showConfig(file: string, context: CliContext, json: boolean): ExitCode {
  const { clock, stdout, environment } = context;
  const shown = redactConfig(loadUsableConfig({ file, environment }, clock.wallTime()));
  stdout.write(json ? `${JSON.stringify(shown)}\n` : formatConfig(shown));
  return exitCode.done;
}
