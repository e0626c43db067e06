import { Document, isCollection, isNode } from 'yaml';
import { asWritten, leavesOf, type WrittenConfig } from './as-written.js';
import { dotted } from './key-tree.js';
import type { LoadedConfig } from './load.js';
import type { Origin } from './settings.js';

/** Keys whose values nobody is shown. Some brokers take an access token as the user name. */
const SECRET_KEYS: ReadonlySet<string> = new Set([
  'sim.pin',
  'apn.user',
  'apn.password',
  'broker.username',
  'broker.password',
]);

const MASK = '***';

/** A configuration that may be shown: in the shape of its file, secrets masked, with the origin of each key. */
export interface ShownConfig {
  readonly config: WrittenConfig;
  readonly origins: Readonly<Record<string, Origin>>;
}

/** Masks every secret that is set. */
export function redactConfig({ config, origins }: LoadedConfig): ShownConfig {
  return { config: masked(asWritten(config)), origins: Object.fromEntries(origins) };
}

/** The shown configuration as YAML, each value with its origin beside it. */
export function formatConfig({ config, origins }: ShownConfig): string {
  const document = new Document(config);
  for (const { path } of leavesOf(config)) {
    const node = document.getIn(path, true);
    if (!isNode(node)) continue;
    if (isCollection(node)) node.flow = true;
    node.comment = ` ${origins[dotted(path)] ?? 'default'}`;
  }
  return document.toString({ lineWidth: 0 });
}

function masked(group: WrittenConfig, path: readonly string[] = []): WrittenConfig {
  return Object.fromEntries(
    Object.entries(group).map(([key, value]) => {
      const here = [...path, key];
      if (isGroup(value)) return [key, masked(value, here)];
      return [key, SECRET_KEYS.has(dotted(here)) && value !== '' ? MASK : value];
    }),
  );
}

function isGroup(value: unknown): value is WrittenConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
