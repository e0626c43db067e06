/**
 * Fleets: `npm run fleet -- [--links 10000] [--dead-cell-links 1000] [--seed S]`. The two scenes run side by side, each in
 * a process of its own; a missed figure fails the run.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { brokerOutage, deadCell } from './fleet-scenes.js';

const HOURS_ON_A_DEAD_CELL = 2;
/** radioAttachesPerHour: as many at once, and as many an hour. */
const BUDGET = 4;

const { values } = parseArgs({
  options: {
    links: { type: 'string', default: '10000' },
    'dead-cell-links': { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    scene: { type: 'string' },
  },
});
const seed = Number(values.seed);

switch (values.scene) {
  case 'outage':
    await showOutage(Number(values.links));
    break;
  case 'cell':
    await showDeadCell(Number(values['dead-cell-links']));
    break;
  default:
    await Promise.all(['outage', 'cell'].map(inProcess));
}

async function inProcess(scene: string): Promise<void> {
  const child = fork(new URL(import.meta.url), [...process.argv.slice(2), '--scene', scene]);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) process.exitCode = 1;
}

async function showOutage(links: number): Promise<void> {
  const outage = await brokerOutage({ links, seed, brokerTakes: 200, outageMs: 3_600_000 });
  console.log(
    `${links} links (${outage.onlineBefore} online), the broker away for an hour, then taking 200 connections a second: ` +
      `at most ${outage.mostPerSecond} connects in any second, ${outage.refused} refused; ` +
      `half of them online after ${seconds(outage.halfOnlineMs)}, 99 % after ${seconds(outage.almostAllOnlineMs)}, ` +
      `all after ${seconds(outage.allOnlineMs)}`,
  );
  judge(outage.onlineBefore === links, 'every link is online before');
  judge(outage.mostPerSecond <= 100, 'at most 100 connects in any second');
  judge(outage.almostAllOnlineMs <= 300_000, '99 % online within 300 s');
}

async function showDeadCell(links: number): Promise<void> {
  const cell = await deadCell(links, seed, HOURS_ON_A_DEAD_CELL);
  const inAll = BUDGET + HOURS_ON_A_DEAD_CELL * BUDGET;
  console.log(
    `${links} links starting at once on a dead cell, ${HOURS_ON_A_DEAD_CELL} hours: at most ${cell.mostPerHour} radio attaches ` +
      `of one link in any hour, at most ${cell.most} of one link in all, ${cell.total} together`,
  );
  judge(cell.mostPerHour <= 2 * BUDGET, `at most ${2 * BUDGET} radio attaches of one link in any hour`);
  judge(cell.most <= inAll, `at most ${inAll} radio attaches of one link in ${HOURS_ON_A_DEAD_CELL} hours`);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(0)} s`;
}

function judge(holds: boolean, what: string): void {
  console.log(`  ${holds ? 'ok    ' : 'MISSED'} ${what}`);
  if (!holds) process.exitCode = 1;
}
