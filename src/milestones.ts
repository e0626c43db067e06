import type { LinkError } from './errors/link-error.js';
import type { LinkStatus } from './status.js';

/** What a caller can wait for. `running`: the supervision has begun. */
export type Milestone = 'running' | 'online' | 'stopped';

interface Waiter {
  readonly milestone: Milestone;
  readonly resolve: () => void;
  readonly reject: (why: LinkError) => void;
}

/** Promises for states of the link. Each is settled: when its milestone is reached, or when it never will be. */
export class Milestones {
  #waiters: Waiter[] = [];

  until(milestone: Milestone): Promise<void> {
    return new Promise((resolve, reject) => this.#waiters.push({ milestone, resolve, reject }));
  }

  /** The link is in a new state. */
  reached(status: LinkStatus, path: string): void {
    const met = this.#waiters.filter(({ milestone }) => isReached(milestone, status, path));
    this.#waiters = this.#waiters.filter((waiter) => !met.includes(waiter));
    for (const waiter of met) waiter.resolve();
  }

  /** Nothing will be reached any more. */
  giveUp(why: LinkError): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(why);
  }
}

function isReached(milestone: Milestone, status: LinkStatus, path: string): boolean {
  switch (milestone) {
    case 'running':
      return status !== 'stopped';
    case 'online':
      return status === 'online';
    case 'stopped':
      // While it is stopping the status says so already, but the port is still held.
      return path === 'stopped';
  }
}
