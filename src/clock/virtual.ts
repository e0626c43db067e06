import { setImmediate as nextTurn } from 'node:timers/promises';
import { LONGEST_DELAY_MS, type Clock, type TimerHandle } from './clock.js';

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * Time that moves only when told. Timers fire in the order in which they are due (xstate's SimulatedClock jumps to the
 * end first, so that a chain of timers collapses into one), and between two of them everything that is already on its
 * way (microtasks, in-memory streams) gets its turn.
 */
export class VirtualClock implements Clock {
  #now = 0;
  #wallOffset: number;
  #order = 0;
  readonly #timers = new Map<number, Timer>();

  /** @param startMs the wall time at which it starts, milliseconds since the epoch */
  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#wallOffset = startMs;
  }

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return this.#now + this.#wallOffset;
  }

  /** Sets the wall clock forward or back without letting time pass, as an NTP step does. */
  stepWallTime(ms: number): void {
    this.#wallOffset += ms;
  }

  setTimeout(callback: () => void, ms: number): TimerHandle {
    const delay =
      Number.isFinite(ms) && ms > 0 && ms <= LONGEST_DELAY_MS ? ms : ms > LONGEST_DELAY_MS ? 1 : 0;
    const order = ++this.#order;
    this.#timers.set(order, { due: this.#now + delay, order, callback });
    return order;
  }

  clearTimeout(handle: TimerHandle): void {
    if (typeof handle === 'number') this.#timers.delete(handle);
  }

  /** How many timers are armed: a leak shows here. */
  get armed(): number {
    return this.#timers.size;
  }

  /** The time at which the next timer is due, or undefined. */
  get nextDue(): number | undefined {
    return this.#earliest()?.due;
  }

  /** Lets `ms` milliseconds pass, firing what falls due, in order; then what that set going comes to rest. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const timer = this.#earliest();
      if (timer === undefined || timer.due > end) break;
      this.#fire(timer);
      await settle();
    }
    this.#now = end;
  }

  /**
   * Lets time pass until `condition` holds.
   * @throws Error when it does not hold after `limitMs`
   */
  async advanceUntil(condition: () => boolean, limitMs: number): Promise<void> {
    const end = this.#now + limitMs;
    await settle();
    while (!condition()) {
      const timer = this.#earliest();
      if (timer === undefined || timer.due > end) {
        throw new Error(`VirtualClock: the condition did not come true within ${limitMs} ms`);
      }
      this.#fire(timer);
      await settle();
    }
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer.order);
    this.#now = Math.max(this.#now, timer.due);
    timer.callback();
  }

  #earliest(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (first === undefined || timer.due < first.due) first = timer;
    }
    return first;
  }
}

/** One turn of the event loop: microtasks, ticks and immediates already queued have run. */
async function settle(): Promise<void> {
  await nextTurn();
}
