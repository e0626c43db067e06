import type { ActorRefFrom, AnyTransitionDefinition, EventObject, InspectionEvent } from 'xstate';
import type { SupervisorEvent } from '../machines/index.js';
import { liveMachine } from './actors/actors.js';
import type { Clock } from './clock/clock.js';
import { edgeIds, eventName } from './diagram/edges.js';
import type { RunningTimer, StateObservation } from './observer.js';
import type { Snapshot } from './status.js';

type LinkActor = ActorRefFrom<typeof liveMachine>;

/** The charts of all supervisors are one. */
const ids = edgeIds(liveMachine.root);
/** Timers with one edge and no guard, which are most: nothing needs to be asked of the chart. */
const unconditional = new Map(
  [...ids.keys()]
    .filter(({ eventType, guard }) => String(eventType).startsWith('xstate.after.') && guard === undefined)
    .filter(({ eventType, source }) => source.transitions.get(String(eventType))?.length === 1)
    .map((edge) => [String(edge.eventType), edge]),
);

/** One step of the chart: what it reacted to, which edges it took, what runs now. */
export interface ChartStep extends Pick<StateObservation, 'event' | 'edges' | 'timers'> {
  readonly context: Snapshot['context'];
}

/** Follows one chart edge by edge, from where it is. xstate tells of edges only while somebody listens. */
export class ChartWatch {
  readonly #actor: LinkActor;
  readonly #clock: Clock;
  readonly #onStep: (step: ChartStep) => void;
  readonly #ends: readonly { unsubscribe(): void }[];
  /** When each timer is due, by xstate's own record of it; undefined where its start was not seen. */
  readonly #dues = new WeakMap<object, number | undefined>();
  #event = '';
  #taken: AnyTransitionDefinition[] = [];

  constructor(actor: LinkActor, clock: Clock, onStep: (step: ChartStep) => void) {
    this.#actor = actor;
    this.#clock = clock;
    this.#onStep = onStep;
    for (const timer of this.#scheduled()) this.#dues.set(timer, undefined);
    this.#ends = [
      actor.system.inspect((event) => this.#inspect(event)),
      actor.subscribe({ next: ({ context }) => this.#step(context), error: () => undefined }),
    ];
    onStep({ context: actor.getSnapshot().context, event: 'observed', edges: [], timers: [] });
  }

  stop(): void {
    for (const subscription of this.#ends) subscription.unsubscribe();
  }

  #inspect(inspected: InspectionEvent): void {
    if (inspected.type !== '@xstate.microstep' || inspected.actorRef !== this.#actor) return;
    if (this.#taken.length === 0) this.#event = inspected.event.type;
    this.#taken.push(...inspected._transitions);
  }

  #step(context: Snapshot['context']): void {
    const taken = this.#taken;
    this.#taken = [];
    // An edge without target or action only keeps an ancestor's edge away: nothing happened.
    const edges = taken
      .filter(({ target, actions }) => target !== undefined || actions.length > 0)
      .flatMap((definition) => ids.get(definition) ?? []);
    if (edges.length === 0) return;
    this.#onStep({ context, event: eventName(this.#event), edges, timers: this.#timers() });
  }

  #timers(): ChartStep['timers'] {
    const timers: RunningTimer[] = [];
    const now = this.#clock.wallTime();
    for (const timer of this.#scheduled()) {
      if (!this.#dues.has(timer)) this.#dues.set(timer, now + timer.delay);
      const dueAt = this.#dues.get(timer);
      const edge = this.#edgeOf(timer.event);
      if (dueAt === undefined || edge === undefined) continue;
      const target = edge.target?.[0]?.path.join('.');
      timers.push({ event: eventName(timer.event.type), dueAt, ...(target !== undefined && { target }) });
    }
    return timers.sort((one, other) => one.dueAt - other.dueAt);
  }

  /** The edge that an event would take now: its guards decide, as when the event comes. */
  #edgeOf(event: EventObject): AnyTransitionDefinition | undefined {
    const only = unconditional.get(event.type);
    if (only !== undefined) return only;
    const snapshot = this.#actor.getSnapshot();
    return snapshot.machine.getTransitionData(snapshot, event as SupervisorEvent)[0];
  }

  #scheduled() {
    return Object.values(this.#actor.system.getSnapshot()._scheduledEvents);
  }
}
