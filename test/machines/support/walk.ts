import {
  createActor,
  fromCallback,
  fromPromise,
  type AnyStateNode,
  type AnyTransitionDefinition,
  type SnapshotFrom,
} from 'xstate';
import {
  defaultSettings,
  supervisorMachine,
  type ActorInput,
  type Cause,
  type LinkCommand,
  type Settings,
  type SupervisorEvent,
} from '../../../machines/index.js';
import { needsPerson } from '../../../machines/delays.js';
import { modelEvents } from '../../../src/testing/model/events.js';

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

const command = 0;
/** Each event of the closed set once, with the values that guards look at. */
const plainEvents: readonly SupervisorEvent[] = [
  ...modelEvents.flatMap(({ event }) => ('driver' in event ? [] : [event])),
  { type: 'SIM PIN', command, sameCard: false },
];

/** Settings that between them make every guard true and false. */
export const worlds: readonly Settings[] = [
  {
    ...defaultSettings,
    radioBurst: 2,
    attempts: { reconnect: 1, bearer: 1, radio: 1, restart: 1, reset: 1, power: 1 },
  },
  {
    ...defaultSettings,
    tls: true,
    announces: true,
    pinConfigured: true,
    radioBurst: 2,
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
function situationOf(snapshot: Snapshot): string {
  const { value, context } = snapshot;
  const { cause, portOpen, pin, ladder } = context;
  return JSON.stringify([
    value,
    causeClass(cause),
    portOpen,
    pin,
    ladder.rung,
    ladder.heldBack,
    needsPerson(context),
    snapshot.matches('subscribed') && ladder.briefSessions,
  ]);
}

/** Causes that no guard tells apart lead to the same situations. */
function causeClass(cause: Cause | undefined): string | undefined {
  switch (cause) {
    case 'SIM_PIN_REQUIRED':
    case 'SIM_PIN_WRONG':
    case 'SIM_BLOCKED':
    case 'REGISTRATION_DENIED':
      return cause;
    default:
      return undefined;
  }
}

const online: readonly SupervisorEvent[] = [
  { type: 'START' },
  { type: 'PORT OPEN' },
  { type: 'OK', command },
  { type: 'ANSWERED', command },
  { type: 'SIM READY', command },
  { type: 'ATTACHED', command },
  { type: 'OK', command },
  { type: 'OK', command },
  { type: 'OK', command },
  { type: 'BEARER UP', command },
  { type: 'OK', command },
  { type: 'CONNECT OK', command },
  { type: 'CONNACK OK', command },
  { type: 'ALL SUBSCRIBED', command },
];
const reconnected: readonly SupervisorEvent[] = [
  { type: 'ANSWERED', command },
  { type: 'xstate.after.backoff.supervisor.recovering.waiting' } as unknown as SupervisorEvent,
  { type: 'OK', command },
  { type: 'CONNECT OK', command },
];
const times = (count: number, events: readonly SupervisorEvent[]): readonly SupervisorEvent[] =>
  Array.from({ length: count }, () => events).flat();

/** Ways to where the search begins: what only long stories reach is told in front. */
const beginnings: readonly (readonly SupervisorEvent[])[] = [
  [],
  // A login that is refused until every try is spent.
  [
    ...online.slice(0, -2),
    { type: 'ERROR', command },
    ...times(3, [...reconnected, { type: 'ERROR', command }]),
  ],
  // A module that answers nothing, and that a pulse on RESET did not wake.
  [
    ...online.slice(0, 3),
    { type: 'UNRESPONSIVE' },
    { type: 'xstate.done.actor.pulseReset' } as unknown as SupervisorEvent,
    { type: 'xstate.after.backoff.supervisor.recovering.waiting' } as unknown as SupervisorEvent,
    { type: 'OK', command },
    { type: 'UNRESPONSIVE' },
  ],
  // A network that is not found, and the radio attaches spent on it.
  [
    ...online.slice(0, 5),
    ...times(3, [
      { type: 'xstate.after.attachLimit.supervisor.attaching' } as unknown as SupervisorEvent,
      { type: 'ANSWERED', command },
      { type: 'ANSWERED', command },
      {
        type: 'xstate.after.radioRest.supervisor.recovering.cyclingRadio.resting',
      } as unknown as SupervisorEvent,
      { type: 'ANSWERED', command },
      { type: 'xstate.after.backoff.supervisor.recovering.waiting' } as unknown as SupervisorEvent,
      { type: 'OK', command },
      { type: 'ANSWERED', command },
      { type: 'SIM READY', command },
    ]),
  ],
  // Sessions that are dropped one after the other.
  [
    ...online,
    ...times(2, [
      { type: 'CLOSED' },
      ...reconnected,
      { type: 'CONNACK OK', command },
      { type: 'ALL SUBSCRIBED', command },
    ]),
  ],
];

type Scope = Parameters<typeof supervisorMachine.transition>[2];

/**
 * Steps of the chart without effect, with the transitions that fired. xstate's own `transition()` makes an actor for
 * each step, which costs five times the step itself, and does not tell what fired.
 */
function stepper(settings: Settings) {
  let fired: AnyTransitionDefinition[] = [];
  const self = createActor(supervisorMachine, {
    input: { settings },
    inspect: (inspected) => {
      if (inspected.type === '@xstate.microstep') fired.push(...inspected._transitions);
    },
  });
  const nothing = (): void => undefined;
  const { id, sessionId, system } = self;
  const scope: Scope = {
    ...{ self, id, sessionId, system, logger: nothing, defer: nothing, emit: nothing, stopChild: nothing },
    actionExecutor: nothing,
  };
  return {
    first: supervisorMachine.getInitialSnapshot(scope, { settings }),
    step: (snapshot: Snapshot, event: SupervisorEvent) => {
      fired = [];
      const next = supervisorMachine.transition(snapshot, event, scope);
      return { next, fired };
    },
  };
}

/** A way for each edge, breadth first from each beginning, until each edge has one or no new situation is met. */
export function coveringPaths(): ReadonlyMap<AnyTransitionDefinition, Path> {
  const ways = new Map<AnyTransitionDefinition, Path>();
  const edges = edgesOf(supervisorMachine.root).length;
  for (const settings of worlds) {
    const { first, step } = stepper(settings);
    const found: { snapshot: Snapshot; events: readonly SupervisorEvent[] }[] = [];
    const seen = new Set<string>();
    const meet = (snapshot: Snapshot, events: readonly SupervisorEvent[]): void => {
      const situation = situationOf(snapshot);
      if (seen.has(situation)) return;
      seen.add(situation);
      found.push({ snapshot, events });
    };
    for (const events of beginnings) {
      meet(
        events.reduce((snapshot, event) => step(snapshot, event).next, first),
        events,
      );
    }
    for (const { snapshot, events } of found) {
      if (ways.size === edges) return ways;
      if (snapshot.status !== 'active') continue;
      for (const event of eventsIn(snapshot)) {
        const { next, fired } = step(snapshot, event);
        const way = { settings, events: [...events, event] };
        for (const definition of fired) if (!ways.has(definition)) ways.set(definition, way);
        meet(next, way.events);
      }
    }
  }
  return ways;
}

/** Every event that the chart does anything about in a situation. */
export function eventsIn(snapshot: Snapshot): readonly SupervisorEvent[] {
  const known = new Set(snapshot._nodes.flatMap((node) => node.ownEvents as string[]));
  return [...plainEvents.filter(({ type }) => known.has(type)), ...reservedEvents(snapshot)];
}

/** Whether a state is left again as soon as it is entered. */
export function isTransient(node: AnyStateNode): boolean {
  return [node, ...initialChain(node)].some(({ always }) => (always ?? []).length > 0);
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
