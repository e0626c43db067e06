/**
 * Random sequences of faults and host calls on the live link, in virtual time.
 *
 *     npm run model                                   200 sequences, drawn anew each time
 *     npm run model -- --runs 1000 --seed 7           as many as that, from that seed
 *     npm run model -- --seed 7 --path 12:0:3         the case that a failure named
 */
import { parseArgs } from 'node:util';
import { report, repeatCommand, runSequences } from './support/sequences.js';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '200' }, seed: { type: 'string' }, path: { type: 'string' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const { path } = values;

console.log(repeatCommand({ seed, ...(path !== undefined && { path }) }));
const outcome = await runSequences({ runs: Number(values.runs), seed, ...(path !== undefined && { path }) });
console.log(outcome.failed ? report(outcome) : `${outcome.runs} random sequences, nothing wrong`);
process.exitCode = outcome.failed ? 1 : 0;
