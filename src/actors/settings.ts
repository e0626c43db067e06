import { defaultSettings, type Settings } from '../../machines/index.js';
import type { LinkConfig } from '../config/schema.js';

/** What the chart must know of a configuration. A rung that is not wired has no attempts. */
export function settingsOf(config: LinkConfig): Settings {
  const { recovery } = config;
  return {
    ...defaultSettings,
    pinConfigured: config.sim.pin !== undefined,
    tls: config.broker.tls !== undefined,
    announces: config.announce !== undefined,
    attempts: {
      ...recovery.attempts,
      reset: config.reset === undefined ? 0 : recovery.attempts.reset,
      power: config.power === undefined ? 0 : 1,
    },
    backoff: recovery.backoff,
    stableMs: recovery.stableMs,
    heartbeatMs: recovery.heartbeatMs,
    radioBurst: recovery.radioAttachesPerHour,
  };
}
