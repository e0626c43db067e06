import { asWritten, leavesOf } from './as-written.js';
import { readEnvironment, type Environment } from './environment.js';
import { readConfigFile, withPasswordRead } from './files.js';
import { invalidConfig } from './findings.js';
import { dotted } from './key-tree.js';
import { baseFolder, withAbsolutePaths } from './paths.js';
import { checkOptions, configKeys, type LinkConfig } from './schema.js';
import { assemble, overlay, settingOf, settingsOf, sourceOf, type Origin, type Setting } from './settings.js';

export interface ConfigSources {
  /** A YAML or JSON file. Relative paths in the configuration, wherever they were set, start from its folder. */
  readonly file?: string | undefined;
  /** `LUAT_LINK_…` variables; others are not looked at. */
  readonly environment?: Environment | undefined;
  /** What flags set, in groups as in the file. Keys that are `undefined` count as not set. */
  readonly overrides?: object | undefined;
}

export interface LoadedConfig {
  readonly config: LinkConfig;
  /** Where the value of each key comes from, by dotted key: of every key that a file could have. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/**
 * Loads a configuration from defaults, file, environment and flags, the later winning.
 * @throws LinkError CONFIG_INVALID that lists every finding by its key and where it was set, without repeating values
 */
export function loadConfig({ file, environment = {}, overrides = {} }: ConfigSources): LoadedConfig {
  const base = baseFolder(file);
  const variables = readEnvironment(environment, configKeys);
  const layers = [
    file === undefined ? [] : readConfigFile(file),
    variables.settings,
    settingsOf(overrides, 'flag', () => 'flag'),
  ];
  const set = layers.reduce(overlay);
  const read = withPasswordRead(set, base);
  const checked = checkOptions(assemble(read.settings));
  const findings = [
    ...variables.findings,
    ...read.findings,
    ...('findings' in checked ? checked.findings : []),
  ];
  if ('findings' in checked || findings.length > 0) {
    const describe = (path: readonly PropertyKey[]): string => {
      const source = path.length === 0 ? undefined : sourceOf([...read.settings, ...set], path);
      return source === undefined ? '' : ` (${source})`;
    };
    throw file === undefined
      ? invalidConfig('Invalid configuration', findings, describe, NO_FILE)
      : invalidConfig(file, findings, describe);
  }
  const config = withAbsolutePaths(checked.config, base);
  return { config, origins: originsOf(config, read.settings) };
}

const NO_FILE = 'Name the configuration with -c FILE, or set each of these keys with --set KEY=VALUE.';

/** Keys whose value may stand within that of another. */
const PARTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['broker.username', ['broker', 'url']],
  ['broker.password', ['broker', 'url']],
]);

function originsOf(config: LinkConfig, settings: readonly Setting[]): ReadonlyMap<string, Origin> {
  return new Map(
    leavesOf(asWritten(config)).map(({ path }) => {
      const key = dotted(path);
      const setting = settingOf(settings, path) ?? settingOf(settings, PARTS.get(key) ?? []);
      return [key, setting?.origin ?? 'default'];
    }),
  );
}
