import { afterAll, describe, expect, test } from '@jest/globals';
import { coverEdges } from '../../src/testing/model/cover.js';
import { modelEdges, modelPaths } from '../../src/testing/model/paths.js';
import { walkPath } from '../../src/testing/model/walk.js';
import { modelWorlds, rigIn, type BenchRig } from './support/model-worlds.js';

/** Edges that nothing around the link brings about, each with the reason. */
const never: Readonly<Record<string, string>> = {
  ': link failed': 'a defect in the link itself, not in the world; the fault matrix breaks it from within',
};

const taken = new Set<string>();
const missed = new Map<string, string>();

describe('paths planned from the chart are walked by a live link', () => {
  test.each(modelWorlds.map((world) => [world.name, world] as const))(
    'in the world: %s',
    async (_, world) => {
      const { options, deeds } = await rigIn(world);
      const planned = modelPaths(options, deeds).filter(({ edge }) => !taken.has(edge));
      const rigs: BenchRig[] = [];
      const coverage = await coverEdges(planned, async () => {
        const rig = await rigIn(world);
        rigs.push(rig);
        return rig;
      });
      for (const edge of coverage.taken) taken.add(edge);
      for (const [edge, { state, event }] of coverage.missed)
        missed.set(edge, `no ${event} in ${state}, in the world: ${world.name}`);
      for (const edge of taken) missed.delete(edge);
      process.stdout.write(`${world.name}: ${coverage.walks} paths walked\n`);
      // Whatever happened, no command was sent over another.
      const wrong = rigs.flatMap((rig) => rig.violations());
      expect(wrong).toEqual([]);
    },
  );
});

test('every edge of the chart is taken, but for those that are listed with the reason', () => {
  const open = modelEdges.filter((edge) => !taken.has(edge) && !(edge in never));
  expect(open.map((edge) => `${edge} (${missed.get(edge) ?? 'no path'})`)).toEqual([]);
  expect(Object.keys(never).filter((edge) => taken.has(edge) || !modelEdges.includes(edge))).toEqual([]);
});

test('a step that does not come about is told with its state and event', async () => {
  const world = modelWorlds[0];
  if (world === undefined) throw new Error('no world');
  const rig = await rigIn(world);
  const path = modelPaths(rig.options, rig.deeds).find(
    ({ edge }) => edge === 'attaching.asking: NOT ATTACHED',
  );
  if (path === undefined) throw new Error('no path');
  const idle = rig.deeds.map((deed) => ({ ...deed, do: () => undefined }));
  const walk = await walkPath(path, { ...rig, deeds: idle, stepLimitMs: 60_000 });
  expect(walk.missed).toEqual({ state: 'attaching.asking', event: 'NOT ATTACHED', edge: path.edge });
  expect(rig.link.status().status).toBe('stopped');
});

afterAll(() => {
  process.stdout.write(`edges of the chart that a live link took: ${taken.size} of ${modelEdges.length}\n`);
});
