import { accessSync, constants, existsSync } from 'node:fs';
import { LinkError } from '../errors/link-error.js';
import { holderAdvice, holderNames, portHolders } from './port-holder.js';

/** The errors of serialport carry no code; what the system said is all there is to tell them by. */
const sayings = {
  busy: /cannot lock port|resource temporarily unavailable|resource busy/i,
  missing: /no such file|no such device|file not found|not configured|unknown error code (?:2|433)\b/i,
  denied: /permission denied|operation not permitted/i,
  // Windows says this of a port that another program holds.
  windowsBusy: /access (?:is )?denied/i,
  noTerminal: /inappropriate ioctl|is a directory|not a typewriter/i,
  hungUp: /input\/output error|i\/o error|no such device|not configured|bad file|port is not open/i,
};

/** Why a serial port could not be opened: PORT_NOT_FOUND, PORT_DENIED, PORT_BUSY or PORT_LOST. */
export function openError(path: string, cause: Error): LinkError {
  const { message } = cause;
  if (sayings.busy.test(message) || sayings.windowsBusy.test(message)) {
    return busy(path, cause);
  }
  if (sayings.denied.test(message)) return denied(path, cause);
  if (sayings.missing.test(message)) return missing(path, cause);
  if (sayings.noTerminal.test(message)) {
    return new LinkError('PORT_NOT_FOUND', `${path} is not a serial port.`, {
      cause,
      hint: 'Name the device of the module’s AT port; `luat-link ports` lists what there is.',
    });
  }
  if (path.startsWith('/') && !existsSync(path)) return missing(path, cause);
  if (path.startsWith('/') && !isAccessible(path)) return denied(path, cause);
  return new LinkError('PORT_LOST', `${path} could not be opened: ${message}.`, { cause });
}

/** The port is gone while it was open. */
export function lostError(path: string, cause?: Error | null): LinkError {
  return new LinkError(
    'PORT_LOST',
    `${path} went away${cause ? `: ${cause.message}` : ''}.`,
    cause ? { cause } : {},
  );
}

/** Why a control line of an open port could not be driven. */
export function signalError(path: string, line: 'rts' | 'dtr', cause: Error): LinkError {
  const name = line.toUpperCase();
  return sayings.noTerminal.test(cause.message)
    ? new LinkError('PORT_LOST', `${path} has no ${name} line.`, {
        cause,
        retryable: false,
        hint: `Pseudo-terminals and some adapters have none: use a command for the reset instead.`,
      })
    : new LinkError('PORT_LOST', `${path} did not drive its ${name} line: ${cause.message}.`, { cause });
}

/** Whether what a port says when it is asked for its control lines means that there is nobody behind it any more. */
export function meansHungUp(error: Error): boolean {
  return sayings.hungUp.test(error.message);
}

function missing(path: string, cause: Error): LinkError {
  return new LinkError('PORT_NOT_FOUND', `${path} does not exist.`, { cause });
}

function busy(path: string, cause: Error): LinkError {
  const holders = path.startsWith('/') ? portHolders(path) : [];
  const [first] = holders;
  if (first === undefined)
    return new LinkError('PORT_BUSY', `${path} is held by another program.`, { cause });
  const probably = first.certainty === 'suspected' ? 'another program, probably ' : '';
  return new LinkError('PORT_BUSY', `${path} is held by ${probably}${holderNames(holders)}.`, {
    cause,
    hint: holderAdvice(path, first),
  });
}

function denied(path: string, cause: Error): LinkError {
  return new LinkError('PORT_DENIED', `${path} may not be opened by this user.`, { cause });
}

function isAccessible(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
