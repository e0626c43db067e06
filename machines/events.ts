/**
 * The closed event set of the supervisor chart. Edges carry the modem's own words where it has some; the chart never
 * sees a raw line. `src/actors/` turns answers and URCs into these events, in the order of the wire.
 */

/** Why a session is not up, or what failed last. Each is also the code of the error a user gets. */
export type Cause =
  | 'PORT_NOT_FOUND'
  | 'PORT_DENIED'
  | 'PORT_BUSY'
  | 'PORT_LOST'
  | 'MODEM_UNRESPONSIVE'
  | 'MODEM_REBOOTED'
  | 'SIM_MISSING'
  | 'SIM_REMOVED'
  | 'SIM_PIN_REQUIRED'
  | 'SIM_PIN_WRONG'
  | 'SIM_BLOCKED'
  | 'NOT_ATTACHED'
  | 'REGISTRATION_DENIED'
  | 'BEARER_FAILED'
  | 'BEARER_LOST'
  | 'TLS_SETUP_FAILED'
  | 'MQTT_CONFIG_FAILED'
  | 'TCP_FAILED'
  | 'TCP_CLOSED'
  | 'MQTT_REFUSED'
  | 'CLIENT_ID_TAKEN'
  | 'SESSION_LOST'
  | 'SUBSCRIBE_FAILED'
  | 'PUBLISH_FAILED';

/** What the operator or the host program wants. */
export type HostEvent =
  | { type: 'START' }
  | { type: 'STOP' }
  | { type: 'RETRY' }
  /** Another radio attach may be spent: the budget refills with time, which only the host knows. */
  | { type: 'RADIO TOKEN' };

/** The serial line itself. */
export type PortEvent =
  | { type: 'PORT OPEN' }
  | { type: 'PORT FAILED'; cause: 'PORT_NOT_FOUND' | 'PORT_DENIED' | 'PORT_BUSY' | 'PORT_LOST' }
  | { type: 'PORT LOST' }
  | { type: 'PORT CLOSED' };

/**
 * Answers to the operation that the chart ran last, each with the number the link gave it. The link never reports one
 * that a newer operation has superseded, so an answer always belongs to the state that waits for it.
 */
export type AnswerEvent =
  /** The operation is over and what the module said does not matter ("skip whatever it returns"). */
  | { type: 'ANSWERED'; command: number }
  /** The operation's final result was OK. */
  | { type: 'OK'; command: number }
  /** The module said no, or answered something else than the command promises. */
  | { type: 'ERROR'; command: number }
  /** No final result, prompt or outcome came in time. */
  | { type: 'UNANSWERED'; command: number }
  | { type: 'SIM READY'; command: number }
  /** The card wants its PIN. `sameCard`: nothing tells it from the card that a PIN was entered on before. */
  | { type: 'SIM PIN'; command: number; sameCard: boolean }
  | { type: 'SIM PUK'; command: number }
  | { type: 'SIM ABSENT'; command: number }
  | { type: 'SIM BUSY'; command: number }
  | { type: 'ATTACHED'; command: number }
  | { type: 'NOT ATTACHED'; command: number }
  /** The network refuses the registration; searching is a reason to wait, this is not. */
  | { type: 'REGISTRATION DENIED'; command: number }
  | { type: 'BEARER UP'; command: number }
  | { type: 'BEARER PENDING'; command: number }
  | { type: 'BEARER DOWN'; command: number }
  | { type: 'CONNECT OK'; command: number }
  | { type: 'CONNECT FAIL'; command: number }
  /** The module does not have the TLS settings it was given: it must have rebooted without a word. */
  | { type: 'NOT SECURED'; command: number }
  | { type: 'CONNACK OK'; command: number }
  | { type: 'ANNOUNCED'; command: number }
  | { type: 'SUBACK'; command: number }
  /** Every wanted subscription is acknowledged. */
  | { type: 'ALL SUBSCRIBED'; command: number }
  /** The session is alive; the line was last heard `quietMs` milliseconds ago. */
  | { type: 'SESSION UP'; command: number; quietMs: number }
  | { type: 'SESSION DOWN'; command: number };

/** What the module says unasked, and what the link notices by itself. */
export type NoticeEvent =
  /** The TCP connection is gone. */
  | { type: 'CLOSED' }
  /** The data bearer is gone, in whichever spelling the module said so. */
  | { type: 'DEACT' }
  /** The module rebooted: everything in it is gone. */
  | { type: 'RDY' }
  | { type: 'SIM REMOVED' }
  | { type: 'SIM INSERTED' }
  /** A publish, subscribe or unsubscribe inside the session stayed without its acknowledgement. */
  | { type: 'UNACKNOWLEDGED'; cause: 'PUBLISH_FAILED' | 'SUBSCRIBE_FAILED' | 'SESSION_LOST' }
  /** The module answers nothing any more, not even a bare AT. */
  | { type: 'UNRESPONSIVE' };

/** Everything that the chart may be sent. */
export type SupervisorEvent = HostEvent | PortEvent | AnswerEvent | NoticeEvent;

/** What the chart asks of the link; one at a time, a newer one supersedes. */
export type Operation =
  | 'synchronize'
  | 'clear'
  | 'checkSim'
  | 'enterPin'
  | 'checkAttach'
  | 'setBearerType'
  | 'setApn'
  | 'openBearer'
  | 'queryBearer'
  | 'secure'
  | 'configureMqtt'
  | 'connectTcp'
  | 'connectMqtt'
  | 'announce'
  | 'subscribeNext'
  | 'askSession'
  | 'closeTcp'
  | 'closeBearer'
  | 'radioOff'
  | 'radioOn'
  | 'restartModule'
  | 'disconnect';

/** What the chart tells the link to do. */
export type LinkCommand =
  | { type: 'OPEN PORT' }
  | { type: 'CLOSE PORT' }
  | { type: 'RUN'; operation: Operation }
  /** The session is up: traffic may flow. */
  | { type: 'OPEN TRAFFIC' }
  | { type: 'CLOSE TRAFFIC' };
