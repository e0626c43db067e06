/**
 * Time as everything below the composition root sees it. Real time comes from `systemClock`, tests and simulations
 * hand in a `VirtualClock`. The two timer functions have the shape xstate wants of its clock.
 */
export interface Clock {
  /** Milliseconds since the epoch; may jump with the wall clock. For stamps that a person reads. */
  wallTime(): number;
  /** Milliseconds from an arbitrary start; never jumps. For everything that measures. */
  now(): number;
  /** Calls back once after `ms` milliseconds. */
  setTimeout(callback: () => void, ms: number): TimerHandle;
  /** Takes a pending call back; unknown handles are ignored. */
  clearTimeout(handle: TimerHandle): void;
}

export type TimerHandle = unknown;

/** The longest delay that Node's timers can hold: 2^31-1 ms. A longer one would fire after 1 ms. */
export const LONGEST_DELAY_MS = 2_147_483_647;
