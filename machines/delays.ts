import type { SupervisorContext } from './context.js';
import { attachesRadio } from './ladder.js';

/** The longest delay a timer can hold, 2^31-1 ms. */
export const LONGEST_DELAY = 2_147_483_647;

/**
 * xstate takes a transition at once when its delay is undefined, and after 1 ms when it is NaN, negative or too long;
 * a delay that reaches the chart is therefore finite and within 0..2^31-1.
 */
export function clampDelay(ms: number): number {
  if (Number.isNaN(ms) || ms < 0) return 0;
  return Math.min(ms, LONGEST_DELAY);
}

/**
 * The wait before the next try. The first retry after a loss goes out at once; then full jitter below a ceiling that
 * doubles, so that a thousand links cut off together do not come back together. A restarted module gets the time to
 * boot, a missing port is looked for at a steady pace.
 */
export function backoffDelay({ ladder, settings, portOpen, jitter }: SupervisorContext): number {
  const { limits, backoff } = settings;
  if (!portOpen) return clampDelay(limits.portRetryMs);
  const retries = ladder.failures - 1;
  const ceiling = retries <= 0 ? 0 : Math.min(backoff.maxMs, backoff.minMs * 2 ** (retries - 1));
  const wait = clampDelay(ceiling * share(jitter()));
  return attachesRadio(ladder.rung) && ladder.rung !== 'radio'
    ? Math.max(wait, clampDelay(limits.bootPauseMs))
    : wait;
}

/** Time left until the line has been quiet for the heartbeat interval; whole milliseconds, so that it always ends. */
export function heartbeatDelay({ settings, quietMs }: SupervisorContext): number {
  return clampDelay(Math.ceil(settings.heartbeatMs - quietMs));
}

function share(jitter: number): number {
  return Number.isFinite(jitter) ? Math.min(Math.max(jitter, 0), 1) : 1;
}
