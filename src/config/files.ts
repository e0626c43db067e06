import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { invalidConfig, type Finding } from './findings.js';
import { dotted } from './key-tree.js';
import { settingsOf, type Setting } from './settings.js';
import { readYaml } from './yaml-text.js';

/**
 * Reads a configuration file, YAML or JSON.
 * @throws LinkError CONFIG_INVALID when it cannot be read; a fault of syntax is named by line and column
 */
export function readConfigFile(file: string): readonly Setting[] {
  const text = readText(file);
  if (typeof text !== 'string')
    throw invalidConfig(
      file,
      [{ path: [], message: `cannot be read (${text.code})` }],
      undefined,
      'Correct the path of the file, or let this user read it.',
    );
  const yaml = readYaml(text);
  if ('faults' in yaml) {
    const places = yaml.faults.map(({ line, column, message }) => ({
      path: [`${file}:${line}:${column}`],
      message,
    }));
    throw invalidConfig('Not YAML or JSON', places, undefined, 'Correct the file at this line and column.');
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
    if (dotted(setting.path) !== dotted(PASSWORD_FILE) || typeof setting.value !== 'string') return [setting];
    if (settings.some(({ path }) => dotted(path) === dotted(PASSWORD))) {
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

const PASSWORD = ['broker', 'password'];
const PASSWORD_FILE = ['broker', 'passwordFile'];

/** The text of a file, or the code of why it cannot be read. */
function readText(file: string): string | { readonly code: string } {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    return { code: typeof code === 'string' ? code : 'unknown' };
  }
}

/** JSON files name their schema, for editors, in a key of their own. */
function withoutSchemaKey(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '$schema'));
}
