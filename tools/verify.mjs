/**
 * Explores the chart times its environment in every world of `src/verification/worlds.ts`, and says what holds.
 * Run `npm run build` first. Names of worlds as arguments: only these.
 */
import { supervisorMachine } from '../dist/machines/index.js';
import { verify } from '../dist/src/verification/verify.js';
import { worlds } from '../dist/src/verification/worlds.js';

const wanted = process.argv.slice(2);
const chosen = worlds.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (chosen.length === 0) {
  console.error(`There are these worlds: ${worlds.map(({ name }) => `"${name}"`).join(', ')}.`);
  process.exit(2);
}
const figure = (number) => number.toLocaleString('en');
let broken = 0;
const sum = { states: 0, transitions: 0, seconds: 0 };
for (const world of chosen) {
  const begin = performance.now();
  const { states, transitions, chartStates, environments, verdicts } = verify(supervisorMachine, world);
  const seconds = (performance.now() - begin) / 1000;
  sum.states += states;
  sum.transitions += transitions;
  sum.seconds += seconds;
  console.log(`\n${world.name}; any ${world.faults} faults`);
  console.log(`  states ${figure(states)}  transitions ${figure(transitions)}  ${seconds.toFixed(1)} s`);
  console.log(`  (chart ${figure(chartStates)}, environment ${figure(environments)})`);
  for (const { property, promise, broken: how } of verdicts) {
    console.log(`  ${how === undefined ? 'holds ' : 'BROKEN'} ${property.padEnd(22)} ${promise}`);
    if (how === undefined) continue;
    broken += 1;
    console.log(`         ${how.message}; the shortest way there:`);
    for (const line of how.trace) console.log(`           ${line}`);
  }
}
console.log(
  `\nstates ${figure(sum.states)}  transitions ${figure(sum.transitions)}  ${sum.seconds.toFixed(0)} s`,
);
console.log(broken === 0 ? 'Every property holds in every world.' : `${broken} properties are broken.`);
process.exit(broken === 0 ? 0 : 1);
