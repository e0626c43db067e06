import type { LinkOptions, Supervisor } from 'luat-link';

export const options: LinkOptions = {
  port: '/dev/ttyUSB2',
  broker: { url: 'mqtt://broker.example', clientId: 'meter-17', keepalive: 60 },
  subscriptions: [{ topic: 'cmd/#', qos: 1 }],
  // One try on each rung: what comes after the last one is met soon.
  recovery: { attempts: { reconnect: 1, bearer: 1, radio: 1, restart: 1, reset: 1 } },
};

/** Reads a meter every minute, or as often as it is told on `cmd/interval` (seconds). */
export class Meter {
  /** Readings that the outbox did not take. */
  refused = 0;
  everyMs = 60_000;
  readonly #link: Supervisor;
  readonly #read: () => number;

  constructor(link: Supervisor, read: () => number) {
    this.#link = link;
    this.#read = read;
    link.on('message', ({ topic, payload }) => {
      const seconds = Number(payload.toString());
      if (topic === 'cmd/interval' && seconds >= 1) this.everyMs = seconds * 1_000;
    });
  }

  /** To be called every `everyMs`. */
  async report(): Promise<void> {
    try {
      await this.#link.publish('up/reading', String(this.#read()), { qos: 1 });
    } catch {
      this.refused += 1;
    }
  }
}
