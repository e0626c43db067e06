/** What a person is told about one code. */
export interface CatalogueEntry {
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean;
  /** What happened. */
  readonly meaning: string;
  /** What the link does about it by itself. */
  readonly recovery: string;
  /** What the reader is asked to do; the `hint` of an error that has no better one. */
  readonly hint: string;
}

const REFUSED_AT_ONCE = 'Nothing: it is refused before anything is opened, kept or sent.';
const RECONNECTS =
  'MIPCLOSE and connects again, with growing waits; repeated, the ladder climbs to the bearer, the radio and beyond.';
const REFUSED_BY_OTHERS =
  'Tries again a few times, then asks for a person and tries on at the slowest pace; bearer and radio are left alone.';
const WAITS_FOR_PERSON =
  'Nothing more is tried until start(), retry() or another card: it could block the card.';

/**
 * The closed list of codes. `docs/errors.md` is made from it: run `npm run docs` after a change.
 */
export const catalogue = {
  CONFIG_INVALID: {
    retryable: false,
    meaning: 'A key of the configuration, a flag or an argument is missing, unknown or out of range.',
    recovery: REFUSED_AT_ONCE,
    hint: 'Correct the named key; `luat-link config check FILE` shows all findings at once.',
  },
  PORT_NOT_FOUND: {
    retryable: true,
    meaning: 'There is no such serial port, or no USB device with these ids.',
    recovery: 'Tries again with growing waits: a port that is plugged in is found.',
    hint: 'Check the path and the cable; `ls -l /dev/serial/by-id` shows what is plugged in.',
  },
  PORT_DENIED: {
    retryable: false,
    meaning: 'This user may not open the port.',
    recovery: 'Asks for a person, and tries again now and then.',
    hint: 'Give the user access to the port, on Debian: `sudo usermod -aG dialout $USER`, then log in again.',
  },
  PORT_BUSY: {
    retryable: true,
    meaning: 'Another program holds the port.',
    recovery: 'Tries again with growing waits.',
    hint: 'Another program holds the port; `sudo fuser -v PORT` names it. ModemManager is the usual one.',
  },
  PORT_LOST: {
    retryable: true,
    meaning: 'The port went away while it was in use, or could not be opened in time.',
    recovery: 'Opens it again with growing waits; what was accepted waits.',
    hint: 'The port went away while in use: check cable, hub and supply.',
  },
  MODEM_UNRESPONSIVE: {
    retryable: true,
    meaning: 'The module answers nothing any more, not even a bare AT.',
    recovery:
      'Pulses RESET, then cycles the supply, as far as they are wired; otherwise AT+RESET and patience.',
    hint: 'The module does not answer AT: check baud rate, wiring and supply, or wire its RESET pin.',
  },
  MODEM_REBOOTED: {
    retryable: true,
    meaning: 'The module said RDY: it restarted, and everything in it is gone.',
    recovery: 'Starts anew from AT; what was accepted is sent afterwards.',
    hint: 'The module restarted by itself; when that repeats, its supply is too weak (2 A peaks).',
  },
  SIM_MISSING: {
    retryable: true,
    meaning: 'There is no card, or none that can be read.',
    recovery: 'Asks again, restarts the module; then asks for a person, and goes on once a card is there.',
    hint: 'Insert a SIM card or clean its contacts.',
  },
  SIM_REMOVED: {
    retryable: true,
    meaning: 'The card was taken out while the link was up.',
    recovery: 'Asks for the card again and comes back by itself when it is put in.',
    hint: 'The SIM card was taken out; put it back.',
  },
  SIM_PIN_REQUIRED: {
    retryable: false,
    meaning: 'The card asks for its PIN, and none is configured.',
    recovery: WAITS_FOR_PERSON,
    hint: 'Set sim.pin in the configuration.',
  },
  SIM_PIN_WRONG: {
    retryable: false,
    meaning: 'The card refused the configured PIN.',
    recovery: WAITS_FOR_PERSON,
    hint: 'Correct sim.pin. It is not tried again by itself, not by a new process either: three wrong tries block the card. For another card with the same PIN call retry(), or remove sim-pin.json from outbox.directory.',
  },
  SIM_BLOCKED: {
    retryable: false,
    meaning: 'The card wants its PUK: its PIN was wrong three times.',
    recovery: WAITS_FOR_PERSON,
    hint: 'The card asks for its PUK: unblock it in a phone.',
  },
  NOT_ATTACHED: {
    retryable: true,
    meaning: 'The module is not attached to the data network after several minutes.',
    recovery: 'Radio off and on, then AT+RESET, within the budget of radio attaches per hour.',
    hint: 'No data network: check antenna, coverage and whether the card is paid and allowed data.',
  },
  REGISTRATION_DENIED: {
    retryable: true,
    meaning: 'The network refuses to register the card; searching would be a reason to wait, this is not.',
    recovery:
      'Radio off and on, then AT+RESET, within the budget of radio attaches per hour; then asks for a person and tries on, slowly.',
    hint: 'The network refuses this card: ask the operator whether it is paid, activated and allowed in this device.',
  },
  BEARER_FAILED: {
    retryable: true,
    meaning: 'The data bearer cannot be opened.',
    recovery: 'SAPBR=0,1 and opens it again; repeated, radio off and on.',
    hint: 'The network refuses the data bearer: check apn.name, apn.user and apn.password.',
  },
  BEARER_LOST: {
    retryable: true,
    meaning: 'The network took the data bearer away (DEACT, in whichever spelling).',
    recovery: 'MIPCLOSE, SAPBR=0,1, and from the SIM check on anew.',
    hint: 'The network took the data bearer away; it is opened again.',
  },
  TLS_SETUP_FAILED: {
    retryable: false,
    meaning: 'Certificates cannot be used, or the module refuses a TLS setting.',
    recovery: REFUSED_BY_OTHERS,
    hint: 'Check broker.tls: the files, and whether the module has TLS at all.',
  },
  MQTT_CONFIG_FAILED: {
    retryable: true,
    meaning: 'The module refuses AT+MCONFIG.',
    recovery: REFUSED_BY_OTHERS,
    hint: 'The module refuses AT+MCONFIG: check clientId, username, password and will.',
  },
  TCP_FAILED: {
    retryable: true,
    meaning: 'No TCP or TLS connection to the broker can be made.',
    recovery: RECONNECTS,
    hint: 'The broker cannot be reached: check host, port and firewall.',
  },
  TCP_CLOSED: {
    retryable: true,
    meaning: 'The connection was closed by the broker or on the way (CLOSED, TCP ERROR).',
    recovery: RECONNECTS,
    hint: 'The broker or the network closed the connection; it is opened again.',
  },
  MQTT_REFUSED: {
    retryable: true,
    meaning: 'The broker refuses the login.',
    recovery: REFUSED_BY_OTHERS,
    hint: 'The broker refuses the login: check clientId, username and password.',
  },
  CLIENT_ID_TAKEN: {
    retryable: true,
    meaning: 'Three sessions in a row were dropped soon after a good CONNACK.',
    recovery: 'Connects again, more and more slowly, and leaves bearer and radio alone.',
    hint: 'Another device probably uses this clientId: give each its own. A broker may also drop a session for a forbidden topic.',
  },
  SESSION_LOST: {
    retryable: true,
    meaning: 'The session is gone, or its state cannot be learnt, without a word from the module.',
    recovery: RECONNECTS,
    hint: 'The MQTT session is gone, or the module no longer tells of it; it is opened again.',
  },
  SUBSCRIBE_FAILED: {
    retryable: true,
    meaning: 'A subscription was refused or stayed without SUBACK.',
    recovery:
      'Drops a refused one and tells its caller; unanswered, or one of the configuration, the session is made anew.',
    hint: 'The subscription was not acknowledged: check the topic filter and the broker’s access rules.',
  },
  PUBLISH_FAILED: {
    retryable: true,
    meaning: 'A message was refused three times, or the link broke while a QoS 0 message was on its way.',
    recovery: 'Gives this message up, tells its caller, and goes on with the next.',
    hint: 'A message was refused or not acknowledged in time; if it is always the same topic, check the broker’s access rules for it.',
  },
  TOPIC_INVALID: {
    retryable: false,
    meaning: 'The topic or filter is none, or the module could not take it as it is.',
    recovery: REFUSED_AT_ONCE,
    hint: 'Use 1 to 256 bytes of UTF-8 without quotes, control characters or, when publishing, wildcards.',
  },
  PAYLOAD_TOO_LARGE: {
    retryable: false,
    meaning: 'The message is longer than this module publishes; the error names both lengths.',
    recovery: 'Nothing: a message is never cut.',
    hint: 'Split the message; the limit is the module’s.',
  },
  OUTBOX_FULL: {
    retryable: true,
    meaning: 'outbox.maxMessages or outbox.maxBytes is reached.',
    recovery: 'Refuses the new message, or drops the oldest, as outbox.overflow says.',
    hint: 'More is published than the link can carry: raise outbox.maxMessages or publish less.',
  },
  OUTBOX_FAILED: {
    retryable: true,
    meaning: 'The outbox cannot be opened, written or read: disk full, no access, in use by another process.',
    recovery: 'Keeps what was accepted, refuses what is new, and tries again by itself.',
    hint: 'See the reason; it is tried again by itself, and nothing that was accepted is lost.',
  },
  REPLACED: {
    retryable: false,
    meaning: 'A newer message with the same key took its place.',
    recovery: 'Delivers the newer one.',
    hint: 'A newer message with the same key took its place before it could be delivered.',
  },
  EXPIRED: {
    retryable: false,
    meaning: 'The message waited longer than its ttlMs.',
    recovery: 'Goes on with the next message.',
    hint: 'The message outlived its ttlMs before it could be delivered.',
  },
  STOPPED: {
    retryable: false,
    meaning: 'stop() was called.',
    recovery: 'Nothing: everything is closed.',
    hint: 'The supervisor was stopped; call start() again.',
  },
  TIMEOUT: {
    retryable: true,
    meaning: 'A command of the command line was not done within --timeout.',
    recovery: 'Closes the link and ends.',
    hint: 'It took longer than allowed.',
  },
  INTERNAL: {
    retryable: false,
    meaning: 'Something that cannot be; also a reset or power driver that failed.',
    recovery: 'Ends what ran, and starts afresh.',
    hint: 'A defect of luat-link: please report it with the log.',
  },
} as const satisfies Record<string, CatalogueEntry>;

/** What callers branch on. docs/errors.md says of each what happened, what the link does, and what you should do. */
export type LinkErrorCode = keyof typeof catalogue;

/** Every code, for documentation and exhaustive tests. */
export const linkErrorCodes = Object.keys(catalogue) as readonly LinkErrorCode[];
