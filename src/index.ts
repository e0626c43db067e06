/** luat-link: keeps the MQTT session of a Luat Air7xx 4G modem up, through its AT commands. */
export {
  createSupervisor,
  Supervisor,
  type StateEvent,
  type SupervisorEvents,
  type SupervisorParts,
} from './supervisor.js';
export type { LinkActor } from './running-chart.js';
export type { PublishOptions } from './publishing.js';
export type { DeadLetter, DeadLetters } from './outbox/dead-letters.js';
export type { OutboxReport } from './outbox/outbox.js';
export type { Receipt } from './outbox/receipts.js';
export { LinkError, linkErrorCodes, type LinkErrorCode, type LinkErrorOptions } from './errors/link-error.js';
export type { LinkConfig, LinkOptions } from './config/schema.js';
export type { InboundMessage } from './inbound/message.js';
export { MessageStream, type StreamOptions } from './inbound/message-stream.js';
export type { SignalReport } from './actors/module-info.js';
export type { Reception } from './air/commands/network.js';
export type { ModuleId } from './air/profiles.js';
export type { DriverFunction } from './config/drivers.js';
export type { InboxReport } from './inbound/inbox.js';
export type { Change, KeyRange, Store, StoredRecord } from './outbox/store.js';
export type { Transport, TransportFactory, TransportListener } from './transport/transport.js';
export type {
  MessageObservation,
  Observation,
  Observer,
  RunningTimer,
  StateObservation,
} from './observer.js';
export {
  statelyObserver,
  type StatelyAdapter,
  type StatelyMessage,
  type StatelyMessageBase,
  type StatelySnapshot,
} from './stately.js';
export type { LinkStatus, StatusCause, StatusReport } from './status.js';
