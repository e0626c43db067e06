import { LONGEST_DELAY_MS, type Clock, type TimerHandle } from '../clock/clock.js';

/**
 * When messages expire. The wall clock at the start, going on with the monotonic one: a step of the wall clock expires
 * nothing.
 */
export class Expiry {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  readonly #epoch: number;
  #timer: TimerHandle;
  /** When the timer fires. */
  #at: number | undefined;

  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
    this.#epoch = clock.wallTime() - clock.now();
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return Math.round(this.#epoch + this.#clock.now());
  }

  /** Calls back when the next message expires; undefined: none does. */
  arm(at: number | undefined): void {
    // Most messages change nothing about it.
    if (at === this.#at) return;
    this.#clock.clearTimeout(this.#timer);
    this.#at = at;
    if (at === undefined) return;
    const delay = Math.min(Math.max(at - this.now(), 0), LONGEST_DELAY_MS);
    this.#timer = this.#clock.setTimeout(() => {
      this.#at = undefined;
      this.#onDue();
    }, delay);
  }
}
