import { defaultSettings, type Attempts, type Settings, type World } from '../../machines/index.js';

/** A world with a name to print. */
export interface NamedWorld extends World {
  readonly name: string;
}

/**
 * Delays in units of time. Only their order matters, and only where two timers are armed at once: poll within its limit
 * for attach, bearer and card (which may be busy, then locked); heartbeat within the stable time. The shortest and the longest backoff are one.
 */
const limits: Settings['limits'] = {
  bootMs: 2,
  simMs: 3,
  attachMs: 2,
  bearerMs: 2,
  pollMs: 1,
  surveyMs: 1,
  radioRestMs: 1,
  bootPauseMs: 1,
  answerMs: 1,
  portRetryMs: 1,
  portMs: 1,
  driverMs: 1,
  stopMs: 1,
  attentionMs: 2,
};

/** The same settings with delays in units of time: enough to tell which of two timers is due first. */
export function inUnits(settings: Settings): Settings {
  return { ...settings, backoff: { minMs: 0, maxMs: 0 }, stableMs: 2, heartbeatMs: 2, limits };
}

export function settingsOf(attempts: Partial<Attempts>, more: Partial<Settings> = {}): Settings {
  return inUnits({
    ...defaultSettings,
    attempts: { reconnect: 1, bearer: 1, radio: 1, restart: 1, reset: 0, power: 0, ...attempts },
    radioBurst: 1,
    ...more,
  });
}

/** Two faults where the world is small; with pins, cards and TLS one, which is as many states again. */
export const worlds: readonly NamedWorld[] = [
  { name: 'nothing wired', settings: settingsOf({}), card: 'open', faults: 2 },
  {
    name: 'TLS, announcement, RESET wired',
    settings: settingsOf({ reset: 1 }, { tls: true, announces: true }),
    card: 'open',
    faults: 1,
  },
  {
    name: 'PIN, RESET and supply wired',
    settings: settingsOf({ reset: 1, power: 1 }, { pinConfigured: true }),
    card: 'right',
    faults: 1,
  },
  {
    name: 'wrong PIN',
    settings: settingsOf({ reset: 1 }, { pinConfigured: true }),
    card: 'wrong',
    faults: 1,
  },
];
