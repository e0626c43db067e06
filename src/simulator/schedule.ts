import { LONGEST_DELAY_MS, type Clock, type TimerHandle } from '../clock/clock.js';

/** Takes one pending task back; harmless when it already ran. */
export type Cancel = () => void;

/** Tasks that lie ahead and can all be taken back at once: what a module loses when its power goes. */
export class Schedule {
  readonly #clock: Clock;
  readonly #pending = new Set<{ handle: TimerHandle }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `task` after `ms` milliseconds; with 0 or less in the next microtask, so that no clock need move. */
  after(ms: number, task: () => void): Cancel {
    const entry: { handle: TimerHandle } = { handle: undefined };
    const run = (): void => {
      if (this.#pending.delete(entry)) task();
    };
    this.#pending.add(entry);
    if (ms > 0) entry.handle = this.#clock.setTimeout(run, Math.min(ms, LONGEST_DELAY_MS));
    // Not queueMicrotask, which makes an async resource each time: every byte of the line passes here.
    else void Promise.resolve().then(run);
    return () => {
      this.#clock.clearTimeout(entry.handle);
      this.#pending.delete(entry);
    };
  }

  clear(): void {
    for (const entry of this.#pending) this.#clock.clearTimeout(entry.handle);
    this.#pending.clear();
  }
}

/** Runs tasks in the order in which they were given, each after its delay and never before the one in front of it. */
export class OrderedQueue {
  readonly #clock: Clock;
  readonly #schedule: Schedule;
  #waiting: { readonly due: number; readonly task: () => void }[] = [];
  #cancel: Cancel | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#schedule = new Schedule(clock);
  }

  push(delayMs: number, task: () => void): void {
    this.#waiting.push({ due: this.#clock.now() + delayMs, task });
    if (this.#waiting.length === 1) this.#arm();
  }

  clear(): void {
    this.#waiting = [];
    this.#cancel?.();
  }

  #arm(): void {
    const [head] = this.#waiting;
    if (head === undefined) return;
    this.#cancel = this.#schedule.after(head.due - this.#clock.now(), () => {
      this.#waiting.shift();
      this.#arm();
      head.task();
    });
  }
}
