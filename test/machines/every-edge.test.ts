import { afterAll, describe, expect, test } from '@jest/globals';
import { supervisorMachine } from '../../machines/index.js';
import { coveringPaths, edgesOf, isTransient, walk } from './support/walk.js';

const edges = edgesOf(supervisorMachine.root);
const ways = coveringPaths();
const fired = new Set<string>();

afterAll(() => {
  const share = Math.floor((100 * fired.size) / edges.length);
  process.stdout.write(`transition coverage of the chart: ${fired.size} of ${edges.length}, ${share} %\n`);
});

describe('each edge of the chart is taken on a live actor and leads where it says', () => {
  const sources = new Map<string, (typeof edges)[number][]>();
  for (const edge of edges) sources.set(edge.source, [...(sources.get(edge.source) ?? []), edge]);

  describe.each([...sources])('%s', (_source, own) => {
    test.each(own.map((edge) => [edge.id, edge] as const))('%s', (id, { definition, source, event }) => {
      const way = ways.get(definition);
      if (way === undefined) throw new Error(`no sequence of events takes this edge: ${id}`);
      const walked = walk(way);
      const taken = walked.fired.some(
        (other) =>
          edgeName(other) === edgeName(definition) && other.source.id === source && other.eventType === event,
      );
      expect(taken).toBe(true);
      // From a transient state it goes on at once; everything else rests in its target.
      for (const target of definition.target ?? []) {
        if (!isTransient(target)) {
          expect(walked.snapshot._nodes.map((node) => node.id)).toContain(target.id);
        }
      }
      fired.add(id);
    });
  });
});

function edgeName(definition: {
  readonly target?: readonly { id: string }[] | undefined;
  readonly guard?: unknown;
}): string {
  return JSON.stringify([definition.target?.map(({ id }) => id), definition.guard]);
}
