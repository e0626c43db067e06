import {
  createActor,
  fromCallback,
  fromPromise,
  transition,
  initialTransition,
  type AnyStateNode,
  type AnyTransitionDefinition,
  type SnapshotFrom,
} from 'xstate';
import {
  defaultSettings,
  supervisorMachine,
  type ActorInput,
  type LinkCommand,
  type Settings,
  type SupervisorEvent,
} from '../../../machines/index.js';

export type Snapshot = SnapshotFrom<typeof supervisorMachine>;

/** One transition of the chart, as its definition says. */
export interface Edge {
  readonly id: string;
  readonly source: string;
  readonly event: string;
  readonly definition: AnyTransitionDefinition;
}

/** A way to an edge: from `stopped`, under the given settings. */
export interface Path {
  readonly settings: Settings;
  readonly events: readonly SupervisorEvent[];
}

/** The reserved event names of xstate for timers and ended invokes. */
const reserved = /^xstate\.(after|done|error)\./;

/** Every transition that the chart defines, with a stable name. */
export function edgesOf(root: AnyStateNode): readonly Edge[] {
  const edges: Edge[] = [];
  const visit = (node: AnyStateNode): void => {
    const definitions: AnyTransitionDefinition[] = [
      ...[...node.transitions.values()].flat(),
      ...(node.always ?? []),
    ];
    for (const definition of definitions) {
      const targets = definition.target?.map((target) => target.id).join(',') ?? '(stays)';
      const guard = definition.guard === undefined ? '' : ` [${describeGuard(definition.guard)}]`;
      const eventType = definition.eventType as string;
      const event = eventType === '' ? 'always' : eventType;
      edges.push({
        id: `${node.id} -- ${event}${guard} --> ${targets}`,
        source: node.id,
        event: eventType,
        definition,
      });
    }
    for (const child of Object.values(node.states)) visit(child);
  };
  visit(root);
  return edges;
}

function describeGuard(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  const { type, params } = guard as { type: string; params?: Record<string, string> };
  return params === undefined ? type : `${type} ${Object.values(params).join(' ')}`;
}

const command = 1;
/** Each event of the closed set once, with the values that guards look at. */
export const plainEvents: readonly SupervisorEvent[] = [
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
  { type: 'SIM PIN', command },
  { type: 'SIM PUK', command },
  { type: 'SIM ABSENT', command },
  { type: 'SIM BUSY', command },
  { type: 'ATTACHED', command },
  { type: 'NOT ATTACHED', command },
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
];

/** Settings that between them make every guard true and false. */
export const worlds: readonly Settings[] = [
  { ...defaultSettings, attempts: { reconnect: 1, bearer: 1, radio: 1, restart: 1, reset: 1, power: 1 } },
  {
    ...defaultSettings,
    tls: true,
    announces: true,
    pinConfigured: true,
    attempts: { reconnect: 1, bearer: 1, radio: 1, restart: 1, reset: 0, power: 0 },
  },
];

/** Timers and ends of invokes that the chart waits for in a state; they are events like any other. */
function reservedEvents(snapshot: Snapshot): SupervisorEvent[] {
  const names = new Set(
    snapshot._nodes.flatMap((node) => node.ownEvents).filter((name) => reserved.test(name)),
  );
  return [...names].map((type) => ({ type }) as unknown as SupervisorEvent);
}

/** What tells two situations of the chart apart here: enough that each guard is met both ways. */
function situationOf({ value, context }: Snapshot): string {
  const { cause, portOpen, pinSpent, ladder } = context;
  return JSON.stringify([
    value,
    cause,
    portOpen,
    pinSpent,
    ladder.rung,
    ladder.exhausted,
    ladder.radioTokens > 0,
  ]);
}

/** Shortest ways to every situation, breadth first. Bounded by the finite set of situations. */
export function situations(
  settings: Settings,
): readonly { readonly snapshot: Snapshot; readonly path: Path }[] {
  const [first] = initialTransition(supervisorMachine, { settings });
  const found = [{ snapshot: first, path: { settings, events: [] } as Path }];
  const seen = new Set([situationOf(first)]);
  for (const { snapshot, path } of found) {
    if (snapshot.status !== 'active') continue;
    for (const event of eventsIn(snapshot)) {
      const [next] = transition(supervisorMachine, snapshot, event);
      const situation = situationOf(next);
      if (seen.has(situation)) continue;
      seen.add(situation);
      found.push({ snapshot: next, path: { settings, events: [...path.events, event] } });
    }
  }
  return found;
}

/** Every event that the chart does anything about in a situation. */
export function eventsIn(snapshot: Snapshot): readonly SupervisorEvent[] {
  const known = new Set(snapshot._nodes.flatMap((node) => node.ownEvents as string[]));
  return [...plainEvents.filter(({ type }) => known.has(type)), ...reservedEvents(snapshot)];
}

/** A way for each edge, found by trying every event in every situation. */
export function coveringPaths(): ReadonlyMap<AnyTransitionDefinition, Path> {
  const ways = new Map<AnyTransitionDefinition, Path>();
  for (const settings of worlds) {
    for (const { snapshot, path } of situations(settings)) {
      if (snapshot.status !== 'active') continue;
      for (const event of eventsIn(snapshot)) {
        const way: Path = { settings, events: [...path.events, event] };
        for (const definition of firedBy(snapshot, event)) {
          if (!ways.has(definition)) ways.set(definition, way);
        }
      }
    }
  }
  return ways;
}

/** The transitions of one step: the innermost state that has one decides, then eventless ones follow. */
function firedBy(snapshot: Snapshot, event: SupervisorEvent): readonly AnyTransitionDefinition[] {
  const chosen = supervisorMachine.getTransitionData(snapshot, event);
  const fired: AnyTransitionDefinition[] = [...chosen];
  const [after] = transition(supervisorMachine, snapshot, event);
  // `choosing` is the chart's one transient state besides `disconnecting`; its way out shows in where the step ended.
  for (const definition of chosen) {
    for (const target of definition.target ?? []) fired.push(...eventlessFrom(target, after));
  }
  return fired;
}

function eventlessFrom(target: AnyStateNode, after: Snapshot): readonly AnyTransitionDefinition[] {
  const entered = [target, ...initialChain(target)];
  return entered.flatMap((node) =>
    (node.always ?? []).filter((definition) =>
      definition.target?.every((goal) => after._nodes.some((node) => (node as AnyStateNode) === goal)),
    ),
  );
}

function initialChain(node: AnyStateNode): readonly AnyStateNode[] {
  const next = node.initial.target[0] as AnyStateNode | undefined;
  return next === undefined ? [] : [next, ...(next.type === 'compound' ? initialChain(next) : [])];
}

/** What happened on a live actor: the edges that fired in the last step, and what the link was told in all. */
export interface Walked {
  readonly snapshot: Snapshot;
  readonly fired: readonly AnyTransitionDefinition[];
  readonly told: readonly LinkCommand[];
}

/** Walks a path on a live actor whose link only listens and whose timers fire only as events of the path. */
export function walk({ settings, events }: Path): Walked {
  const told: LinkCommand[] = [];
  let fired: AnyTransitionDefinition[] = [];
  const machine = supervisorMachine.provide({
    actors: {
      link: fromCallback<LinkCommand, ActorInput>(({ receive }) => receive((command) => told.push(command))),
      pulseReset: fromPromise<undefined, ActorInput>(() => new Promise(() => undefined)),
      cyclePower: fromPromise<undefined, ActorInput>(() => new Promise(() => undefined)),
    },
  });
  const actor = createActor(machine, {
    input: { settings },
    clock: { setTimeout: () => 0, clearTimeout: () => undefined },
    inspect: (inspected) => {
      if (inspected.type === '@xstate.microstep' && inspected.actorRef === actor) {
        fired.push(...inspected._transitions);
      }
    },
  });
  actor.subscribe({ error: () => undefined });
  actor.start();
  for (const event of events) {
    fired = [];
    actor.send(event);
  }
  const snapshot = actor.getSnapshot();
  actor.stop();
  return { snapshot, fired, told };
}
