import type { Clock } from './clock/clock.js';
import { Inspector } from './inspector/inspector.js';
import type { Observer } from './observer.js';
import type { Logger } from './telemetry/logger.js';

export interface LiveViewParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: (observer: Observer) => () => void;
  /** The operator's "try again now". */
  readonly retry: () => void;
}

/** The page of a running link. A view that cannot be had is told in the log; the link does without. */
export class LiveView {
  readonly #parts: LiveViewParts;
  #open: { readonly inspector: Inspector; readonly leave: () => void } | undefined;
  #opening: Promise<void> | undefined;
  #wanted = false;

  constructor(parts: LiveViewParts) {
    this.#parts = parts;
  }

  get inspector(): Inspector | undefined {
    return this.#open?.inspector;
  }

  /** Resolves when the page can be looked at, or never will. */
  async open(port: number): Promise<void> {
    this.#wanted = true;
    this.#opening ??= this.#listen(port);
    await this.#opening;
  }

  async close(): Promise<void> {
    this.#wanted = false;
    await this.#opening;
    this.#opening = undefined;
    const open = this.#open;
    this.#open = undefined;
    open?.leave();
    await open?.inspector.close();
  }

  async #listen(port: number): Promise<void> {
    const { clock, log, observe, retry } = this.#parts;
    const inspector = new Inspector({
      port,
      clock,
      actions: { retry: { label: 'Try again now', group: 'Operator', run: retry } },
    });
    try {
      await inspector.listen();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.error({ port, reason }, 'the inspector cannot listen; the link runs without');
      return;
    }
    this.#open = { inspector, leave: observe(inspector.observer) };
    if (this.#wanted) log.info({ url: inspector.url }, 'the inspector listens');
  }
}
