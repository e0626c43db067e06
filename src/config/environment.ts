import { distance } from 'fastest-levenshtein';
import type { Finding } from './findings.js';
import { allPaths, formsAt, keysAt, type KeyNode } from './key-tree.js';
import { overlay, settingsOf, type Setting } from './settings.js';
import { readYaml } from './yaml-text.js';

const PREFIX = 'LUAT_LINK_';

/** The environment of a process: `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `LUAT_LINK_BROKER__URL=…`: two underscores for a level, upper or lower case alike. What a key takes decides how
 * its text is read: text stays as it is (a PIN 0012 is no number), all else is YAML or JSON.
 */
export function readEnvironment(
  environment: Environment,
  keys: KeyNode,
): { readonly settings: readonly Setting[]; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  let settings: readonly Setting[] = [];
  for (const [name, text] of variablesOf(environment)) {
    const path = pathOf(name, keys);
    if (path === undefined) {
      findings.push({
        path: [name],
        message: `is not a known variable; the nearest is ${nearestVariable(name, keys)}`,
      });
      continue;
    }
    const value = read(text, formsAt(keys, path));
    if (value === undefined) findings.push({ path: [name], message: 'is not JSON or YAML that can be read' });
    else
      settings = overlay(
        settings,
        settingsOf(value, 'environment', () => name, path),
      );
  }
  return { settings, findings };
}

/** Whole groups before their keys, so that the key wins whatever the order of the environment. */
function variablesOf(environment: Environment): readonly (readonly [string, string])[] {
  return Object.entries(environment)
    .filter((entry): entry is [string, string] => entry[0].startsWith(PREFIX) && entry[1] !== undefined)
    .sort(([one], [other]) => one.split('__').length - other.split('__').length);
}

function pathOf(name: string, keys: KeyNode): readonly string[] | undefined {
  const path: string[] = [];
  for (const part of name.slice(PREFIX.length).split('__')) {
    const key = keysAt(keys, path).find((known) => known.toLowerCase() === part.toLowerCase());
    if (key === undefined) return undefined;
    path.push(key);
  }
  return path;
}

/** The text as what the key takes; undefined where it was meant to be a group or list and cannot be read as one. */
function read(text: string, forms: readonly KeyNode[]): unknown {
  const takesText = forms.some(({ type }) => type === 'string');
  const takesStructure = forms.some(({ type }) => type === 'object' || type === 'array');
  const looksStructured = /^\s*[[{]/.test(text);
  if (takesStructure && looksStructured) {
    const yaml = readYaml(text);
    return 'faults' in yaml ? undefined : yaml.value;
  }
  if (takesText || takesStructure) return text;
  const yaml = readYaml(text);
  return 'faults' in yaml ? text : yaml.value;
}

function nearestVariable(name: string, keys: KeyNode): string {
  const known = allPaths(keys).map((path) => PREFIX + path.join('__').toUpperCase());
  const wanted = name.toUpperCase();
  return known.reduce((best, variable) =>
    distance(variable, wanted) < distance(best, wanted) ? variable : best,
  );
}
