import type { Finding, Verdict } from '../doctor/finding.js';
import type { CliContext } from './context.js';

const words: Readonly<Record<Verdict, string>> = { ok: 'ok', warn: 'warn', fail: 'FAIL', skipped: 'skip' };
const colours: Readonly<Record<Verdict, number>> = { ok: 32, warn: 33, fail: 31, skipped: 90 };
const WORD_WIDTH = 6;
const RUNG_WIDTH = 15;

/** A finding as one line: verdict, rung, what was seen, what to do. */
export function findingLine(
  { rung, verdict, message, advice }: Finding,
  { colours: coloured }: CliContext,
): string {
  const word = words[verdict];
  const shown = coloured ? `\u001b[${colours[verdict]}m${word}\u001b[0m` : word;
  const text = advice === undefined ? message : `${message} ${advice}`;
  return `${shown}${' '.repeat(WORD_WIDTH - word.length)}${rung.padEnd(RUNG_WIDTH)}${text.replaceAll(/\s+/g, ' ')}\n`;
}

/** The last line: whether a link can come up. */
export function verdictOf(findings: readonly Finding[], interrupted: boolean): string {
  const count = (verdict: Verdict): number =>
    findings.filter((finding) => finding.verdict === verdict).length;
  const failed = findings.find(({ verdict }) => verdict === 'fail');
  if (failed !== undefined) return `\nFault: ${failed.rung} (${failed.code ?? 'INTERNAL'}).\n`;
  if (interrupted) return '\nInterrupted: what was not looked at may be at fault.\n';
  const warnings = count('warn');
  return `\nNo fault found${warnings === 0 ? '' : `, ${warnings} warning${warnings === 1 ? '' : 's'}`}.\n`;
}
