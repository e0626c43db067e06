/** How long commands may take. Outcomes have limits of their own, below. */
export interface Timings {
  /** For a final result, or the data prompt, in milliseconds. */
  readonly commandTimeoutMs: number;
}

/** The AT manual's general limit for a final result is 9 s. */
export const defaultTimings: Timings = { commandTimeoutMs: 9_000 };

/**
 * How long the second answer may take after OK, in milliseconds. On a good network the vendor's logs show 1.4-2.3 s for
 * a TLS connection, 0.25 s for CONNACK, 0.3 s for SUBACK and PUBACK; the limits leave room for a bad one.
 */
export const outcomeTimeouts = {
  tcpConnect: 40_000,
  /** The TLS negotiation alone may be configured to take up to 300 s (AT manual, SSLCFG). */
  tlsConnect: 90_000,
  connack: 20_000,
  suback: 15_000,
  unsuback: 15_000,
  /** PUBACK, and each step from PUBREC to PUBCOMP. */
  publish: 15_000,
} as const;
