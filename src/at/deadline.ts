import type { Clock, TimerHandle } from '../clock/clock.js';

/** However many bytes arrive, the limit does not stretch beyond this many times its length. */
const LONGEST_STRETCH = 4;

/**
 * A time limit that does not run while bytes arrive: a large message holds the line (44 ms for each 512 bytes at 115200
 * baud), and the answer stands behind it. It stretches to four times its length at most, so that a module that never
 * stops talking cannot hold a command for ever.
 */
export class AnswerDeadline {
  readonly #clock: Clock;
  readonly #lastByteAt: () => number;
  readonly #expired: () => void;
  #timer: TimerHandle;

  /** @param lastByteAt when the last byte came, by the clock's `now()` */
  constructor(clock: Clock, lastByteAt: () => number, expired: () => void) {
    this.#clock = clock;
    this.#lastByteAt = lastByteAt;
    this.#expired = expired;
  }

  /** Sets the limit, instead of one that was set before. */
  start(limitMs: number): void {
    this.stop();
    this.#arm(this.#clock.now(), limitMs, limitMs);
  }

  /** Takes the limit away. */
  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(startedAt: number, limitMs: number, waitMs: number): void {
    this.#timer = this.#clock.setTimeout(() => {
      const quietSince = Math.max(startedAt, this.#lastByteAt());
      const due = Math.min(quietSince + limitMs, startedAt + LONGEST_STRETCH * limitMs);
      const remaining = due - this.#clock.now();
      if (remaining > 0) this.#arm(startedAt, limitMs, remaining);
      else this.#expired();
    }, waitMs);
  }
}
