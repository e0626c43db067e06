import { LinkError, type LinkErrorCode } from '../errors/link-error.js';

/** What is looked at, from the program to the message that comes back, in this order. */
export const rungs = [
  'node',
  'configuration',
  'port',
  'permissions',
  'holder',
  'at',
  'baud',
  'module',
  'sim',
  'signal',
  'registration',
  'bearer',
  'clock',
  'certificates',
  'dns',
  'tcp',
  'tls',
  'login',
  'loopback',
  'outbox',
] as const;

export type Rung = (typeof rungs)[number];

/** `warn`: it works, but not for long or not well. `skipped`: it could not be looked at, `message` says why. */
export type Verdict = 'ok' | 'warn' | 'fail' | 'skipped';

/** What was found on one rung. */
export interface Finding {
  readonly rung: Rung;
  readonly verdict: Verdict;
  /** What was seen, and what it means. */
  readonly message: string;
  /** What to do, where something is to be done. */
  readonly advice?: string;
  /** Of a failure: the code that the link would report it with. */
  readonly code?: LinkErrorCode;
  /** Of a skipped rung: the failed one that it needs. */
  readonly needs?: Rung;
}

export function ok(rung: Rung, message: string): Finding {
  return { rung, verdict: 'ok', message };
}

export function warn(rung: Rung, message: string, advice: string): Finding {
  return { rung, verdict: 'warn', message, advice };
}

/** A rung that cannot be looked at before another one is mended. */
export function behind(rung: Rung, needs: Rung): Finding {
  return { rung, verdict: 'skipped', message: `needs ${needs}, which failed`, needs };
}

/** A rung that this set-up does not have, or that nobody waited for. */
export function skipped(rung: Rung, message: string): Finding {
  return { rung, verdict: 'skipped', message };
}

/** @param advice instead of the hint that the code has */
export function fail(rung: Rung, code: LinkErrorCode, message: string, advice?: string): Finding {
  return { rung, verdict: 'fail', message, advice: advice ?? new LinkError(code, '').hint, code };
}

/** A failure as an error tells it; whatever is no LinkError is a defect. */
export function failure(rung: Rung, error: unknown): Finding {
  if (error instanceof LinkError) return fail(rung, error.code, error.message, error.hint);
  return fail(rung, 'INTERNAL', error instanceof Error ? error.message : String(error));
}
