import type { ServerResponse } from 'node:http';
import type { Clock, TimerHandle } from '../clock/clock.js';
import type { Observation } from '../observer.js';
import type { Ring } from './ring.js';

/** How a page is greeted before it hears of observations. */
export interface Greeting {
  /** Of this run of the inspector: numbers of another run mean nothing here. */
  readonly run: string;
  readonly mode: 'live' | 'replay';
  /** What may be done, by name, with the words for its button. */
  readonly actions: readonly { readonly name: string; readonly label: string; readonly group: string }[];
}

const MOST_VIEWERS = 8;
/** One that takes no more than this is let go; it comes back and catches up. */
const MOST_UNSENT_BYTES = 4_000_000;
const FLUSH_MS = 200;
const KEEP_ALIVE_MS = 15_000;

/**
 * The pages that look, as server-sent events. What happens is written a few times a second, once for all of them, and
 * none of it while the link works: an observation costs one push into the ring.
 */
export class Viewers {
  readonly #ring: Ring;
  readonly #clock: Clock;
  readonly #greeting: Greeting;
  readonly #open = new Set<ServerResponse>();
  #sent: number;
  #flushTimer: TimerHandle;
  #aliveTimer: TimerHandle;

  constructor(ring: Ring, clock: Clock, greeting: Greeting) {
    this.#ring = ring;
    this.#clock = clock;
    this.#greeting = greeting;
    this.#sent = ring.last;
  }

  get count(): number {
    return this.#open.size;
  }

  get full(): boolean {
    return this.#open.size >= MOST_VIEWERS;
  }

  /** @param lastId what the browser says it saw last, when it comes back */
  add(response: ServerResponse, lastId: string | undefined): void {
    this.#flush();
    const { run } = this.#greeting;
    const [, number] = lastId?.startsWith(`${run}/`) === true ? lastId.split('/') : [];
    const missed = number === undefined ? undefined : this.#ring.after(Number(number));
    response.write(`retry: 1000\n${frame('greeting', this.#greeting)}`);
    if (missed === undefined) {
      const id = `${run}/${this.#ring.last}`;
      response.write(frame('story', { base: this.#ring.base, observations: this.#ring.all }, id));
    } else if (missed.length > 0) response.write(this.#frames(missed));
    this.#open.add(response);
    response.on('close', () => this.#open.delete(response));
    this.#aliveTimer ??= this.#clock.setTimeout(() => this.#keepAlive(), KEEP_ALIVE_MS);
  }

  /** Something was pushed into the ring. */
  news(): void {
    if (this.#open.size === 0 || this.#flushTimer !== undefined) return;
    this.#flushTimer = this.#clock.setTimeout(() => this.#flush(), FLUSH_MS);
  }

  close(): void {
    this.#clock.clearTimeout(this.#flushTimer);
    this.#clock.clearTimeout(this.#aliveTimer);
    for (const response of this.#open) response.end();
  }

  #flush(): void {
    this.#clock.clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    const news = this.#ring.after(this.#sent);
    const before = this.#sent;
    this.#sent = this.#ring.last;
    if (this.#open.size === 0 || news?.length === 0) return;
    // More happened between two flushes than is kept: they all begin anew.
    const text =
      news === undefined
        ? frame(
            'story',
            { base: this.#ring.base, observations: this.#ring.all },
            `${this.#greeting.run}/${this.#sent}`,
          )
        : this.#frames(news, before);
    for (const response of this.#open) {
      if (response.writableLength > MOST_UNSENT_BYTES) response.destroy();
      else response.write(text);
    }
  }

  #frames(observations: readonly Observation[], before = this.#ring.last - observations.length): string {
    const id = `${this.#greeting.run}/${before + observations.length}`;
    return frame('observations', observations, id);
  }

  /** A comment now and then, so that a connection that is gone is noticed and given free. */
  #keepAlive(): void {
    this.#aliveTimer = undefined;
    if (this.#open.size === 0) return;
    for (const response of this.#open) response.write(': \n\n');
    this.#aliveTimer = this.#clock.setTimeout(() => this.#keepAlive(), KEEP_ALIVE_MS);
  }
}

function frame(event: string, data: unknown, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
