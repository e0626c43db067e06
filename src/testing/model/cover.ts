import type { Rig } from './deed.js';
import type { ModelPath, PathStep } from './paths.js';
import { walkPath } from './walk.js';

/** Which edges a link took. */
export interface Coverage {
  readonly taken: ReadonlySet<string>;
  /** The edges that were planned and not taken, each with the step of its path that did not come about. */
  readonly missed: ReadonlyMap<string, PathStep>;
  /** How many paths were walked. */
  readonly walks: number;
}

/**
 * Walks paths until each of their edges was taken, each on a link of its own. The longest go first: what they pass on
 * their way need not be walked again.
 * @param makeRig a fresh link in a healthy world, with the options that the paths were planned for
 */
export async function coverEdges(
  paths: readonly ModelPath[],
  makeRig: () => Rig | Promise<Rig>,
): Promise<Coverage> {
  const taken = new Set<string>();
  const missed = new Map<string, PathStep>();
  let walks = 0;
  for (const path of [...paths].sort((one, other) => other.steps.length - one.steps.length)) {
    if (taken.has(path.edge)) continue;
    walks += 1;
    const walk = await walkPath(path, await makeRig());
    if (walk.missed !== undefined) missed.set(path.edge, walk.missed);
    for (const edge of walk.edges) {
      taken.add(edge);
      missed.delete(edge);
    }
  }
  return { taken, missed, walks };
}
