import { LinkError } from '../errors/link-error.js';
import type { Entry, MemoryOutbox } from './memory-outbox.js';
import type { OutgoingMessage } from './message.js';

/** How handing one message to the module ended. */
export type PublishEnd =
  /** QoS 0: the module took it. QoS 1 and 2: the broker acknowledged it. */
  | { readonly kind: 'acknowledged' }
  /** It can never be sent through this module, such as one over its limit. */
  | { readonly kind: 'impossible'; readonly error: LinkError }
  /** The module or the broker said no while the session was up. */
  | { readonly kind: 'refused'; readonly answer: string }
  /** The session ended first. `sent`: the module may have passed it on. */
  | { readonly kind: 'interrupted'; readonly sent: boolean };

/** The way to the broker while a session is up. Calls back exactly once. */
export interface Lane {
  publish(message: OutgoingMessage, done: (end: PublishEnd) => void): void;
}

/** A message that was refused this often is given up: it must not stand in the way of the rest. */
const MOST_REFUSALS = 3;

/**
 * Carries the outbox to the broker while a lane is open: one message at a time, since acknowledgements carry no id, in
 * the order of acceptance. What was interrupted stays first and goes again when the next lane opens.
 */
export class Delivery {
  readonly #outbox: MemoryOutbox;
  #lane: Lane | undefined;
  #busy = false;
  #idle: (() => void)[] = [];

  constructor(outbox: MemoryOutbox) {
    this.#outbox = outbox;
    outbox.onArrival(() => {
      this.#next();
    });
  }

  /** A session is up: messages flow through `lane` until close(). */
  open(lane: Lane): void {
    this.#lane = lane;
    this.#next();
  }

  /** The session is over. The lane still reports the message in flight, as interrupted. */
  close(): void {
    this.#lane = undefined;
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    if (this.#outbox.size === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #next(): void {
    if (this.#busy || this.#lane === undefined) return;
    const entry = this.#outbox.take();
    if (entry === undefined) {
      for (const resolve of this.#idle.splice(0)) resolve();
      return;
    }
    this.#busy = true;
    this.#lane.publish(entry.message, (end) => {
      this.#busy = false;
      this.#conclude(entry, end);
      this.#next();
    });
  }

  #conclude(entry: Entry, end: PublishEnd): void {
    const { topic, qos } = entry.message;
    switch (end.kind) {
      case 'acknowledged':
        this.#outbox.settle(entry);
        return;
      case 'impossible':
        this.#outbox.settle(entry, end.error);
        return;
      case 'refused':
        entry.refusals += 1;
        if (entry.refusals < MOST_REFUSALS) {
          this.#outbox.putBack();
          return;
        }
        this.#outbox.settle(
          entry,
          new LinkError(
            'PUBLISH_FAILED',
            `The message for "${topic}" was refused ${entry.refusals} times, last with ${end.answer}.`,
            { retryable: false },
          ),
        );
        return;
      case 'interrupted':
        if (end.sent && qos === 0) {
          // At most once: whether the module passed it on cannot be known, so it is not sent again.
          this.#outbox.settle(
            entry,
            new LinkError(
              'PUBLISH_FAILED',
              `The session ended while the QoS 0 message for "${topic}" was on its way; it may or may not have arrived.`,
            ),
          );
          return;
        }
        entry.ambiguous ||= end.sent;
        this.#outbox.putBack();
        return;
    }
  }
}
