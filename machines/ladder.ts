import type { Cause } from './events.js';

/**
 * The recovery ladder, gentlest rung first: MIPCLOSE and connect again; SAPBR=0,1 and activate again; radio off and on;
 * AT+RESET; the RESET pin; the supply. (Vendor's flow, sections 2.3, 2.4 and 3.4.)
 */
export const rungs = ['reconnect', 'bearer', 'radio', 'restart', 'reset', 'power'] as const;
export type Rung = (typeof rungs)[number];

/** How often each rung may be tried before the next; 0 means that it is not there (no pin wired, supply not switched). */
export type Attempts = Readonly<Record<Rung, number>>;

export interface Ladder {
  /** The rung chosen for the failure at hand. */
  readonly rung: Rung;
  /** Tries spent on each rung since the last stable session or the last full round. */
  readonly used: Attempts;
  /** Failures in a row since the last stable session, for the backoff; saturates. */
  readonly failures: number;
  /** Whether the failure at hand found every rung that could cure it spent. */
  readonly exhausted: boolean;
  /** Radio attaches that may be spent now. */
  readonly radioTokens: number;
}

/** Counters that guards or delays read must saturate, or the chart has no finite state space. */
export const MOST_FAILURES = 16;

const unused: Attempts = { reconnect: 0, bearer: 0, radio: 0, restart: 0, reset: 0, power: 0 };

export function bottomOfLadder(radioTokens: number): Ladder {
  return { rung: 'reconnect', used: unused, failures: 0, exhausted: false, radioTokens };
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

/** Rungs whose use makes the radio attach again; carriers punish attaching too often. */
export function attachesRadio(rung: Rung): boolean {
  return rungs.indexOf(rung) >= rungs.indexOf('radio');
}

/**
 * The ladder after one more failure: the lowest rung that can cure the cause and is neither absent nor spent. When all
 * are spent, a new round begins at the lowest cure: no fault, however long, ends the trying. A rung that needs the radio
 * to attach waits for its budget, except for a module that answers nothing, which is not attached anyway.
 */
export function climb(ladder: Ladder, cause: Cause, attempts: Attempts): Ladder {
  const floor = rungs.indexOf(lowestCure(cause));
  const present = rungs.filter((rung) => attempts[rung] > 0);
  const able = present.filter((rung) => rungs.indexOf(rung) >= floor);
  // Nothing wired is strong enough: the strongest that is there must do.
  const candidates = able.length > 0 ? able : present.slice(-1);
  const affordable = candidates.filter(
    (rung) => !attachesRadio(rung) || ladder.radioTokens > 0 || cause === 'MODEM_UNRESPONSIVE',
  );
  const unspent = affordable.find((rung) => ladder.used[rung] < attempts[rung]);
  const exhausted = candidates.every((rung) => ladder.used[rung] >= attempts[rung]);
  const failures = Math.min(ladder.failures + 1, MOST_FAILURES);
  // Without a rung to afford, the flow is walked again from the SIM check until the radio budget refills.
  const rung = unspent ?? affordable[0] ?? 'bearer';
  const used = unspent === undefined && exhausted ? unused : ladder.used;
  return {
    rung,
    used: { ...used, [rung]: Math.min(used[rung] + 1, Math.max(attempts[rung], 1)) },
    failures,
    exhausted,
    radioTokens: attachesRadio(rung) ? Math.max(ladder.radioTokens - 1, 0) : ladder.radioTokens,
  };
}

/** The ladder when the bearer turns out to be gone while a plain reconnect is under way: the same failure, one rung up. */
export function raiseToBearer(ladder: Ladder): Ladder {
  return { ...ladder, rung: 'bearer' };
}
