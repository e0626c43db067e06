import { execFile } from 'node:child_process';
import type { ModuleProfile } from '../air/profiles.js';
import type { Clock } from '../clock/clock.js';
import type { LinkConfig } from '../config/schema.js';
import { LinkError } from '../errors/link-error.js';
import type { RestLevels } from '../transport/lines-at-rest.js';
import type { ControlLines, Driver } from './host.js';

type DriverConfig = NonNullable<LinkConfig['reset'] | LinkConfig['power']>;

export interface DriverParts {
  readonly clock: Clock;
  /** Where the pulse goes when a control line of the port is wired to RESET or POWERKEY. */
  readonly port: () => ControlLines | undefined;
  /** What pulling RESET does to the module at hand. */
  readonly resetPin: () => ModuleProfile['resetPin'];
}

/** Between the end of RESET or the return of the supply and POWERKEY: the module must have come to rest. */
const BEFORE_POWER_KEY_MS = 1_000;

/**
 * How the board acts on its module from outside. The chart runs RESET and power only when they are configured. POWERKEY
 * is pressed after the supply came back, and after a RESET that switches the module off (Air780E hardware guide); never
 * after a RESET that reboots, where a long press would switch it off. AT+CPOWD is used nowhere: with POWERKEY tied low
 * the module could not start again (vendor's FAQ, switching on and off).
 */
export function boardDrivers(
  { reset, power, powerKey }: Pick<LinkConfig, 'reset' | 'power' | 'powerKey'>,
  parts: DriverParts,
): { readonly reset: Driver; readonly power: Driver } {
  const press =
    powerKey === undefined || powerKey.kind === 'tied-low' ? undefined : driver(powerKey, parts, 'POWERKEY');
  const pressAfter = async (signal: AbortSignal): Promise<void> => {
    if (press === undefined) return;
    await pause(parts.clock, BEFORE_POWER_KEY_MS);
    await press(signal);
  };
  return {
    reset: async (signal) => {
      if (reset !== undefined) await driver(reset, parts, 'RESET')(signal);
      if (parts.resetPin() === 'powers off') await pressAfter(signal);
    },
    power: async (signal) => {
      if (power !== undefined) await driver(power, parts, 'the supply')(signal);
      await pressAfter(signal);
    },
  };
}

/** How the control lines that the board is wired to must stand while nothing is pulsed. */
export function restLevels({ reset, powerKey }: Pick<LinkConfig, 'reset' | 'powerKey'>): RestLevels {
  const levels: Partial<Record<'rts' | 'dtr', boolean>> = {};
  for (const wired of [reset, powerKey]) {
    if (wired?.kind === 'line') levels[wired.line] = wired.activeLow;
  }
  return levels;
}

function driver(config: DriverConfig, { clock, port }: DriverParts, what: string): Driver {
  switch (config.kind) {
    case 'command':
      return commandDriver(config.command);
    case 'function':
      return config.run;
    case 'line': {
      const { line, activeLow, pulseMs } = config;
      return async () => {
        const lines = port();
        if (lines === undefined)
          throw new LinkError('PORT_LOST', `The port is not open, so ${line} cannot pulse ${what}.`);
        await lines.setSignal(line, !activeLow);
        await pause(clock, pulseMs);
        // Always back to rest, or the module is held in reset for good.
        await lines.setSignal(line, activeLow);
      };
    }
  }
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.setTimeout(resolve, ms));
}

/** Runs a program without a shell; a non-zero exit code is a failed pulse. */
function commandDriver([program = '', ...args]: readonly string[]): Driver {
  return (signal) =>
    new Promise<void>((resolve, reject) => {
      execFile(program, args, { signal }, (error) => {
        if (error === null) resolve();
        else reject(new LinkError('INTERNAL', `"${program}" failed: ${error.message}`, { cause: error }));
      });
    });
}
