import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../src/simulator/entropy.js';
import { deactSpellings } from '../../src/simulator/spellings.js';
import { faultKinds } from '../../src/testing/faults/index.js';
import { seed } from '../support/seed.js';
import { approaches, restingStates } from './approaches.js';
import { repeatCommand, work } from './jobs.js';

// A slice through the fault matrix: each fault once, in a state that the seed of this run chooses.
const random = seededRandom(seed * 7_919);
process.stdout.write(`slice of the fault matrix: TEST_SEED=${seed}\n`);

const cells = faultKinds.map(({ name }) => {
  const state = approaches[Math.floor(random() * approaches.length)]?.state ?? 'stopped';
  return [name, state, 1 + Math.floor(random() * 10)] as const;
});

test('the matrix has at least thirty faults, each name once, and a way to each state that the chart rests in', () => {
  const names = faultKinds.map(({ name }) => name);
  expect(names.length).toBeGreaterThanOrEqual(30 + deactSpellings.length);
  expect(new Set(names).size).toBe(names.length);
  expect(approaches.map(({ state }) => state).sort()).toEqual([...restingStates()].sort());
});

describe('the link is online again, or a person is asked for, and nothing accepted is lost', () => {
  test.each(cells)('%s, in %s, seed %d', async (fault, state, seed) => {
    const { runs } = await work({ fault, state, seeds: [seed] });
    const failures = runs.flatMap(({ failure }) =>
      failure === undefined ? [] : [`${failure}\n${repeatCommand(fault, state, seed)}`],
    );
    expect(runs).toHaveLength(1);
    expect(failures).toEqual([]);
  });
});
