import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { invalidConfig, type Finding } from './findings.js';
import type { LinkConfig } from './schema.js';
import { settle } from './settled.js';
import { settingsOf, type Setting } from './settings.js';
import { readYaml } from './yaml-text.js';

/**
 * Reads a configuration file, YAML or JSON.
 * @throws LinkError CONFIG_INVALID when it cannot be read; a fault of syntax is named by line and column
 */
export function readConfigFile(file: string): readonly Setting[] {
  const text = readText(file);
  if (typeof text !== 'string')
    throw invalidConfig(file, [{ path: [], message: `cannot be read (${text.code})` }]);
  const yaml = readYaml(text);
  if ('faults' in yaml) {
    const places = yaml.faults.map(({ line, column, message }) => ({
      path: [`${file}:${line}:${column}`],
      message,
    }));
    throw invalidConfig('Not YAML or JSON', places);
  }
  return settingsOf(withoutSchemaKey(yaml.value) ?? {}, 'file', (path) => {
    const line = yaml.placeOf(path)?.line;
    return line === undefined ? file : `line ${line}`;
  });
}

/** Takes the password out of the file that `broker.passwordFile` names. */
export function withPasswordRead(
  settings: readonly Setting[],
  base: string,
): { readonly settings: readonly Setting[]; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const read = settings.flatMap((setting): readonly Setting[] => {
    if (setting.path.join('.') !== PASSWORD_FILE.join('.') || typeof setting.value !== 'string')
      return [setting];
    if (settings.some(({ path }) => path.join('.') === PASSWORD.join('.'))) {
      findings.push({ path: PASSWORD_FILE, message: 'must not be given together with broker.password' });
      return [];
    }
    const file = resolve(base, setting.value);
    const text = readText(file);
    if (typeof text !== 'string') {
      findings.push({ path: PASSWORD_FILE, message: `names ${file}, which cannot be read (${text.code})` });
      return [];
    }
    const password = text.replace(/\r?\n$/, '');
    if (password === '') {
      findings.push({ path: PASSWORD_FILE, message: `names ${file}, which is empty` });
      return [];
    }
    return [{ ...setting, path: PASSWORD, value: password }];
  });
  return { settings: read, findings };
}

/** The folder that relative paths start from: the file's, or the working directory where there is no file. */
export function baseFolder(file: string | undefined): string {
  return file === undefined ? resolve() : dirname(resolve(file));
}

/**
 * Makes relative paths absolute. A port and a program may also be plain names (`COM3`, `gpioset`): these are paths only
 * when they begin with `./` or `../`.
 */
export function withAbsolutePaths(config: LinkConfig, base: string): LinkConfig {
  const { port, broker, outbox, reset, power } = config;
  const absolute = (path: string) => resolve(base, path);
  const marked = (path: string) => (/^\.\.?[\\/]/.test(path) ? absolute(path) : path);
  const program = <Driver extends LinkConfig['reset'] | LinkConfig['power']>(driver: Driver): Driver =>
    driver?.kind === 'command'
      ? { ...driver, command: driver.command.map((word, at) => (at === 0 ? marked(word) : word)) }
      : driver;
  const { tls } = broker;
  return settle<LinkConfig>({
    ...config,
    port: port.kind === 'serial' ? { ...port, path: marked(port.path) } : port,
    broker: {
      ...broker,
      ...(tls !== undefined && {
        tls: {
          ...tls,
          ...(tls.ca !== undefined && { ca: absolute(tls.ca) }),
          ...(tls.cert !== undefined && { cert: absolute(tls.cert) }),
          ...(tls.key !== undefined && { key: absolute(tls.key) }),
        },
      }),
    },
    outbox: { ...outbox, directory: absolute(outbox.directory) },
    ...(reset !== undefined && { reset: program(reset) }),
    ...(power !== undefined && { power: program(power) }),
  });
}

const PASSWORD = ['broker', 'password'];
const PASSWORD_FILE = ['broker', 'passwordFile'];

/** The text of a file, or the code of why it cannot be read. */
function readText(file: string): string | { readonly code: string } {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return { code: error instanceof Error && 'code' in error ? String(error.code) : 'unknown' };
  }
}

/** JSON files name their schema, for editors, in a key of their own. */
function withoutSchemaKey(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '$schema'));
}
