import {
  beginnings,
  happenings,
  overruled,
  passed,
  personActs,
  promises,
  told,
  type Environment,
  type Happening,
  type Order,
  type World,
} from '../../machines/index.js';
import { ChartSteps, type ChartState, type ChartStep } from './chart-steps.js';
import type { Chart } from './inert-scope.js';
import { overruling, stepProperties, type Asked, type Step } from './properties.js';

/** Why a step of the product was taken. */
export interface Label {
  readonly kind: Happening['kind'] | 'time';
  readonly says: readonly string[];
}

/** A step that breaks a property. */
export interface Violation {
  readonly property: string;
  readonly message: string;
  /** The product state before the step. */
  readonly at: number;
  readonly label: Label;
}

interface Move {
  readonly label: number;
  readonly event: Happening['event'];
  readonly next: number;
}

export interface ProductOptions {
  /** So many states at most: an exploration that does not end is a finding of its own. */
  readonly limit?: number;
  /** Ends as soon as a step breaks this property. */
  readonly stopAtFirst?: string;
}

/** The chart times its environment: every state that can be reached, and every step between them. */
export class Product {
  readonly world: World;
  readonly #chart: ChartSteps;
  readonly #envs: Environment[] = [];
  readonly #envNumbers = new Map<string, number>();
  readonly #moves: (readonly Move[] | undefined)[] = [];
  readonly #afterOrder = new Map<number, readonly number[]>();
  readonly #orders = new Map<Order, number>();
  readonly #labels: Label[] = [];
  readonly #labelNumbers = new Map<string, number>();

  readonly #numbers = new Map<number, number>();
  readonly #chartOf: number[] = [];
  readonly #envOf: number[] = [];
  readonly #parent: number[] = [];
  readonly #via: number[] = [];
  /** The steps of state n are those from `#firstStep[n]` on. */
  readonly #firstStep: number[] = [];
  readonly #target: number[] = [];
  readonly #label: number[] = [];

  readonly violations = new Map<string, Violation>();
  /** Whether every state was looked at. */
  complete = false;

  constructor(chart: Chart, world: World, { limit = Infinity, stopAtFirst }: ProductOptions = {}) {
    this.world = world;
    this.#chart = new ChartSteps(chart, world.settings);
    const begin = this.#chart.begin();
    for (const env of beginnings(world)) this.#reach(begin, this.#envNumber(env), -1, -1);
    for (let state = 0; state < this.#chartOf.length; state += 1) {
      if (state >= limit || this.violations.has(stopAtFirst ?? '')) return;
      this.#firstStep.push(this.#target.length);
      this.#expand(state);
    }
    this.#firstStep.push(this.#target.length);
    this.complete = true;
  }

  get states(): number {
    return this.#chartOf.length;
  }

  get steps(): number {
    return this.#target.length;
  }

  get chartStates(): number {
    return this.#chart.size;
  }

  get environments(): number {
    return this.#envs.length;
  }

  chart(state: number): ChartState {
    return this.#chart.state(at(this.#chartOf, state));
  }

  environment(state: number): Environment {
    return at(this.#envs, at(this.#envOf, state));
  }

  /** The state from which a state was first reached, and how; -1 for a beginning. */
  parent(state: number): number {
    return at(this.#parent, state);
  }

  via(state: number): Label {
    return at(this.#labels, at(this.#via, state));
  }

  label(number: number): Label {
    return at(this.#labels, number);
  }

  /** Each step from a state: the number of its label, and where it leads. */
  *stepsFrom(state: number): Generator<readonly [label: number, target: number]> {
    const end = at(this.#firstStep, state + 1);
    for (let step = at(this.#firstStep, state); step < end; step += 1) {
      yield [at(this.#label, step), at(this.#target, step)];
    }
  }

  #expand(state: number): void {
    const chart = at(this.#chartOf, state);
    const env = at(this.#envOf, state);
    const { path, timers } = this.#chart.state(chart);
    if (path === 'stopped') {
      // Nobody listens: whatever happens before START may as well happen after it.
      const next = { ...at(this.#envs, env), pinTried: false };
      const says = ['  the host says: START'];
      this.#take(state, this.#move({ kind: 'host', says, event: { type: 'START' }, next }));
      return;
    }
    for (const move of this.#movesOf(env)) this.#take(state, move);
    if (path === 'needsAttention') {
      for (const act of personActs(at(this.#envs, env))) this.#take(state, this.#move(act));
    }
    this.#letTimePass(state, chart, env, timers);
  }

  #letTimePass(state: number, chart: number, env: number, timers: ChartState['timers']): void {
    const environment = at(this.#envs, env);
    const holds = (name: string): boolean => promises(environment, name);
    const due = timers.filter(({ name, left }) => left === 0 && !holds(name));
    for (const timer of due) {
      const label = this.#labelNumber({ kind: 'time', says: [`  ${timer.name} runs out`] });
      this.#follow(state, label, env, this.#chart.fire(chart, timer), undefined, timer.name);
    }
    // What is on its way comes first, unless it is slow.
    const isDue = this.#movesOf(env).some(({ label }) => this.label(label).kind === 'course');
    if (due.length > 0 || (isDue && !environment.slow)) return;
    const later = passed(environment);
    const laterEnv = later === environment ? env : this.#envNumber(later);
    const laterChart = this.#chart.wait(chart, holds) ?? chart;
    const label = this.#labelNumber({ kind: 'time', says: ['  time passes'] });
    this.#step(state, label, laterChart, laterEnv);
  }

  #take(state: number, { label, event, next }: Move): void {
    const chart = at(this.#chartOf, state);
    if (event === undefined) this.#step(state, label, chart, next);
    else this.#follow(state, label, next, this.#chart.take(chart, event), event);
  }

  /** Does what the chart asks for in its step, checks the step, and goes on. */
  #follow(
    state: number,
    label: number,
    env: number,
    step: ChartStep,
    event: Happening['event'],
    timer?: string,
  ): void {
    let envs: readonly number[] = [env];
    const asked: Asked[] = [];
    for (const order of step.orders) {
      const known = this.#orderNumber(order);
      asked.push({ order, env: at(this.#envs, envs[0] ?? env) });
      envs =
        envs.length === 1
          ? this.#told(envs[0] ?? env, order, known)
          : union(envs, (one) => this.#told(one, order, known));
    }
    const before = this.chart(state);
    const after = this.#chart.state(step.to);
    this.#check(state, label, {
      world: this.world,
      before,
      after,
      context: step.context,
      environment: this.environment(state),
      arrived: at(this.#envs, env),
      event,
      timer,
      asked,
    });
    const isOverruled =
      before !== after &&
      overruling.has(event?.type ?? timer ?? '') &&
      !step.orders.some(({ type }) => type === 'RUN');
    for (const next of envs) {
      this.#step(
        state,
        label,
        step.to,
        isOverruled ? this.#envNumber(overruled(at(this.#envs, next))) : next,
      );
    }
  }

  #check(at: number, label: number, step: Step): void {
    for (const { name, breaks } of stepProperties) {
      if (this.violations.has(name)) continue;
      const message = breaks(step);
      if (message !== undefined) {
        this.violations.set(name, { property: name, message, at, label: this.label(label) });
      }
    }
  }

  #step(state: number, label: number, chart: number, env: number): void {
    const target = this.#reach(chart, env, state, label);
    if (target === state) return;
    this.#target.push(target);
    this.#label.push(label);
  }

  #reach(chart: number, env: number, parent: number, via: number): number {
    const key = chart * MOST_ENVIRONMENTS + env;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#chartOf.length;
    this.#numbers.set(key, number);
    this.#chartOf.push(chart);
    this.#envOf.push(env);
    this.#parent.push(parent);
    this.#via.push(via);
    return number;
  }

  #movesOf(env: number): readonly Move[] {
    const known = this.#moves[env];
    if (known !== undefined) return known;
    const moves = happenings(this.world, at(this.#envs, env)).map((happening) => this.#move(happening));
    this.#moves[env] = moves;
    return moves;
  }

  #move({ kind, says, event, next }: Happening): Move {
    return {
      label: this.#labelNumber({ kind, says }),
      event: event && this.#chart.same(event),
      next: this.#envNumber(next),
    };
  }

  #told(env: number, order: Order, number: number): readonly number[] {
    const key = env * MOST_ORDERS + number;
    const known = this.#afterOrder.get(key);
    if (known !== undefined) return known;
    const next = told(this.world, at(this.#envs, env), order).map((state) => this.#envNumber(state));
    this.#afterOrder.set(key, next);
    return next;
  }

  #orderNumber(order: Order): number {
    const known = this.#orders.get(order);
    if (known !== undefined) return known;
    const number = this.#orders.size;
    this.#orders.set(order, number);
    return number;
  }

  #envNumber(env: Environment): number {
    const key = keyOf(env);
    const known = this.#envNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#envs.length;
    this.#envNumbers.set(key, number);
    this.#envs.push(env);
    return number;
  }

  #labelNumber(label: Label): number {
    const key = `${label.kind} ${label.says.join('\n')}`;
    const known = this.#labelNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#labels.length;
    this.#labelNumbers.set(key, number);
    this.#labels.push(label);
    return number;
  }
}

const MOST_ENVIRONMENTS = 2 ** 26;
const MOST_ORDERS = 2 ** 16;

function union(envs: readonly number[], next: (env: number) => readonly number[]): readonly number[] {
  return [...new Set(envs.flatMap(next))];
}

function keyOf(env: Environment): string {
  const names = Object.keys(env).sort() as (keyof Environment)[];
  return names.map((name) => String(env[name])).join(' ');
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`nothing at ${index} of ${list.length}`);
  return item;
}
