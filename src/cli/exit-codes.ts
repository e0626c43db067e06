import type { LinkErrorCode } from '../errors/link-error.js';

/** What the process ends with. */
export const exitCode = {
  done: 0,
  internal: 1,
  usage: 2,
  port: 3,
  sim: 4,
  network: 5,
  broker: 6,
  timeout: 7,
  refused: 8,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

const byError: Readonly<Record<LinkErrorCode, ExitCode>> = {
  CONFIG_INVALID: exitCode.usage,
  PORT_NOT_FOUND: exitCode.port,
  PORT_DENIED: exitCode.port,
  PORT_BUSY: exitCode.port,
  PORT_LOST: exitCode.port,
  MODEM_UNRESPONSIVE: exitCode.port,
  MODEM_REBOOTED: exitCode.port,
  SIM_MISSING: exitCode.sim,
  SIM_REMOVED: exitCode.sim,
  SIM_PIN_REQUIRED: exitCode.sim,
  SIM_PIN_WRONG: exitCode.sim,
  SIM_BLOCKED: exitCode.sim,
  NOT_ATTACHED: exitCode.network,
  REGISTRATION_DENIED: exitCode.network,
  BEARER_FAILED: exitCode.network,
  BEARER_LOST: exitCode.network,
  TLS_SETUP_FAILED: exitCode.broker,
  MQTT_CONFIG_FAILED: exitCode.broker,
  TCP_FAILED: exitCode.broker,
  TCP_CLOSED: exitCode.broker,
  MQTT_REFUSED: exitCode.broker,
  CLIENT_ID_TAKEN: exitCode.broker,
  SESSION_LOST: exitCode.broker,
  SUBSCRIBE_FAILED: exitCode.broker,
  PUBLISH_FAILED: exitCode.broker,
  TOPIC_INVALID: exitCode.usage,
  PAYLOAD_TOO_LARGE: exitCode.usage,
  OUTBOX_FULL: exitCode.refused,
  OUTBOX_FAILED: exitCode.refused,
  REPLACED: exitCode.refused,
  EXPIRED: exitCode.timeout,
  STOPPED: exitCode.interrupted,
  TIMEOUT: exitCode.timeout,
  INTERNAL: exitCode.internal,
};

/** The exit code for an error that ends a command. */
export function exitCodeOf(code: LinkErrorCode): ExitCode {
  return byError[code];
}
