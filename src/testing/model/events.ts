import type { DriverEvent, SupervisorEvent } from '../../../machines/index.js';

const command = 0;

/** The chart's closed event set, each with the values that its guards look at, and the ends of its drivers. */
const events: readonly (SupervisorEvent | DriverEvent)[] = [
  { type: 'START' },
  { type: 'STOP' },
  { type: 'RETRY' },
  { type: 'RADIO TOKEN' },
  { type: 'PORT OPEN' },
  { type: 'PORT FAILED', cause: 'PORT_NOT_FOUND' },
  { type: 'PORT FAILED', cause: 'PORT_DENIED' },
  { type: 'PORT LOST' },
  { type: 'PORT CLOSED' },
  { type: 'ANSWERED', command },
  { type: 'OK', command },
  { type: 'ERROR', command },
  { type: 'UNANSWERED', command },
  { type: 'SIM READY', command },
  { type: 'SIM PIN', command, sameCard: true },
  { type: 'SIM PUK', command },
  { type: 'SIM ABSENT', command },
  { type: 'SIM BUSY', command },
  { type: 'ATTACHED', command },
  { type: 'NOT ATTACHED', command },
  { type: 'REGISTRATION DENIED', command },
  { type: 'BEARER UP', command },
  { type: 'BEARER PENDING', command },
  { type: 'BEARER DOWN', command },
  { type: 'CONNECT OK', command },
  { type: 'CONNECT FAIL', command },
  { type: 'NOT SECURED', command },
  { type: 'CONNACK OK', command },
  { type: 'ANNOUNCED', command },
  { type: 'SUBACK', command },
  { type: 'ALL SUBSCRIBED', command },
  { type: 'SESSION UP', command, quietMs: 0 },
  { type: 'SESSION DOWN', command },
  { type: 'CLOSED' },
  { type: 'DEACT' },
  { type: 'RDY' },
  { type: 'SIM REMOVED' },
  { type: 'SIM INSERTED' },
  { type: 'UNACKNOWLEDGED', cause: 'PUBLISH_FAILED' },
  { type: 'UNRESPONSIVE' },
  { type: 'DRIVER DONE', driver: 'pulseReset' },
  { type: 'DRIVER FAILED', driver: 'pulseReset' },
  { type: 'DRIVER DONE', driver: 'cyclePower' },
  { type: 'DRIVER FAILED', driver: 'cyclePower' },
];

/** An event of the chart under the name that edges have; a port that cannot be opened with its reason. */
export interface ModelEvent {
  readonly name: string;
  readonly event: SupervisorEvent | DriverEvent;
  /** How xstate calls it. */
  readonly type: string;
}

export const modelEvents: readonly ModelEvent[] = events.map((event) => {
  switch (event.type) {
    case 'PORT FAILED':
      return { name: `PORT FAILED: ${event.cause}`, event, type: event.type };
    case 'DRIVER DONE':
      return { name: `${event.driver} done`, event, type: `xstate.done.actor.${event.driver}` };
    case 'DRIVER FAILED':
      return { name: `${event.driver} failed`, event, type: `xstate.error.actor.${event.driver}` };
    default:
      return { name: event.type, event, type: event.type };
  }
});

/**
 * What comes where nothing is wrong, once the chart waits for it: answers, drivers that end, pauses that are over. All
 * other events have to be brought about, limits that run out among them.
 */
export const course: ReadonlySet<string> = new Set([
  'PORT OPEN',
  'PORT CLOSED',
  'OK',
  'ANSWERED',
  'SIM READY',
  'ATTACHED',
  'BEARER UP',
  'CONNECT OK',
  'CONNACK OK',
  'ANNOUNCED',
  'SUBACK',
  'ALL SUBSCRIBED',
  'SESSION UP',
  'pulseReset done',
  'cyclePower done',
  'after poll',
  'after backoff',
  'after heartbeat',
  'after stable',
  'after radioRest',
  'after attention',
]);
