import type { Command } from 'commander';
import { LinkError } from '../../errors/link-error.js';
import { readSetOptions } from '../set-option.js';

/** Flags of every command that reads a configuration. */
export interface ConfigFlags {
  readonly config?: string;
  readonly set: readonly string[];
}

/** Gives a command `-c` and `--set`. */
export function withConfiguration(command: Command): Command {
  return command
    .option('-c, --config <file>', 'YAML or JSON configuration')
    .option('--set <key=value>', 'any key of the configuration, as often as needed', collect, []);
}

/** What the flags of `withConfiguration` say. `shorthands` are settings in the words of `--set`, which wins over them. */
export function configurationOf(
  { config, set }: ConfigFlags,
  shorthands: readonly string[] = [],
): { readonly config?: string; readonly overrides: object } {
  return { ...(config !== undefined && { config }), overrides: readSetOptions([...shorthands, ...set]) };
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

/** Where the live view is when no port is named. */
export const INSPECTOR_PORT = 8177;

/** @throws LinkError CONFIG_INVALID */
export function inspectPort(flag: string | true): number {
  const port = flag === true ? INSPECTOR_PORT : Number(flag);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new LinkError('CONFIG_INVALID', '--inspect takes a port from 0 to 65535.', {
    hint: '0 takes a free one; without a number it is 8177.',
  });
}
