import { execFile } from 'node:child_process';
import type { Observer, StateObservation } from '../observer.js';
import { mustMoveWithin } from './liveness.js';

/** Says something to the service manager; settles when it was said, or could not be. */
export type Notify = (...assignments: readonly string[]) => Promise<void>;

/** While the chart waits for a person nothing has to move, for a year at most. */
const UNWATCHED_MS = 365 * 86_400_000;

/**
 * `systemd-notify`, when a service manager waits to hear (sd_notify(3)): Node.js has no datagram sockets of Unix.
 * @returns undefined where nobody waits
 */
export function serviceManager(environment: NodeJS.ProcessEnv): Notify | undefined {
  if ((environment['NOTIFY_SOCKET'] ?? '') === '') return undefined;
  return (...assignments) =>
    new Promise((resolve) => {
      const child = execFile(
        'systemd-notify',
        [`--pid=${process.pid}`, ...assignments],
        { env: environment },
        () => resolve(),
      );
      child.unref();
    });
}

/**
 * Feeds the watchdog of systemd from the steps of the chart, and from nothing else. With each step it is told how long
 * the next one may take, by the chart's own timers: a loop that hangs is noticed, a long wait is none.
 */
export class Watchdog {
  readonly #notify: Notify;
  #saying = false;
  #next: readonly string[] | undefined;
  #told = '';

  constructor(notify: Notify) {
    this.#notify = notify;
  }

  readonly observer: Observer = (observation) => {
    if (observation.kind === 'state') this.#step(observation);
  };

  #step(state: StateObservation): void {
    const { status, path, cause } = state;
    const withinMs = mustMoveWithin(state) ?? UNWATCHED_MS;
    const text = `${status} (${path})${status === 'online' || cause === undefined ? '' : `: ${cause.code}`}`;
    const news = text === this.#told ? [] : [`--status=${text}`];
    this.#told = text;
    this.#next = [...news, `WATCHDOG_USEC=${Math.ceil(withinMs * 1_000)}`, 'WATCHDOG=1'];
    void this.#say();
  }

  /** One at a time: of steps that follow each other quickly only the last is told. */
  async #say(): Promise<void> {
    if (this.#saying) return;
    this.#saying = true;
    while (this.#next !== undefined) {
      const assignments = this.#next;
      this.#next = undefined;
      await this.#notify(...assignments);
    }
    this.#saying = false;
  }
}
