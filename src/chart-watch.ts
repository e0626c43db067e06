import type { AnyTransitionDefinition, EventObject, InspectionEvent } from 'xstate';
import type { SupervisorEvent } from '../machines/index.js';
import { liveMachine } from './actors/actors.js';
import type { Clock } from './clock/clock.js';
import { edgeIds, eventName } from './diagram/edges.js';
import type { RunningTimer, StateObservation } from './observer.js';
import type { LinkActor } from './running-chart.js';
import type { Snapshot } from './status.js';

/** What is told of an edge, worked out once: the charts of all supervisors are one. */
interface Edge {
  /** As a list, since most steps take one edge. Empty for one that only keeps an ancestor's edge away: nothing happens. */
  readonly ids: readonly string[];
  readonly event: string;
  readonly target: string | undefined;
}

const edges = new Map<AnyTransitionDefinition, Edge>(
  [...edgeIds(liveMachine.root)].map(([definition, id]) => [
    definition,
    {
      ids: definition.target !== undefined || definition.actions.length > 0 ? [id] : [],
      event: eventName(String(definition.eventType)),
      target: definition.target?.[0]?.path.join('.'),
    },
  ]),
);

/** The edges of timers with one edge and no guard, which are most: nothing needs to be asked of the chart. */
const certain = new Map<string, Edge>(
  [...edges]
    .filter(
      ([{ eventType, guard, source }]) =>
        String(eventType).startsWith('xstate.after.') &&
        guard === undefined &&
        source.transitions.get(String(eventType))?.length === 1,
    )
    .map(([{ eventType }, edge]) => [String(eventType), edge]),
);

const names = new Map<string, string>();

/** The chart's events are few, and reading a name takes longer than finding it again. */
function nameOf(type: string): string {
  let name = names.get(type);
  if (name === undefined) names.set(type, (name = eventName(type)));
  return name;
}

interface ScheduledTimer {
  readonly event: EventObject;
  readonly dueAt: number;
  /** What is told of it; undefined where the chart must be asked which way it would take. */
  readonly told: RunningTimer | undefined;
}

/** One step of the chart: what it reacted to, which edges it took, what runs now. */
export interface ChartStep extends Pick<StateObservation, 'event' | 'edges' | 'timers'> {
  readonly context: Snapshot['context'];
}

type Inspected = InspectionEvent extends infer Each
  ? Each extends InspectionEvent
    ? Omit<Each, 'rootId'>
    : never
  : never;

/** Where xstate sends them from; its own, but the types leave it out. */
interface InspectedSystem {
  _sendInspectionEvent: (inspected: Inspected) => void;
}

/**
 * Follows one chart edge by edge, from where it is. xstate tells of edges, and of timers that are started and ended, only
 * in its inspection events. Its own inspectors get a copy of each, a dozen for a step, and the copying alone takes 5 to 7 %
 * of a supervisor's time: so it is listened to where they are sent from, and they are passed on.
 */
export class ChartWatch {
  readonly #actor: LinkActor;
  readonly #clock: Clock;
  readonly #onStep: (step: ChartStep) => void;
  readonly #passOn: (inspected: Inspected) => void;
  /** By the id that xstate gives them. Those that ran before the watch began are not known. */
  readonly #running = new Map<string, ScheduledTimer>();
  #event = '';
  #taken: readonly string[] = [];

  constructor(actor: LinkActor, clock: Clock, onStep: (step: ChartStep) => void) {
    this.#actor = actor;
    this.#clock = clock;
    this.#onStep = onStep;
    const system = systemOf(actor);
    const passOn = (this.#passOn = system._sendInspectionEvent);
    system._sendInspectionEvent = (inspected) => {
      this.#inspect(inspected);
      passOn(inspected);
    };
    onStep({ context: actor.getSnapshot().context, event: 'observed', edges: [], timers: [] });
  }

  stop(): void {
    systemOf(this.#actor)._sendInspectionEvent = this.#passOn;
  }

  #inspect(inspected: Inspected): void {
    if (inspected.actorRef !== this.#actor) return;
    switch (inspected.type) {
      case '@xstate.event':
        this.#running.delete(inspected.event.type);
        return;
      case '@xstate.action':
        this.#action(inspected.action.type, inspected.action.params);
        return;
      case '@xstate.microstep':
        if (this.#taken.length === 0) this.#event = inspected.event.type;
        for (const definition of inspected._transitions) this.#take(edges.get(definition)?.ids ?? []);
        return;
      case '@xstate.snapshot':
        this.#step();
        return;
      case '@xstate.actor':
      case '@xstate.transition':
        return;
    }
  }

  #take(ids: readonly string[]): void {
    this.#taken = this.#taken.length === 0 ? ids : [...this.#taken, ...ids];
  }

  /** A timer is an event that the chart raises for later. */
  #action(type: string, params: unknown): void {
    if (type === 'xstate.raise') {
      const { event, id, delay } = params as { event: EventObject; id?: string; delay?: number };
      if (delay === undefined || id === undefined) return;
      const dueAt = this.#clock.wallTime() + delay;
      const edge = certain.get(event.type);
      this.#running.set(id, { event, dueAt, told: edge && told(edge, dueAt) });
    } else if (type === 'xstate.cancel') this.#running.delete((params as { sendId: string }).sendId);
  }

  #step(): void {
    const taken = this.#taken;
    if (taken.length === 0) return;
    this.#taken = [];
    const { context } = this.#actor.getSnapshot();
    this.#onStep({ context, event: nameOf(this.#event), edges: taken, timers: this.#timers() });
  }

  #timers(): ChartStep['timers'] {
    const timers: RunningTimer[] = [];
    for (const timer of this.#running.values()) {
      const told = timer.told ?? this.#asThingsStand(timer);
      if (told !== undefined) timers.push(told);
    }
    return timers.length > 1 ? timers.sort((one, other) => one.dueAt - other.dueAt) : timers;
  }

  /** By the edge that a timer would take now: its guards decide, as when the time comes. */
  #asThingsStand({ event, dueAt }: ScheduledTimer): RunningTimer | undefined {
    const snapshot = this.#actor.getSnapshot();
    const [definition] = snapshot.machine.getTransitionData(snapshot, event as SupervisorEvent);
    const edge = definition && edges.get(definition);
    return edge && told(edge, dueAt);
  }
}

function told({ event, target }: Edge, dueAt: number): RunningTimer {
  return target === undefined ? { event, dueAt } : { event, dueAt, target };
}

function systemOf(actor: LinkActor): InspectedSystem {
  return actor.system as unknown as InspectedSystem;
}
