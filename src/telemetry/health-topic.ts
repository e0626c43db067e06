import type { Clock, TimerHandle } from '../clock/clock.js';
import type { Logger } from './logger.js';

/** What the health topic needs of a link. */
export interface ReportingLink {
  publish(
    topic: string,
    payload: string,
    options: { readonly qos: 1; readonly retain: true; readonly ttlMs: number; readonly key: string },
  ): Promise<{ readonly delivered: Promise<void> }>;
  status(): {
    readonly status: string;
    readonly since: string;
    readonly recoveries: number;
    readonly signal?: { readonly dBm?: number | undefined };
    readonly outbox: { readonly waiting: number };
    readonly inbound: { readonly lost: number };
  };
}

export interface HealthTopicOptions {
  readonly topic: string;
  readonly everyMs: number;
  /** Of the MQTT session, in seconds. */
  readonly keepalive: number;
}

/** A broker declares a session dead, and publishes its will, after one and a half keep-alives (MQTT 3.1.1, 3.1.2.10). */
const WILL_AFTER_KEEPALIVES = 1.5;
const WILL_GRACE_MS = 10_000;
const FAREWELL_LIMIT_MS = 5_000;

/**
 * The status as a retained message. Each session has a higher number than the one before, across restarts of the
 * program too, and once the will of the session before must have come, the status is published again: a late will is
 * overwritten, and readers know it by its missing or lower number.
 */
export class HealthTopic {
  readonly #link: ReportingLink;
  readonly #options: HealthTopicOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  #session = 0;
  #online = false;
  #timer: TimerHandle;

  constructor(link: ReportingLink, options: HealthTopicOptions, clock: Clock, log: Logger) {
    this.#link = link;
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
  }

  /** The link is in a new state. */
  changed(status: string): void {
    const isOnline = status === 'online';
    if (isOnline === this.#online) return;
    this.#online = isOnline;
    this.#clock.clearTimeout(this.#timer);
    if (!isOnline) return;
    this.#session = Math.max(this.#session + 1, this.#clock.wallTime());
    void this.#publish('online');
    const { keepalive, everyMs } = this.#options;
    const lateWillMs = keepalive * 1_000 * WILL_AFTER_KEEPALIVES + WILL_GRACE_MS;
    this.#again(Math.min(lateWillMs, everyMs), lateWillMs);
  }

  /** Says, before the session is closed, that it is closed on purpose. Settles within five seconds. */
  async farewell(): Promise<void> {
    if (!this.#online) return;
    this.#clock.clearTimeout(this.#timer);
    let timer: TimerHandle;
    const late = new Promise<void>((resolve) => {
      timer = this.#clock.setTimeout(resolve, FAREWELL_LIMIT_MS);
    });
    await Promise.race([this.#publish('stopped'), late]);
    this.#clock.clearTimeout(timer);
  }

  /** @param lateWillMs when the will of the session before must have come, from now */
  #again(inMs: number, lateWillMs: number): void {
    this.#timer = this.#clock.setTimeout(() => {
      void this.#publish('online');
      const left = lateWillMs - inMs;
      const { everyMs } = this.#options;
      this.#again(left > 0 ? Math.min(left, everyMs) : everyMs, left);
    }, inMs);
  }

  async #publish(status: 'online' | 'stopped'): Promise<void> {
    const { since, recoveries, signal, outbox, inbound } = this.#link.status();
    const payload = JSON.stringify({
      status,
      session: this.#session,
      at: new Date(this.#clock.wallTime()).toISOString(),
      since,
      recoveries,
      ...(signal?.dBm !== undefined && { signalDBm: signal.dBm }),
      outbox: outbox.waiting,
      inboundLost: inbound.lost,
    });
    const { topic, everyMs } = this.#options;
    try {
      const receipt = await this.#link.publish(topic, payload, {
        qos: 1,
        retain: true,
        ttlMs: Math.min(everyMs, 2_147_483_647),
        key: 'luat-link health',
      });
      await receipt.delivered;
    } catch (error) {
      this.#log.debug({ err: error, topic }, 'the health message was not delivered');
    }
  }
}
