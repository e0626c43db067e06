/**
 * The fault matrix: every fault of the bench, struck when the chart enters each of its states, ten seeds each.
 *
 *     npm run matrix                                              all of it
 *     npm run matrix -- --fault CLOSED --state announcing         one cell
 *     npm run matrix -- --fault CLOSED --state announcing --seed 3 --trace    one run, with its conversation
 *
 * Fails when a cell is empty or a run was not good.
 */
import { parseArgs } from 'node:util';
import { faultKinds } from '../../src/testing/faults/index.js';
import { restingStates } from './approaches.js';
import { Cell } from './cell.js';
import { approachTo, faultNamed, repeatCommand, type Job } from './jobs.js';
import { inWorkers } from './pool.js';
import { table } from './table.js';

const { values } = parseArgs({
  options: {
    fault: { type: 'string', multiple: true },
    state: { type: 'string', multiple: true },
    seed: { type: 'string', multiple: true },
    seeds: { type: 'string', default: '10' },
    trace: { type: 'boolean', default: false },
  },
});

const faults = values.fault?.map(faultNamed) ?? faultKinds;
const states = values.state ?? restingStates();
const seeds = values.seed?.map(Number) ?? Array.from({ length: Number(values.seeds) }, (_, n) => n + 1);

if (values.trace) await trace();
else await matrix();

/** One run, with everything that was said on the line. */
async function trace(): Promise<void> {
  const [fault] = faults;
  const [state] = states;
  const [seed = 1] = seeds;
  if (fault === undefined || state === undefined) throw new Error('Name a fault and a state.');
  const cell = new Cell(fault, approachTo(state), seed);
  cell.link.on('state', ({ path, cause }) =>
    console.log(
      `${stamp(cell.bench.clock.now())}     [${path}${cause === undefined ? '' : ` (${cause.code})`}]`,
    ),
  );
  cell.bench.modem.onOutput((bytes) => say(cell, '<', bytes));
  cell.onHostBytes = (bytes) => say(cell, '>', bytes);
  const { failure, backMs } = await cell.run();
  console.log(failure === undefined ? `good, back after ${backMs} ms` : `FAILED: ${failure}`);
  process.exitCode = failure === undefined ? 0 : 1;
}

function say(cell: Cell, direction: '<' | '>', bytes: Buffer): void {
  console.log(`${stamp(cell.bench.clock.now())} ${direction} ${JSON.stringify(bytes.toString('latin1'))}`);
}

function stamp(ms: number): string {
  return (ms / 1_000).toFixed(3).padStart(10);
}

async function matrix(): Promise<void> {
  const jobs = states.flatMap((state) => faults.map((fault): Job => ({ fault: fault.name, state, seeds })));
  let done = 0;
  const results = await inWorkers(jobs, ({ fault, state, runs }) => {
    done += 1;
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${jobs.length} cells`);
    for (const { failure, seed } of runs) {
      if (failure !== undefined) {
        console.log(
          `FAILED  ${fault}, ${state}, seed ${seed}: ${failure}\n  repeat: ${repeatCommand(fault, state, seed)}`,
        );
      }
    }
  });
  if (process.stderr.isTTY) process.stderr.write('\r');
  console.log(`\n${table(faults, states, results)}\n`);
  const runs = results.flatMap((result) => result.runs);
  const failed = runs.filter(({ failure }) => failure !== undefined).length;
  const empty = jobs.length - results.filter((result) => result.runs.length === seeds.length).length;
  console.log(
    `${faults.length} faults x ${states.length} states x ${seeds.length} seeds: ${runs.length} runs, ${failed} failed, ${empty} cells empty`,
  );
  process.exitCode = failed === 0 && empty === 0 && runs.length > 0 ? 0 : 1;
}
