import type { Clock, TimerHandle } from '../clock/clock.js';
import { LinkError } from '../errors/link-error.js';
import type { TransportListener } from './transport.js';

/** Ends a piece of work on the line, well or badly; only the first call counts. */
export type Settle = (error?: LinkError) => void;

/**
 * The one life of a line: new, opening, open, over. It sees to what every kind of line promises: that what waits for
 * the line settles, in time or when the line goes, that `lost` is said once, and nothing after it.
 */
export class LineLife {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #listener: TransportListener;
  readonly #release: () => void;
  readonly #waiting = new Set<Settle>();
  #state: 'new' | 'opening' | 'open' | 'over' = 'new';

  /**
   * @param name the line, as it is named in errors
   * @param release gives the line free, when it is lost
   */
  constructor(name: string, clock: Clock, listener: TransportListener, release: () => void) {
    this.#name = name;
    this.#clock = clock;
    this.#listener = listener;
    this.#release = release;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /**
   * Opens the line by `begin`; when that fails or takes too long, its life is over.
   * @throws LinkError what `begin` settles with, or PORT_LOST
   */
  async open(limitMs: number, begin: (settle: Settle) => void): Promise<void> {
    if (this.#state !== 'new') throw this.#unusable();
    this.#state = 'opening';
    const late = () => new LinkError('PORT_LOST', `${this.#name} did not open within ${limitMs / 1000} s.`);
    try {
      await this.#settled(limitMs, late, (settle) => {
        begin((error) => {
          if (!error && this.#state === 'opening') this.#state = 'open';
          settle(error);
        });
      });
    } catch (error) {
      this.#state = 'over';
      throw error;
    }
  }

  /**
   * Does something on the open line; one that takes too long means that the line is lost.
   * @param what for the error: `take 5 bytes`
   * @throws LinkError what `begin` settles with, or PORT_LOST
   */
  async work(what: string, limitMs: number, begin: (settle: Settle) => void): Promise<void> {
    if (!this.isOpen) throw this.#unusable();
    const late = () => {
      const error = new LinkError('PORT_LOST', `${this.#name} did not ${what} within ${limitMs / 1000} s.`);
      this.lost(error);
      return error;
    };
    await this.#settled(limitMs, late, begin);
  }

  /** Hands bytes to the listener while the line is open. */
  data(bytes: Buffer): void {
    if (this.isOpen) this.#listener.data(bytes);
  }

  /** The line is gone by itself: fails what waits for it and tells the listener, unless it was over already. */
  lost(error: LinkError): void {
    if (!this.isOpen) return;
    this.end(error);
    this.#release();
    this.#listener.lost(error);
  }

  /** The line is closed on purpose: fails what waits for it. */
  end(error = new LinkError('PORT_LOST', `${this.#name} was closed.`)): void {
    this.#state = 'over';
    for (const settle of [...this.#waiting]) settle(error);
  }

  #settled(limitMs: number, late: () => LinkError, begin: (settle: Settle) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      let timer: TimerHandle;
      const settle: Settle = (error) => {
        if (!this.#waiting.delete(settle)) return;
        this.#clock.clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      };
      this.#waiting.add(settle);
      begin(settle);
      if (this.#waiting.has(settle)) timer = this.#clock.setTimeout(() => settle(late()), limitMs);
    });
  }

  #unusable(): LinkError {
    return new LinkError('PORT_LOST', `${this.#name} is not open.`);
  }
}
