import { distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { LinkError } from '../errors/link-error.js';
import { allPaths, dotted, keysAt, type KeyNode } from './key-tree.js';

/** One thing that is wrong with a configuration. Never quotes a value: any may be a secret. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  /** Completes a sentence that begins with the key: `is missing; it must be …`. */
  readonly message: string;
}

/** A key worth repeating. What else stands in a key's place may be a value whose colon lacks its space. */
const KEY_NAME = /^[A-Za-z_][\w-]{0,39}$/;

/** Translates what zod found. `keys` is the tree of known keys, for suggestions. */
export function findingsOf(
  issues: readonly z.core.$ZodIssue[],
  keys: KeyNode,
  prefix: readonly PropertyKey[] = [],
): readonly Finding[] {
  return issues.flatMap((issue): readonly Finding[] => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, keys));
    if (issue.code === 'invalid_union') {
      const branch = issue.errors.find(isOfRightKind);
      if (branch !== undefined) return findingsOf(branch, keys, path);
    }
    return [{ path, message: issue.message }];
  });
}

/** The finding for a key that is not known at `parent`. */
export function unknownKey(parent: readonly PropertyKey[], key: string, keys: KeyNode): Finding {
  if (!KEY_NAME.test(key)) {
    return { path: parent, message: 'has a key that is not a name; is a space missing after a colon?' };
  }
  return {
    path: [...parent, key],
    message: `is not a known key; the nearest is ${dotted(nearest(parent, key, keys))}`,
  };
}

/**
 * The error that lists every finding. `subject` is what was checked, `describe` may say where a key was set, `hint` what to
 * do where correcting a key is not it.
 */
export function invalidConfig(
  subject: string,
  findings: readonly Finding[],
  describe: (path: readonly PropertyKey[]) => string = () => '',
  hint?: string,
): LinkError {
  const lines = findings.map(({ path, message }) => {
    const key = path.length === 0 ? 'the configuration' : dotted(path);
    return `${key}${describe(path)} ${message}`;
  });
  const [only = '', ...more] = lines;
  return new LinkError(
    'CONFIG_INVALID',
    more.length === 0
      ? `${subject}: ${only}`
      : `${subject}: ${lines.length} findings\n  ${lines.join('\n  ')}`,
    { ...(hint !== undefined && { hint }) },
  );
}

/** The same name elsewhere, or the one spelled most alike in the same group. */
function nearest(parent: readonly PropertyKey[], key: string, keys: KeyNode): readonly PropertyKey[] {
  const wanted = key.toLowerCase();
  const siblings = keysAt(keys, parent).map((name) => [...parent, name]);
  const namesakes = allPaths(keys).filter((path) => path.at(-1)?.toLowerCase() === wanted);
  const unlike = (path: readonly PropertyKey[]) => distance(String(path.at(-1)).toLowerCase(), wanted);
  const [best = parent] = [...siblings, ...namesakes].sort((one, other) => unlike(one) - unlike(other));
  return best;
}

/** Whether the value was at least the kind of thing that this alternative of a union takes. */
function isOfRightKind(branch: readonly z.core.$ZodIssue[]): boolean {
  return !branch.some(
    ({ code, path }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value'),
  );
}
