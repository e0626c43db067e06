import { dotted } from './key-tree.js';

/** Where a value comes from, the later winning. */
export type Origin = 'default' | 'file' | 'environment' | 'flag';

/** One value that somebody set. Lists are values: they are replaced whole. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly origin: Origin;
  /** Where a person finds it: `line 7` of the file, `LUAT_LINK_PORT`. */
  readonly source: string;
}

/** The values in a tree of groups. `sourceOf` names where each stands. */
export function settingsOf(
  tree: unknown,
  origin: Origin,
  sourceOf: (path: readonly string[]) => string,
  path: readonly string[] = [],
): readonly Setting[] {
  if (tree === undefined) return [];
  if (isGroup(tree) && (path.length === 0 || Object.keys(tree).length > 0)) {
    return Object.entries(tree).flatMap(([key, value]) =>
      settingsOf(value, origin, sourceOf, [...path, key]),
    );
  }
  return [{ path, value: tree, origin, source: sourceOf(path) }];
}

/** Keys that exclude each other: who sets one of a row takes back what earlier layers set of the other rows. */
const ALTERNATIVES: readonly (readonly (readonly string[])[])[] = [
  [['port.path'], ['port.vendorId', 'port.productId', 'port.interface']],
  [['reset.command'], ['reset.line', 'reset.activeLow', 'reset.pulseMs']],
  [['powerKey.command'], ['powerKey.line', 'powerKey.activeLow', 'powerKey.pulseMs']],
  [['broker.password'], ['broker.passwordFile']],
];

/** Groups that may be written as one word, and the key that the word stands for. */
const SHORTHANDS: ReadonlyMap<string, string> = new Map([
  ['port', 'path'],
  ['receive', 'mode'],
]);

/** Lays later settings over earlier ones. An empty group sets nothing where something is set already. */
export function overlay(earlier: readonly Setting[], later: readonly Setting[]): readonly Setting[] {
  const fresh = later.filter(
    ({ path, value }) =>
      !isGroup(value) || !earlier.some((old) => isSame(old.path, path) || isBelow(old.path, path)),
  );
  const kept = earlier
    .map((old) => (fresh.some(({ path }) => isBelow(path, old.path)) ? spelledOut(old) : old))
    .filter((old) => !fresh.some((setting) => replaces(setting, old)));
  return [...kept, ...fresh];
}

/** The tree of groups again. */
export function assemble(settings: readonly Setting[]): unknown {
  const root = settings.find(({ path }) => path.length === 0);
  if (root !== undefined) return root.value;
  const keys = [...new Set(settings.map(({ path: [key = ''] }) => key))];
  return Object.fromEntries(
    keys.map((key) => [
      key,
      assemble(
        settings
          .filter(({ path }) => path[0] === key)
          .map((setting) => ({ ...setting, path: setting.path.slice(1) })),
      ),
    ]),
  );
}

/** The setting that a key got its value from, if somebody set it. */
export function settingOf(settings: readonly Setting[], path: readonly PropertyKey[]): Setting | undefined {
  const key = path.filter((step) => typeof step === 'string');
  return settings
    .map((setting) => (isBelow(key, setting.path) ? spelledOut(setting) : setting))
    .find((setting) => isSame(setting.path, key) || isBelow(key, setting.path));
}

/** Where a person finds a key, or a group by the first of its keys. */
export function sourceOf(settings: readonly Setting[], path: readonly PropertyKey[]): string | undefined {
  const key = path.filter((step) => typeof step === 'string');
  return (settingOf(settings, key) ?? settings.find((setting) => isBelow(setting.path, key)))?.source;
}

function replaces(setting: Setting, old: Setting): boolean {
  return (
    isSame(setting.path, old.path) ||
    isBelow(setting.path, old.path) ||
    isBelow(old.path, setting.path) ||
    isRival(dotted(setting.path), dotted(old.path))
  );
}

function isRival(key: string, other: string): boolean {
  return ALTERNATIVES.some((rows) =>
    rows.some((row) => row.includes(key) && rows.some((rival) => rival !== row && rival.includes(other))),
  );
}

/** A shorthand in its long form. */
function spelledOut(setting: Setting): Setting {
  const key = SHORTHANDS.get(dotted(setting.path));
  return key === undefined || typeof setting.value !== 'string'
    ? setting
    : { ...setting, path: [...setting.path, key] };
}

function isSame(path: readonly string[], other: readonly string[]): boolean {
  return path.length === other.length && path.every((step, index) => step === other[index]);
}

function isBelow(path: readonly string[], group: readonly string[]): boolean {
  return path.length > group.length && group.every((step, index) => step === path[index]);
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
