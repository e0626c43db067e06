import type { Printer } from './printer.js';
import type { Schedule } from './schedule.js';

/** What a module prints that hops between two cells; none of it means anything to a host. */
const lines = ['^MODE: 17,17', '+E_UTRAN Service', '+CGEV: NW MODIFY 1,0', '+CREG: 1', '+CEREG: 1'];

const STEP_MS = 10;

/** Diagnostic URCs at an even pace for `ms` milliseconds. */
export function urcStorm(schedule: Schedule, printer: Printer, linesPerSecond: number, ms: number): void {
  const burst = Math.max(1, Math.round((linesPerSecond * STEP_MS) / 1_000));
  for (let at = 0; at < ms; at += STEP_MS) {
    schedule.after(at, () => {
      for (let n = 0; n < burst; n += 1) printer.urc(lines[n % lines.length] ?? '');
    });
  }
}
