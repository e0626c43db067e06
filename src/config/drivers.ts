import { z } from 'zod';
import { delayMs, flag, mustBe, oneOf } from './fields.js';
import { group } from './group.js';

/** A reset or power driver of the host program. It settles when the line is back in rest, and early when aborted. */
export type DriverFunction = (signal: AbortSignal) => Promise<void>;

/** A program and its arguments, run without a shell. */
export interface CommandDriver {
  readonly kind: 'command';
  readonly command: readonly string[];
}

/** A control line of the serial port. */
export interface LineDriver {
  readonly kind: 'line';
  readonly line: 'dtr' | 'rts';
  readonly activeLow: boolean;
  readonly pulseMs: number;
}

export interface FunctionDriver {
  readonly kind: 'function';
  readonly run: DriverFunction;
}

const NO_SHELL = 'a list of program and arguments, such as ["gpioset", "-t500ms,0", "GPIO17=1"]';

const command = z
  .array(
    z.string(mustBe('text without NUL')).refine((word) => !word.includes('\0'), mustBe('text without NUL')),
    mustBe(NO_SHELL),
  )
  .min(1, mustBe(NO_SHELL))
  .refine((words) => words[0] !== '', mustBe(NO_SHELL))
  .describe('Program and arguments, run without a shell');

const RESET_FORMS = mustBe('{command} or {line, activeLow, pulseMs}');
const POWER_FORMS = mustBe('{command}');

const resetKeys = group({
  command: command.optional(),
  line: oneOf(['dtr', 'rts']).optional().describe('Control line of the serial port that is wired to RESET'),
  activeLow: flag()
    .optional()
    .describe('true: the line rests active and is released for the pulse; default false'),
  pulseMs: delayMs(1)
    .optional()
    .describe(
      'Length of the pulse, default 500; the Air724 asks for 150 ms at least, the Air780E for more than 500',
    ),
})
  .refine(({ command: program, line }) => (program === undefined) !== (line === undefined), {
    error: 'must have either command or line',
  })
  .refine(
    ({ line, activeLow, pulseMs }) =>
      line !== undefined || (activeLow === undefined && pulseMs === undefined),
    {
      error: 'must have line where it has activeLow or pulseMs',
    },
  )
  .meta({ oneOf: [{ required: ['command'] }, { required: ['line'] }] })
  .transform(({ command: program, line, activeLow = false, pulseMs = 500 }): CommandDriver | LineDriver =>
    line === undefined
      ? { kind: 'command', command: program ?? [] }
      : { kind: 'line', line, activeLow, pulseMs },
  );

const powerKeys = group({ command }).transform((power): CommandDriver => ({ kind: 'command', ...power }));

/** For library users only: no file can say it. */
function driverFunction(forms: typeof RESET_FORMS) {
  return z
    .custom<DriverFunction>((value) => typeof value === 'function', forms)
    .transform((run): FunctionDriver => ({ kind: 'function', run }));
}

/** How the module's RESET pin is pulsed. Absent: it is not wired. */
export const resetSchema = z
  .union([resetKeys, driverFunction(RESET_FORMS)], RESET_FORMS)
  .describe('How RESET is pulsed: {command} or {line, activeLow, pulseMs}; absent: not wired');

/** How the module's supply is switched off and on. Absent: it cannot be. */
export const powerSchema = z
  .union([powerKeys, driverFunction(POWER_FORMS)], POWER_FORMS)
  .describe('How the supply is switched off and on: {command}; absent: it cannot be');
