import type { AnyTransitionDefinition, EventObject } from 'xstate';
import {
  initialContext,
  type Cause,
  type DriverEvent,
  type Order,
  type Settings,
  type SupervisorContext,
  type SupervisorEvent,
} from '../../machines/index.js';
import { needsPerson } from '../../machines/delays.js';
import { inertScope, type Chart, type PlannedAction } from './inert-scope.js';

type Snapshot = ReturnType<Chart['getInitialSnapshot']>;

/** An armed timer of the chart. */
export interface Timer {
  /** Its name in the chart, such as `answerLimit`. */
  readonly name: string;
  readonly event: string;
  /** Time units until it is due. */
  readonly left: number;
}

/** The chart with its armed timers, numbered. */
export interface ChartState {
  readonly snapshot: Snapshot;
  /** The chart's state, dotted. */
  readonly path: string;
  /** In the order in which they are due. */
  readonly timers: readonly Timer[];
}

/** One step of the chart: where it leads, and what it asks for on the way. */
export interface ChartStep {
  readonly to: number;
  readonly orders: readonly Order[];
  /** The edges that are taken, in order. */
  readonly edges: readonly AnyTransitionDefinition[];
  /** What the chart remembers after the step, whole. */
  readonly context: SupervisorContext;
}

/** A context with less in it, for a state of the chart. */
export type Reduction = (path: string, context: SupervisorContext) => SupervisorContext;

/**
 * The chart as a table: each pair of state and event is stepped by xstate once and remembered. States that differ only
 * in what nothing depends on are one.
 */
export class ChartSteps {
  readonly #chart: Chart;
  readonly #settings: Settings;
  readonly #reduce: Reduction;
  readonly #scope: ReturnType<typeof inertScope>;
  readonly #numbers = new Map<string, number>();
  readonly #states: ChartState[] = [];
  readonly #steps: Map<object | string, ChartStep>[] = [];
  readonly #eventByKey = new Map<string, SupervisorEvent | DriverEvent>();
  readonly #orderByKey = new Map<string, Order>();
  #orders: Order[] = [];
  #edges: AnyTransitionDefinition[] = [];
  #timers: Timer[] = [];

  /** @param reduce takes out of the context what cannot matter any more */
  constructor(chart: Chart, settings: Settings, reduce: Reduction = essence) {
    this.#chart = chart;
    this.#reduce = reduce;
    this.#settings = settings;
    this.#scope = inertScope(chart, settings, (action) => this.#perform(action));
  }

  get size(): number {
    return this.#states.length;
  }

  state(number: number): ChartState {
    const state = this.#states[number];
    if (state === undefined) throw new RangeError(`there is no chart state ${number}`);
    return state;
  }

  begin(): number {
    this.#orders = [];
    this.#timers = [];
    const snapshot = this.#chart.getInitialSnapshot(this.#scope, { settings: this.#settings });
    return this.#numberOf(snapshot, this.#timers);
  }

  /** Equal events as one object, which is what `take` remembers its steps by. */
  same(event: SupervisorEvent | DriverEvent): SupervisorEvent | DriverEvent {
    const key = JSON.stringify(event);
    const known = this.#eventByKey.get(key);
    if (known !== undefined) return known;
    this.#eventByKey.set(key, event);
    return event;
  }

  /** The chart's step on an event. */
  take(number: number, event: SupervisorEvent | DriverEvent): ChartStep {
    return this.#step(number, event, () => asXstate(event));
  }

  /** The timer that is due fires. */
  fire(number: number, timer: Timer): ChartStep {
    return this.#step(number, timer.event, () => ({ type: timer.event }), timer);
  }

  /**
   * One unit of time passes.
   * @param holds names the timers that stand still
   * @returns undefined when there is nothing to wait for, or a timer is due, which fires first
   */
  wait(number: number, holds: (name: string) => boolean): number | undefined {
    const { snapshot, timers } = this.state(number);
    const running = timers.filter(({ name }) => !holds(name));
    if (running.length === 0 || running.some(({ left }) => left === 0)) return undefined;
    const key = `wait ${running.map(({ name }) => name).join()}`;
    const known = this.#steps[number]?.get(key);
    if (known !== undefined) return known.to;
    const later = timers.map((timer) =>
      running.includes(timer) ? { ...timer, left: timer.left - 1 } : timer,
    );
    const to = this.#numberOf(snapshot, later);
    this.#steps[number]?.set(key, { to, orders: [], edges: [], context: snapshot.context });
    return to;
  }

  #step(number: number, key: object | string, event: () => EventObject, fired?: Timer): ChartStep {
    const known = this.#steps[number]?.get(key);
    if (known !== undefined) return known;
    const { snapshot, timers } = this.state(number);
    this.#orders = [];
    this.#edges = [];
    this.#timers = timers.filter((timer) => timer !== fired);
    const next = this.#transition(snapshot, event());
    const orders = this.#orders.map((order) => this.#same(order));
    const to = this.#numberOf(next, this.#timers);
    const step = { to, orders, edges: this.#edges, context: next.context };
    this.#steps[number]?.set(key, step);
    return step;
  }

  /** A live actor whose action throws is in the state `error`, and so is the chart here. */
  #transition(snapshot: Snapshot, event: EventObject): Snapshot {
    try {
      return this.#chart.transition(snapshot, event as SupervisorEvent, this.#scope);
    } catch (error) {
      return { ...snapshot, status: 'error', error } as Snapshot;
    }
  }

  #numberOf(snapshot: Snapshot, armed: readonly Timer[]): number {
    const timers = [...armed].sort((a, b) => a.left - b.left || a.event.localeCompare(b.event));
    const path = pathOf(snapshot.value);
    const context = this.#reduce(path, snapshot.context);
    const remembered = { ...context, settings: undefined, jitter: undefined, host: undefined };
    const key = JSON.stringify([snapshot.status, snapshot.value, remembered, timers]);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#states.length;
    this.#numbers.set(key, number);
    const kept = { ...snapshot, context } as Snapshot;
    this.#states.push({ snapshot: kept, path, timers });
    this.#steps.push(new Map());
    return number;
  }

  /** Equal orders are one object. */
  #same(order: Order): Order {
    const key = JSON.stringify(order);
    const known = this.#orderByKey.get(key);
    if (known !== undefined) return known;
    this.#orderByKey.set(key, order);
    return order;
  }

  #perform(action: PlannedAction): void {
    switch (action.kind) {
      case 'order':
        this.#orders.push(action.order);
        return;
      case 'arm': {
        const { event, delay } = action;
        const name = /^xstate\.after\.(\w+)\./.exec(event)?.[1] ?? event;
        this.#timers = [
          ...this.#timers.filter((timer) => timer.event !== event),
          { name, event, left: delay },
        ];
        return;
      }
      case 'cancel':
        this.#timers = this.#timers.filter((timer) => timer.event !== action.event);
        return;
      case 'take':
        this.#edges.push(action.edge);
        return;
    }
  }
}

/**
 * The context without what nothing reads any more before it is written anew: states that differ in nothing else are
 * one. A test walks at random with and without, and finds no difference.
 */
function essence(path: string, context: SupervisorContext): SupervisorContext {
  const { ladder } = context;
  const inRecovery = path.startsWith('recovering') || path === 'needsAttention';
  const inSession = path.startsWith('subscribed');
  const isDenied = path.startsWith('attaching') && context.cause === 'REGISTRATION_DENIED';
  const repeated = ladder.cause !== undefined && callsForPerson(ladder.cause);
  return {
    ...context,
    cause: inRecovery || isDenied ? context.cause : undefined,
    stable: inSession && context.stable,
    surveyed: inSession && context.surveyed,
    quietMs: 0,
    ladder: {
      ...ladder,
      rung: inRecovery ? ladder.rung : 'reconnect',
      heldBack: inRecovery && ladder.heldBack,
      // Without a backoff the number of failures in a row delays nothing.
      failures: 0,
      cause: repeated ? ladder.cause : undefined,
      repeats: repeated ? ladder.repeats : 0,
      spentOn: ladder.spentOn !== undefined && callsForPerson(ladder.spentOn) ? ladder.spentOn : undefined,
    },
  };
}

/** Whether the ladder counts how often a cause repeats for more than to forget it at the next one. */
function callsForPerson(cause: Cause): boolean {
  const context = initialContext({});
  return needsPerson({ ...context, cause, ladder: { ...context.ladder, spentOn: cause } });
}

function asXstate(event: SupervisorEvent | DriverEvent): EventObject {
  switch (event.type) {
    case 'DRIVER DONE':
      return { type: `xstate.done.actor.${event.driver}` };
    case 'DRIVER FAILED':
      return { type: `xstate.error.actor.${event.driver}` };
    default:
      return event;
  }
}

function pathOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, inner]) => `${name}.${pathOf(inner)}`)
    .join();
}
