import type { Clock } from '../clock/clock.js';
import type { StateObservation } from '../observer.js';

/** A timer may fire late on a busy machine; this much later it is not late but dead. */
const GRACE_MS = 30_000;

/**
 * How long until the chart must have moved again by itself, in milliseconds: until the earliest of its running timers,
 * and a grace. Undefined where it has none: it is stopped, or waits for a person.
 */
export function mustMoveWithin({ at, timers }: Pick<StateObservation, 'at' | 'timers'>): number | undefined {
  if (timers.length === 0) return undefined;
  return Math.max(0, Math.min(...timers.map(({ dueAt }) => dueAt)) - at) + GRACE_MS;
}

/** Whether the control loop moves: nothing that the chart had to do by itself is overdue. */
export class ControlLoop {
  readonly #clock: Clock;
  #deadline = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The chart took a step. */
  moved(state: StateObservation): void {
    this.#deadline = this.#clock.now() + (mustMoveWithin(state) ?? Infinity);
  }

  get isAlive(): boolean {
    return this.#clock.now() <= this.#deadline;
  }
}
