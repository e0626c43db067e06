import { supervisorMachine } from '../machines/index.js';
import { edgeIds } from './diagram/edges.js';
import type { Observer, StateObservation } from './observer.js';

/** The version of `@statelyai/inspect` whose messages these are. */
const VERSION = '0.7.2';

/** What every message has. */
export interface StatelyMessageBase {
  /** The chart that it is about: a link's chart gets a new one when it begins afresh. */
  readonly sessionId: string;
  readonly rootId: string;
  /** Milliseconds since the epoch, as text. */
  readonly createdAt: string;
  /** Running number, as text. */
  readonly id: string;
  readonly _version: string;
}

/** What is told of the chart's state. Nothing else of its context leaves the process: it holds the host's secrets. */
export interface StatelySnapshot {
  readonly status: 'active';
  readonly output: undefined;
  readonly error: undefined;
  /** As xstate has it: `'subscribed'`, `{ recovering: 'waiting' }`. */
  readonly value: unknown;
  readonly context: Pick<
    StateObservation,
    'status' | 'cause' | 'rung' | 'failures' | 'radioTokens' | 'recoveries' | 'timers'
  >;
}

/** A message of `@statelyai/inspect`, as its viewers read it. */
export type StatelyMessage =
  | (StatelyMessageBase & {
      readonly type: '@xstate.actor';
      readonly name: string;
      readonly parentId: undefined;
      /** The chart's own configuration, as JSON text. */
      readonly definition: string;
      readonly snapshot: StatelySnapshot;
    })
  | (StatelyMessageBase & {
      readonly type: '@xstate.event';
      readonly event: { readonly type: string };
      readonly sourceId: undefined;
    })
  | (StatelyMessageBase & {
      readonly type: '@xstate.snapshot';
      readonly event: { readonly type: string };
      readonly snapshot: StatelySnapshot;
    });

/** Where the messages go: the `adapter` of any inspector of `@statelyai/inspect`, or your own. */
export interface StatelyAdapter {
  /** Takes one message; they come in order. */
  send(message: StatelyMessage): void;
}

/** What xstate calls the event of each edge: `xstate.after.backoff.supervisor.recovering.waiting`. */
const eventTypes = new Map(
  [...edgeIds(supervisorMachine.root)].map(([{ eventType }, id]) => [id, String(eventType)]),
);

/**
 * Shows the chart to viewers made for `@statelyai/inspect`: `link.observe(statelyObserver(inspector.adapter))`. It tells
 * what every observer is told, so no secret, and never the context of xstate's own inspector, which holds them all.
 * @param options - `name`: what the viewer calls the link; default `luat-link`
 */
export function statelyObserver(
  adapter: StatelyAdapter,
  { name = 'luat-link' }: { readonly name?: string } = {},
): Observer {
  let charts = 0;
  let messages = 0;
  const base = (at: number): StatelyMessageBase => {
    const sessionId = `${name}:${charts}`;
    messages += 1;
    return { sessionId, rootId: sessionId, createdAt: String(at), id: String(messages), _version: VERSION };
  };
  return (observation) => {
    if (observation.kind !== 'state') return;
    const { at } = observation;
    const snapshot = snapshotOf(observation);
    if (observation.event === 'observed') {
      charts += 1;
      const definition = JSON.stringify(supervisorMachine.config, named);
      const actor = { type: '@xstate.actor', name, parentId: undefined, definition, snapshot } as const;
      adapter.send({ ...base(at), ...actor });
      return;
    }
    const event = { type: eventTypes.get(observation.edges[0] ?? '') ?? observation.event };
    adapter.send({ ...base(at), type: '@xstate.event', event, sourceId: undefined });
    adapter.send({ ...base(at), type: '@xstate.snapshot', event, snapshot });
  };
}

function snapshotOf(state: StateObservation): StatelySnapshot {
  const { path, status, cause, rung, failures, radioTokens, recoveries, timers } = state;
  const context = { status, rung, failures, radioTokens, recoveries, timers };
  return {
    status: 'active',
    output: undefined,
    error: undefined,
    value: valueOf(path.split('.')),
    context: cause === undefined ? context : { ...context, cause },
  };
}

function valueOf([name = '', ...inner]: readonly string[]): unknown {
  return inner.length === 0 ? name : { [name]: valueOf(inner) };
}

/** A function in the configuration is shown by its name, as `@statelyai/inspect` does. */
function named(_key: string, value: unknown): unknown {
  return typeof value === 'function' ? { type: value.name } : value;
}
