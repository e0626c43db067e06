import type { Attempts } from './ladder.js';

/** What the chart must know of the configuration. Times are milliseconds. */
export interface Settings {
  /** A PIN is configured, so a locked SIM may be unlocked once. */
  readonly pinConfigured: boolean;
  /** The broker is reached by TLS. */
  readonly tls: boolean;
  /** An online message is published right after CONNACK OK. */
  readonly announces: boolean;
  readonly attempts: Attempts;
  readonly backoff: { readonly minMs: number; readonly maxMs: number };
  /** Online this long, the ladder starts from the bottom again. */
  readonly stableMs: number;
  /** Quiet this long, the module is asked for its session. */
  readonly heartbeatMs: number;
  /** Radio attaches that may be spent at once; the host refills them one by one. */
  readonly radioBurst: number;
  readonly limits: Limits;
}

/** Limits of the vendor's bring-up guide, and pauses between two questions. */
export interface Limits {
  /** First AT to OK: "up to 90 s, else pull RESET low". */
  readonly bootMs: number;
  /** `+CPIN: READY`; the guide says 10 s, boards in the field take up to 30 s. */
  readonly simMs: number;
  /** `+CGATT: 1`: "normally within 2 minutes, else flight mode". */
  readonly attachMs: number;
  readonly bearerMs: number;
  /** Between two questions for SIM, attach or bearer. */
  readonly pollMs: number;
  /** A session this old is asked for signal, network and card the first time. */
  readonly surveyMs: number;
  /** Radio off: "wait 5 s". */
  readonly radioRestMs: number;
  /** A module needs this long after a restart before it can answer at all. */
  readonly bootPauseMs: number;
  /** Backstop behind the link's own time limits: longer than any command with its outcome. */
  readonly answerMs: number;
  /** Between two tries to open the port. */
  readonly portRetryMs: number;
  readonly portMs: number;
  /** For the external RESET and power drivers. */
  readonly driverMs: number;
  /** For MDISCONNECT and MIPCLOSE when stopping. */
  readonly stopMs: number;
  /** Most time between two tries where a person is needed but trying does no harm. */
  readonly attentionMs: number;
}

/** The limits that hold unless told otherwise, in milliseconds. */
export const defaultLimits: Limits = {
  bootMs: 90_000,
  simMs: 30_000,
  attachMs: 120_000,
  bearerMs: 60_000,
  pollMs: 2_000,
  surveyMs: 1_000,
  radioRestMs: 5_000,
  bootPauseMs: 3_000,
  answerMs: 240_000,
  portRetryMs: 1_000,
  portMs: 15_000,
  driverMs: 60_000,
  stopMs: 12_000,
  attentionMs: 60_000,
};

/** What the chart does without a configuration, as in a visualiser: no RESET pin and no supply switch are wired. */
export const defaultSettings: Settings = {
  pinConfigured: false,
  tls: false,
  announces: false,
  attempts: { reconnect: 3, bearer: 3, radio: 2, restart: 2, reset: 0, power: 0 },
  backoff: { minMs: 1_000, maxMs: 300_000 },
  stableMs: 60_000,
  heartbeatMs: 30_000,
  radioBurst: 4,
  limits: defaultLimits,
};
