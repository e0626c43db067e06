import type { FaultKind } from '../../src/testing/faults/index.js';
import type { JobResult } from './jobs.js';

/** Faults down, states across: what became of every cell. */
export function table(
  faults: readonly FaultKind[],
  states: readonly string[],
  results: readonly JobResult[],
): string {
  const cells = new Map(results.map((result) => [`${result.fault}\n${result.state}`, result]));
  const width = Math.max(...faults.map(({ name }) => name.length));
  const head = [0, 1].map(
    (row) => ' '.repeat(width + 11) + states.map((_, n) => String(n + 1).padStart(2)[row] ?? '').join(''),
  );
  const rows = faults.map(({ name, layer }) => {
    const own = states.map((state) => cells.get(`${name}\n${state}`));
    const longest = Math.max(0, ...own.flatMap((cell) => cell?.runs.map(({ backMs }) => backMs) ?? []));
    return `${layer.padEnd(10)} ${name.padEnd(width)}${own.map(mark).join('')}  ${span(longest)}`;
  });
  return [
    'States:',
    ...states.map((state, n) => `  ${String(n + 1).padStart(2)} ${state}`),
    '',
    'A dot: online again and carrying messages both ways, with every seed. A digit: so many seeds failed, # more than',
    'nine. Blank: not run. At the end of a line: the longest time from the end of the fault to online.',
    '',
    ...head,
    ...rows,
  ].join('\n');
}

function mark(cell: JobResult | undefined): string {
  if (cell === undefined || cell.runs.length === 0) return ' ';
  const failures = cell.runs.filter(({ failure }) => failure !== undefined).length;
  return failures === 0 ? '.' : failures > 9 ? '#' : String(failures);
}

function span(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
