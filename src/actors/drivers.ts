import { execFile } from 'node:child_process';
import type { Clock } from '../clock/clock.js';
import type { LinkConfig } from '../config/schema.js';
import { LinkError } from '../errors/link-error.js';
import type { ControlLines, Driver } from './host.js';

/** Where the pulse goes when a control line of the port is wired to RESET. */
export interface DriverParts {
  readonly clock: Clock;
  readonly port: () => ControlLines | undefined;
}

/** The RESET driver of a configuration; the chart runs it only when one is configured. */
export function resetDriver(config: LinkConfig['reset'], { clock, port }: DriverParts): Driver {
  if (config === undefined) return absent;
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
          throw new LinkError('PORT_LOST', `The port is not open, so ${line} cannot pulse RESET.`);
        await lines.setSignal(line, !activeLow);
        await new Promise<void>((resolve) => clock.setTimeout(resolve, pulseMs));
        // Always back to rest, or the module is held in reset for good.
        await lines.setSignal(line, activeLow);
      };
    }
  }
}

/** The power driver of a configuration. */
export function powerDriver(config: LinkConfig['power']): Driver {
  if (config === undefined) return absent;
  switch (config.kind) {
    case 'command':
      return commandDriver(config.command);
    case 'function':
      return config.run;
  }
}

async function absent(): Promise<void> {
  await Promise.resolve();
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
