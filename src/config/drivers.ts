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

/** The board ties POWERKEY to ground: the module starts whenever it has power, and needs no press. */
export interface TiedLow {
  readonly kind: 'tied-low';
}

/** More than 500 ms, which the Air780E asks for; the Air724 is content with 150. */
const RESET_PULSE_MS = 600;
/** The vendor's bring-up guide: 2 s from POWERKEY low to power on. */
const POWER_KEY_MS = 2_000;

const NO_SHELL = 'a list of program and arguments, such as ["gpioset", "-t500ms,0", "GPIO17=1"]';

const command = z
  .array(
    z.string(mustBe('text without NUL')).refine((word) => !word.includes('\0'), mustBe('text without NUL')),
    mustBe(NO_SHELL),
  )
  .min(1, mustBe(NO_SHELL))
  .refine((words) => words[0] !== '', mustBe(NO_SHELL))
  .describe('Program and arguments, run without a shell');

const PULSE_FORMS = mustBe('{command} or {line, activeLow, pulseMs}');
const POWER_KEY_FORMS = mustBe('{command}, {line, activeLow, pulseMs} or tied-low');
const POWER_FORMS = mustBe('{command}');

/** @param pin as the board's documents call it; `rule` what they ask of the pulse */
function pulseKeys(pin: string, defaultMs: number, rule: string) {
  return group({
    command: command.optional(),
    line: oneOf(['dtr', 'rts'])
      .optional()
      .describe(`Control line of the serial port that is wired to ${pin}`),
    activeLow: flag()
      .optional()
      .describe('true: the line rests active and is released for the pulse; default false'),
    pulseMs: delayMs(1).optional().describe(`Length of the pulse, default ${defaultMs}; ${rule}`),
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
    .transform(
      ({ command: program, line, activeLow = false, pulseMs = defaultMs }): CommandDriver | LineDriver =>
        line === undefined
          ? { kind: 'command', command: program ?? [] }
          : { kind: 'line', line, activeLow, pulseMs },
    );
}

const resetKeys = pulseKeys(
  'RESET',
  RESET_PULSE_MS,
  'the Air724 asks for 150 ms at least, the Air780E for more than 500',
);
const powerKeyKeys = pulseKeys('POWERKEY', POWER_KEY_MS, 'the vendor’s bring-up guide asks for 2 s');

const supplyKeys = group({ command }).transform((power): CommandDriver => ({ kind: 'command', ...power }));

/** For library users only: no file can say it. */
function driverFunction(forms: typeof PULSE_FORMS) {
  return z
    .custom<DriverFunction>((value) => typeof value === 'function', forms)
    .transform((run): FunctionDriver => ({ kind: 'function', run }));
}

/** How the module's RESET pin is pulsed. Absent: it is not wired. */
export const resetSchema = z
  .union([resetKeys, driverFunction(PULSE_FORMS)], PULSE_FORMS)
  .describe('How RESET is pulsed: {command} or {line, activeLow, pulseMs}; absent: not wired');

/** How POWERKEY is pressed, on boards where the module does not start by itself. */
export const powerKeySchema = z
  .union(
    [
      powerKeyKeys,
      z.literal('tied-low', POWER_KEY_FORMS).transform((kind): TiedLow => ({ kind })),
      driverFunction(POWER_KEY_FORMS),
    ],
    POWER_KEY_FORMS,
  )
  .describe(
    'How POWERKEY is pressed: {command} or {line, activeLow, pulseMs}; tied-low: the board holds it to ground. Pressed after power, and after RESET where that switches the module off (Air780E)',
  );

/** How the module's supply is switched off and on. Absent: it cannot be. */
export const powerSchema = z
  .union([supplyKeys, driverFunction(POWER_FORMS)], POWER_FORMS)
  .describe('How the supply is switched off and on: {command}; absent: it cannot be');
