import type { Clock, TimerHandle } from '../clock/clock.js';
import type { VirtualClock } from '../clock/virtual.js';
import type { TransportFactory } from '../transport/transport.js';

interface HostTimer {
  underlying: TimerHandle;
  over: boolean;
}

/**
 * The host process beside the modem, on the same virtual time: its event loop can be stalled and its wall clock jump
 * while modem and broker go on.
 */
export class VirtualHost {
  readonly #time: VirtualClock;
  readonly #overdue: (() => void)[] = [];
  readonly #unread: (() => void)[] = [];
  #stalledUntil = -Infinity;
  #wallSkewMs = 0;
  /** What the supervisor gets for its clock. */
  readonly clock: Clock;

  constructor(time: VirtualClock) {
    this.#time = time;
    this.clock = {
      now: () => time.now(),
      wallTime: () => time.wallTime() + this.#wallSkewMs,
      setTimeout: (callback, ms) => this.#setTimeout(callback, ms),
      clearTimeout: (handle) => this.#clearTimeout(handle as HostTimer | undefined),
    };
  }

  /** The wall clock jumps, as at an NTP step; no time passes. */
  stepWallTime(ms: number): void {
    this.#wallSkewMs += ms;
  }

  /** For `ms` the process does nothing: then every timer is late, and they run before what the port has brought. */
  stall(ms: number): void {
    if (this.#stalled) return;
    this.#stalledUntil = this.#time.now() + ms;
    this.#time.setTimeout(() => {
      this.#stalledUntil = -Infinity;
      // A turn of the event loop runs its timers first, then polls for input.
      for (const task of [...this.#overdue.splice(0), ...this.#unread.splice(0)])
        this.#time.setTimeout(task, 0);
    }, ms);
  }

  /** The port as this process sees it: while it is stalled, nothing is read. */
  transport(factory: TransportFactory): TransportFactory {
    return (listener) =>
      factory({
        data: (bytes) => this.#input(() => listener.data(bytes)),
        lost: (reason) => this.#input(() => listener.lost(reason)),
      });
  }

  get #stalled(): boolean {
    return this.#time.now() < this.#stalledUntil;
  }

  #input(task: () => void): void {
    if (this.#stalled) this.#unread.push(task);
    else task();
  }

  #setTimeout(callback: () => void, ms: number): TimerHandle {
    const timer: HostTimer = { underlying: undefined, over: false };
    const run = (): void => {
      if (timer.over) return;
      timer.over = true;
      callback();
    };
    timer.underlying = this.#time.setTimeout(() => {
      if (this.#stalled) this.#overdue.push(run);
      else run();
    }, ms);
    return timer;
  }

  #clearTimeout(timer: HostTimer | undefined): void {
    if (timer === undefined) return;
    timer.over = true;
    this.#time.clearTimeout(timer.underlying);
  }
}
