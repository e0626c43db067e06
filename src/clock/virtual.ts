import { setImmediate as afterThisTurn } from 'node:timers';
import { LONGEST_DELAY_MS, type Clock, type TimerHandle } from './clock.js';
import { TimerQueue, type Timer } from './timer-queue.js';

/**
 * Time that moves only when told. Timers fire in the order in which they are due (xstate's SimulatedClock jumps to the
 * end first, so that a chain of timers collapses into one), and between two of them everything that is already on its
 * way (microtasks, in-memory streams) gets its turn.
 */
export class VirtualClock implements Clock {
  #now = 0;
  #wallOffset: number;
  #order = 0;
  readonly #timers = new TimerQueue();

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
    const timer: Timer = { due: this.#now + delay, order: ++this.#order, callback, place: -1 };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    if (typeof handle === 'object' && handle !== null) this.#timers.remove(handle as Timer);
  }

  /** How many timers are armed: a leak shows here. */
  get armed(): number {
    return this.#timers.size;
  }

  /** The time at which the next timer is due, or undefined. */
  get nextDue(): number | undefined {
    return this.#timers.first?.due;
  }

  /** Lets `ms` milliseconds pass, firing what falls due, in order; then what that set going comes to rest. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    while (this.#fireBefore(end)) await settle();
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
      if (!this.#fireBefore(end)) {
        throw new Error(`VirtualClock: the condition did not come true within ${limitMs} ms`);
      }
      await settle();
    }
  }

  /** Fires the next timer, unless it is due only after `end`. @returns whether it fired */
  #fireBefore(end: number): boolean {
    const timer = this.#timers.first;
    if (timer === undefined || timer.due > end) return false;
    this.#timers.remove(timer);
    this.#now = Math.max(this.#now, timer.due);
    timer.callback();
    return true;
  }
}

/** One turn of the event loop: microtasks, ticks and immediates already queued have run. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    afterThisTurn(resolve);
  });
}
