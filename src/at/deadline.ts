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
  /** When the timer fires. */
  #firesAt = Infinity;
  #startedAt = 0;
  #limitMs = 0;

  /** @param lastByteAt when the last byte came, by the clock's `now()` */
  constructor(clock: Clock, lastByteAt: () => number, expired: () => void) {
    this.#clock = clock;
    this.#lastByteAt = lastByteAt;
    this.#expired = expired;
  }

  /** Sets the limit, instead of one that was set before. */
  start(limitMs: number): void {
    this.#startedAt = this.#clock.now();
    this.#limitMs = limitMs;
    // A timer that fires earlier looks again then: cheaper than another one, and an answer may follow in the same piece.
    if (this.#firesAt <= this.#startedAt + limitMs) return;
    this.#clock.clearTimeout(this.#timer);
    this.#arm(limitMs);
  }

  /** Takes the limit away. */
  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#firesAt = Infinity;
  }

  #arm(waitMs: number): void {
    this.#firesAt = this.#clock.now() + waitMs;
    this.#timer = this.#clock.setTimeout(() => {
      const [startedAt, limitMs] = [this.#startedAt, this.#limitMs];
      const quietSince = Math.max(startedAt, this.#lastByteAt());
      const due = Math.min(quietSince + limitMs, startedAt + LONGEST_STRETCH * limitMs);
      const remaining = due - this.#clock.now();
      this.#firesAt = Infinity;
      if (remaining > 0) this.#arm(remaining);
      else this.#expired();
    }, waitMs);
  }
}
