/**
 * Simulated years: `npm run soak -- --years N --seed S [--rates realistic|absurd] [--heartbeat SECONDS] [--workers W]`.
 * Each year is the life of one modem with a seed of its own, in a process of its own.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { rates } from './faults.js';
import { live, type LifeReport } from './life.js';

interface Job {
  readonly seed: number;
  readonly years: number;
  readonly rates: 'realistic' | 'absurd';
  readonly heartbeatSeconds: number;
}

const MS_PER_YEAR = 365 * 24 * 3_600_000;

const { values } = parseArgs({
  options: {
    years: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    rates: { type: 'string', default: 'realistic' },
    heartbeat: { type: 'string', default: '30' },
    workers: { type: 'string', default: String(availableParallelism()) },
    job: { type: 'string' },
  },
});

if (values.job === undefined) await lead();
else await work(JSON.parse(values.job) as Job);

/** In a process of its own: one life. */
async function work({ seed, years, rates: name, heartbeatSeconds }: Job): Promise<void> {
  const report = await live({
    seed,
    ms: years * MS_PER_YEAR,
    rates: rates[name],
    heartbeatMs: heartbeatSeconds * 1_000,
    ...(globalThis.gc !== undefined && { collectGarbage: () => globalThis.gc?.() }),
  });
  process.send?.(report, () => process.disconnect());
}

async function lead(): Promise<void> {
  const jobs = plan();
  const waiting = [...jobs];
  const reports: LifeReport[] = [];
  const hand = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const report = await inProcess(job);
      reports.push(report);
      tell(job, report);
    }
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, hand));
  summarize(jobs, reports);
}

function plan(): readonly Job[] {
  const years = Number(values.years);
  const name = values.rates;
  if (!(years > 0) || (name !== 'realistic' && name !== 'absurd')) {
    throw new Error(
      'usage: soak --years N --seed S --rates realistic|absurd --heartbeat SECONDS --workers W',
    );
  }
  return Array.from({ length: Math.ceil(years) }, (_, index) => ({
    seed: Number(values.seed) + index,
    years: Math.min(1, years - index),
    rates: name,
    heartbeatSeconds: Number(values.heartbeat),
  }));
}

function inProcess(job: Job): Promise<LifeReport> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL(import.meta.url), ['--job', JSON.stringify(job)], {
      execArgv: [...process.execArgv, '--expose-gc'],
    });
    let report: LifeReport | undefined;
    child.on('message', (message: LifeReport) => (report = message));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (report !== undefined && code === 0) resolve(report);
      else reject(new Error(`the life with seed ${job.seed} ended with ${code}; again: ${command(job)}`));
    });
  });
}

function command({ seed, years, rates: name, heartbeatSeconds }: Job): string {
  return `npm run soak -- --years ${years} --seed ${seed} --rates ${name} --heartbeat ${heartbeatSeconds}`;
}

function tell(job: Job, report: LifeReport): void {
  const struck = Object.values(report.strikes).reduce((sum, count) => sum + count, 0);
  const heap = report.heap?.map((mb) => mb.toFixed(0)).join(' to ') ?? '-';
  console.log(
    [
      `seed ${report.seed} (${report.profile}, ${report.days.toFixed(1)} days): ${struck} faults, ${report.recoveries} recoveries,`,
      `online ${(100 * report.online).toFixed(2)} %,`,
      `longest way back ${(report.longestRecoveryMs / 1_000).toFixed(0)} s;`,
      `${report.accepted} messages, ${report.copies} copies, ${report.givenUp} given up and told;`,
      `${report.attaches} radio attaches, at most ${report.attachesInAnHour} in an hour;`,
      `at most ${report.timers} timers, heap ${heap} MB, ${report.events} events`,
    ].join(' '),
  );
  if (report.problems.length === 0) return;
  for (const problem of report.problems) console.log(`  PROBLEM ${problem}`);
  console.log(`  again: ${command(job)}`);
}

function summarize(jobs: readonly Job[], reports: readonly LifeReport[]): void {
  const total = (of: (report: LifeReport) => number): number =>
    reports.reduce((sum, report) => sum + of(report), 0);
  const broken = reports.filter(({ problems }) => problems.length > 0).length;
  const strikes: Record<string, number> = {};
  for (const report of reports) {
    for (const [name, count] of Object.entries(report.strikes)) strikes[name] = (strikes[name] ?? 0) + count;
  }
  console.log(
    `faults: ${Object.entries(strikes)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
  );
  console.log(
    `${total(({ days }) => days).toFixed(0)} modem-days at ${jobs[0]?.rates ?? ''} rates: ` +
      `${total(({ recoveries }) => recoveries)} recoveries, ${total(({ accepted }) => accepted)} messages accepted, ` +
      (broken === 0 ? 'none lost, nothing broken' : `${broken} of ${reports.length} lives with problems`),
  );
  if (broken > 0) process.exitCode = 1;
}
