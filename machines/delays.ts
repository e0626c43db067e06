import type { SupervisorContext } from './context.js';
import { isRefusal, restartsModule } from './ladder.js';

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
 * doubles, so that a thousand links cut off together do not come back together. At the highest ceiling the lowest quarter
 * is left out: ten thousand links after a long outage then knock 53 times a second on average in place of 67, and the
 * last comes no later. Two devices with one client id throw each other out for ever: there the lower half is left out. A
 * restarted module gets the time to boot, a
 * missing port is looked for at a steady pace, and where a person was waited for, the wait is over.
 */
export function backoffDelay(context: SupervisorContext): number {
  const { ladder, settings, portOpen, cause } = context;
  const { limits, backoff } = settings;
  if (!portOpen) return clampDelay(limits.portRetryMs);
  const retries = ladder.failures - 1;
  const ceiling = retries <= 0 ? 0 : Math.min(backoff.maxMs, backoff.minMs * 2 ** (retries - 1));
  const least = cause === 'CLIENT_ID_TAKEN' ? 0.5 : ceiling === backoff.maxMs ? 0.25 : 0;
  const wait = needsPerson(context) ? 0 : clampDelay(ceiling * jittered(context, least));
  return restartsModule(ladder.rung) && !ladder.heldBack
    ? Math.max(wait, clampDelay(limits.bootPauseMs))
    : wait;
}

/**
 * The wait for a person before the next try that does no harm: at the slowest pace where somebody refuses, and jittered,
 * since the login service of a broker may refuse ten thousand at a time.
 */
export function attentionDelay(context: SupervisorContext): number {
  const { limits, backoff } = context.settings;
  const refused = context.cause !== undefined && isRefusal(context.cause);
  const most = refused ? backoff.maxMs : Math.min(limits.attentionMs, backoff.maxMs);
  return clampDelay(most * jittered(context, 0.5));
}

/** What only a person can bring, once every rung that could cure it is spent. */
export function needsPerson({ ladder, cause }: SupervisorContext): boolean {
  if (cause === undefined || cause !== ladder.spentOn) return false;
  return (
    cause === 'SIM_MISSING' ||
    cause === 'REGISTRATION_DENIED' ||
    cause === 'MODEM_UNRESPONSIVE' ||
    (isRefusal(cause) && cause !== 'CLIENT_ID_TAKEN')
  );
}

/**
 * Time left until the line has been quiet for the heartbeat interval; whole milliseconds, so that it always ends. The
 * first question of a session comes soon, so that the status can tell the signal.
 */
export function heartbeatDelay({ settings, quietMs, surveyed }: SupervisorContext): number {
  const { heartbeatMs, limits } = settings;
  return clampDelay(Math.ceil(surveyed ? heartbeatMs - quietMs : Math.min(heartbeatMs, limits.surveyMs)));
}

/** A share of a wait at random, from the least one to the whole. */
function jittered({ jitter }: SupervisorContext, least: number): number {
  const drawn = jitter();
  const share = Number.isFinite(drawn) ? Math.min(Math.max(drawn, 0), 1) : 1;
  return least + share * (1 - least);
}
