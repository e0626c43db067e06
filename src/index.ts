/** luat-link: keeps the MQTT session of a Luat Air7xx 4G modem up, through its AT commands. */
export {
  createSupervisor,
  Supervisor,
  type StateEvent,
  type SupervisorEvents,
  type SupervisorParts,
} from './supervisor.js';
export type { PublishOptions } from './publishing.js';
export type { DeadLetter, DeadLetters } from './outbox/dead-letters.js';
export type { OutboxReport } from './outbox/outbox.js';
export type { Receipt } from './outbox/receipts.js';
export { LinkError, linkErrorCodes, type LinkErrorCode } from './errors/link-error.js';
export type { LinkConfig, LinkOptions } from './config/schema.js';
export type { InboundMessage } from './inbound/message.js';
export { MessageStream, type StreamOptions } from './inbound/message-stream.js';
export type { MessageObservation, Observation, Observer, StateObservation } from './observer.js';
export {
  statelyObserver,
  type StatelyAdapter,
  type StatelyMessage,
  type StatelySnapshot,
} from './stately.js';
export type { LinkStatus, StatusCause, StatusReport } from './status.js';
