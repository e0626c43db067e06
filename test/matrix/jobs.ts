import { faultKinds, type FaultKind } from '../../src/testing/faults/index.js';
import { approaches, type Approach } from './approaches.js';
import { Cell, type CellResult } from './cell.js';

/** One cell of the table: by name, so that it passes between processes. */
export interface Job {
  readonly fault: string;
  readonly state: string;
  readonly seeds: readonly number[];
}

export interface SeedResult extends CellResult {
  readonly seed: number;
}

export interface JobResult extends Omit<Job, 'seeds'> {
  readonly runs: readonly SeedResult[];
}

/** @throws Error for a name that the catalogue does not have */
export function faultNamed(name: string): FaultKind {
  const found = faultKinds.find((fault) => fault.name === name);
  if (found === undefined) throw new Error(`There is no fault "${name}".`);
  return found;
}

/** @throws Error for a state that no approach leads to */
export function approachTo(state: string): Approach {
  const found = approaches.find((approach) => approach.state === state);
  if (found === undefined) throw new Error(`No approach leads to "${state}".`);
  return found;
}

/** Runs one cell with each of its seeds. */
export async function work({ fault, state, seeds }: Job): Promise<JobResult> {
  const runs: SeedResult[] = [];
  for (const seed of seeds) {
    const cell = new Cell(faultNamed(fault), approachTo(state), seed);
    runs.push({ seed, ...(await cell.run()) });
  }
  return { fault, state, runs };
}

/** The command that repeats one run, with the conversation. */
export function repeatCommand(fault: string, state: string, seed: number): string {
  return `npm run matrix -- --fault ${JSON.stringify(fault)} --state ${state} --seed ${seed} --trace`;
}
