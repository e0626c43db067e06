/**
 * Every error that luat-link hands to its user. Callers branch on `code`, never on wording; `message` says what
 * happened to what, `hint` what to do next, `retryable` whether the same call may succeed later without a change.
 */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly code: LinkErrorCode;
  readonly retryable: boolean;
  readonly hint: string;

  constructor(code: LinkErrorCode, message: string, options: LinkErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? catalogue[code].retryable;
    this.hint = options.hint ?? catalogue[code].hint;
  }
}

export interface LinkErrorOptions {
  readonly retryable?: boolean;
  readonly hint?: string;
  readonly cause?: unknown;
}

export type LinkErrorCode = keyof typeof catalogue;

/** The closed list of codes, each with what it usually asks of the reader. */
const catalogue = {
  CONFIG_INVALID: entry(
    false,
    'Correct the named key; `luat-link config check FILE` shows all findings at once.',
  ),
  PORT_NOT_FOUND: entry(
    true,
    'Check the path and the cable; `ls -l /dev/serial/by-id` shows what is plugged in.',
  ),
  PORT_DENIED: entry(
    false,
    'Give the user access to the port, on Debian: `sudo usermod -aG dialout $USER`, then log in again.',
  ),
  PORT_BUSY: entry(
    true,
    'Another program holds the port; `sudo fuser -v PORT` names it. ModemManager is the usual one.',
  ),
  PORT_LOST: entry(true, 'The port went away while in use: check cable, hub and supply.'),
  MODEM_UNRESPONSIVE: entry(
    true,
    'The module does not answer AT: check baud rate, wiring and supply, or wire its RESET pin.',
  ),
  MODEM_REBOOTED: entry(
    true,
    'The module restarted by itself; when that repeats, its supply is too weak (2 A peaks).',
  ),
  SIM_MISSING: entry(true, 'Insert a SIM card or clean its contacts.'),
  SIM_REMOVED: entry(true, 'The SIM card was taken out; put it back.'),
  SIM_PIN_REQUIRED: entry(false, 'Set sim.pin in the configuration.'),
  SIM_PIN_WRONG: entry(
    false,
    'Correct sim.pin; it is not tried again by itself, since three wrong tries block the card.',
  ),
  SIM_BLOCKED: entry(false, 'The card asks for its PUK: unblock it in a phone.'),
  NOT_ATTACHED: entry(
    true,
    'No data network: check antenna, coverage and whether the card is paid and allowed data.',
  ),
  BEARER_FAILED: entry(
    true,
    'The network refuses the data bearer: check apn.name, apn.user and apn.password.',
  ),
  BEARER_LOST: entry(true, 'The network took the data bearer away; it is opened again.'),
  TLS_SETUP_FAILED: entry(false, 'Check broker.tls: the files, and whether the module has TLS at all.'),
  MQTT_CONFIG_FAILED: entry(
    true,
    'The module refuses AT+MCONFIG: check clientId, username, password and will.',
  ),
  TCP_FAILED: entry(true, 'The broker cannot be reached: check host, port and firewall.'),
  TCP_CLOSED: entry(true, 'The broker or the network closed the connection; it is opened again.'),
  MQTT_REFUSED: entry(true, 'The broker refuses the login: check clientId, username and password.'),
  SESSION_LOST: entry(true, 'The MQTT session is gone without a word from the module; it is opened again.'),
  SUBSCRIBE_FAILED: entry(
    true,
    'The subscription was not acknowledged: check the topic filter and the broker’s access rules.',
  ),
  PUBLISH_FAILED: entry(
    true,
    'The message was not acknowledged: check the broker’s access rules for this topic.',
  ),
  TOPIC_INVALID: entry(
    false,
    'Use 1 to 256 bytes of UTF-8 without quotes, control characters or, when publishing, wildcards.',
  ),
  PAYLOAD_TOO_LARGE: entry(false, 'Split the message; the limit is the module’s.'),
  OUTBOX_FULL: entry(
    true,
    'More is published than the link can carry: raise outbox.maxMessages or publish less.',
  ),
  REPLACED: entry(false, 'A newer message with the same key took its place before it could be delivered.'),
  EXPIRED: entry(false, 'The message outlived its ttlMs before it could be delivered.'),
  STOPPED: entry(false, 'The supervisor was stopped; call start() again.'),
  TIMEOUT: entry(true, 'It took longer than allowed.'),
  INTERNAL: entry(false, 'A defect of luat-link: please report it with the log.'),
} as const satisfies Record<string, { retryable: boolean; hint: string }>;

function entry(retryable: boolean, hint: string): { readonly retryable: boolean; readonly hint: string } {
  return { retryable, hint };
}

/** Every code, for documentation and exhaustive tests. */
export const linkErrorCodes = Object.keys(catalogue) as readonly LinkErrorCode[];
