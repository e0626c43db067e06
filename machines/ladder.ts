import type { Cause } from './events.js';

/**
 * The recovery ladder, gentlest rung first: MIPCLOSE and connect again; SAPBR=0,1 and activate again; radio off and on;
 * AT+RESET; the RESET pin; the supply. (Vendor's flow, sections 2.3, 2.4 and 3.4.)
 */
export const rungs = ['reconnect', 'bearer', 'radio', 'restart', 'reset', 'power'] as const;
/** One rung of the recovery ladder; gentler ones come first. */
export type Rung = (typeof rungs)[number];

/** How often each rung may be tried before the next; 0 means that it is not there (no pin wired, supply not switched). */
export type Attempts = Readonly<Record<Rung, number>>;

/** Where recovery stands: the rung for the failure at hand, and what was tried so far. */
export interface Ladder {
  /** The rung chosen for the failure at hand. */
  readonly rung: Rung;
  /** The rung makes the radio attach and the budget has no attach left: nothing is done but wait and look again. */
  readonly heldBack: boolean;
  /** Tries spent on each rung since the last stable session or the last full round. */
  readonly used: Attempts;
  /** Failures in a row since the last stable session, for the backoff; saturates. */
  readonly failures: number;
  /** What failed last, and how often in a row it was the same; saturates. */
  readonly cause: Cause | undefined;
  readonly repeats: number;
  /** The cause for which every rung that could cure it was spent, until a stable session. */
  readonly spentOn: Cause | undefined;
  /** Full rounds since the last stable session or the last doubt; saturates. */
  readonly rounds: number;
  /** Sessions in a row that were dropped before they were stable; saturates. */
  readonly briefSessions: number;
  /** Radio attaches that may be spent now. */
  readonly radioTokens: number;
}

/** Counters that guards or delays read must saturate, or the chart has no finite state space. */
export const MOST_FAILURES = 16;

/** A cause must come so often in a row before its rungs are called spent: others may have spent them. */
export const REPEATS = 3;

/** So many sessions in a row dropped before they were stable look like another device with the same client id. */
export const BRIEF_SESSIONS = 3;

/** So many rounds of refusals are taken for the refuser's word; then the module itself is doubted, and restarted. */
export const ROUNDS_BEFORE_DOUBT = 3;

const unused: Attempts = { reconnect: 0, bearer: 0, radio: 0, restart: 0, reset: 0, power: 0 };

export function bottomOfLadder(radioTokens: number): Ladder {
  return {
    rung: 'reconnect',
    heldBack: false,
    used: unused,
    failures: 0,
    cause: undefined,
    repeats: 0,
    spentOn: undefined,
    rounds: 0,
    briefSessions: 0,
    radioTokens,
  };
}

/** The lowest rung that can cure a cause. A closed TCP connection needs no new bearer, a silent module no MIPCLOSE. */
export function lowestCure(cause: Cause): Rung {
  switch (cause) {
    case 'PORT_NOT_FOUND':
    case 'PORT_DENIED':
    case 'PORT_BUSY':
    case 'PORT_LOST':
    case 'MODEM_REBOOTED':
    case 'MQTT_CONFIG_FAILED':
    case 'TCP_FAILED':
    case 'TCP_CLOSED':
    case 'MQTT_REFUSED':
    case 'CLIENT_ID_TAKEN':
    case 'SESSION_LOST':
    case 'SUBSCRIBE_FAILED':
    case 'PUBLISH_FAILED':
      return 'reconnect';
    // From the bearer on, the flow passes the TLS set-up again; a plain reconnect would skip it.
    case 'TLS_SETUP_FAILED':
    case 'SIM_REMOVED':
    case 'BEARER_FAILED':
    case 'BEARER_LOST':
      return 'bearer';
    case 'NOT_ATTACHED':
    case 'REGISTRATION_DENIED':
      return 'radio';
    case 'SIM_MISSING':
    case 'SIM_PIN_REQUIRED':
    case 'SIM_PIN_WRONG':
    case 'SIM_BLOCKED':
      return 'restart';
    case 'MODEM_UNRESPONSIVE':
      return 'reset';
  }
}

/**
 * Somebody refuses what the configuration says: the broker a login, the module a value or a certificate. Neither a new
 * bearer nor the radio changes that, so higher rungs only cost.
 */
export function isRefusal(cause: Cause): boolean {
  return (
    cause === 'MQTT_REFUSED' ||
    cause === 'CLIENT_ID_TAKEN' ||
    cause === 'MQTT_CONFIG_FAILED' ||
    cause === 'TLS_SETUP_FAILED'
  );
}

/** Rungs whose use makes the radio attach again; carriers punish attaching too often. */
export function attachesRadio(rung: Rung): boolean {
  return rungs.indexOf(rung) >= rungs.indexOf('radio');
}

/** Rungs after which the module boots. */
export function restartsModule(rung: Rung): boolean {
  return rungs.indexOf(rung) >= rungs.indexOf('restart');
}

/** The rungs that may cure a cause, lowest first. */
function curesOf(cause: Cause, attempts: Attempts, doubted: boolean): readonly Rung[] {
  const present = rungs.filter((rung) => attempts[rung] > 0);
  const floor = rungs.indexOf(doubted ? 'restart' : lowestCure(cause));
  const ceiling = isRefusal(cause) ? floor : rungs.length - 1;
  const able = present.filter((rung) => rungs.indexOf(rung) >= floor && rungs.indexOf(rung) <= ceiling);
  // Nothing wired is strong enough: the strongest that is there must do.
  return able.length > 0 ? able : present.slice(-1);
}

/**
 * The ladder after one more failure: the lowest rung that can cure the cause and is neither absent nor spent. When all
 * are spent, a new round begins at the lowest cure: no fault, however long, ends the trying. A rung that makes the radio
 * attach takes one attach from the budget; with none left it is held back until the budget refills.
 */
export function climb(ladder: Ladder, cause: Cause, attempts: Attempts): Ladder {
  const doubted = isRefusal(cause) && ladder.rounds >= ROUNDS_BEFORE_DOUBT;
  const cures = curesOf(cause, attempts, doubted);
  const unspent = cures.find((rung) => ladder.used[rung] < attempts[rung]);
  const rung = unspent ?? cures[0] ?? 'reconnect';
  const heldBack = attachesRadio(rung) && ladder.radioTokens === 0;
  const newRound = unspent === undefined && !heldBack;
  const used = newRound ? unused : ladder.used;
  const repeats = ladder.cause === cause ? Math.min(ladder.repeats + 1, REPEATS) : 1;
  const spent = unspent === undefined && repeats >= REPEATS;
  const rounds = newRound ? Math.min(ladder.rounds + 1, ROUNDS_BEFORE_DOUBT) : ladder.rounds;
  return {
    rung,
    heldBack,
    used: heldBack ? used : { ...used, [rung]: Math.min(used[rung] + 1, Math.max(attempts[rung], 1)) },
    failures: Math.min(ladder.failures + 1, MOST_FAILURES),
    cause,
    repeats,
    spentOn: spent ? cause : ladder.spentOn === cause ? cause : undefined,
    rounds: doubted && !heldBack ? 0 : rounds,
    briefSessions: ladder.briefSessions,
    radioTokens: attachesRadio(rung) && !heldBack ? ladder.radioTokens - 1 : ladder.radioTokens,
  };
}

/** The ladder when bearer or card turn out to be gone while a plain reconnect is under way: the same failure, one rung up. */
export function raiseToBearer(ladder: Ladder): Ladder {
  return ladder.rung === 'reconnect' ? { ...ladder, rung: 'bearer' } : ladder;
}

/** The ladder after a session that was dropped before it was stable. */
export function countBriefSession(ladder: Ladder): Ladder {
  return { ...ladder, briefSessions: Math.min(ladder.briefSessions + 1, BRIEF_SESSIONS) };
}
