import { LinkError } from '../errors/link-error.js';

/** A topic filter that shall be subscribed whenever a session is up. */
export interface WantedSubscription {
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  /** SUBACK was seen in the session that is up now. */
  acknowledged: boolean;
  /** The broker accepted it in some session before: a refusal now is the session's fault, not the caller's. */
  proven: boolean;
  readonly waiters: Waiter[];
}

/** A filter that was subscribed and shall not be any more. */
export interface UnwantedSubscription extends Waiter {
  readonly topic: string;
}

interface Waiter {
  resolve(): void;
  reject(error: LinkError): void;
}

/** What is to be subscribed, across every reconnect. */
export class Subscriptions {
  readonly #wanted = new Map<string, WantedSubscription>();
  readonly #unwanted: UnwantedSubscription[] = [];
  readonly #clean: boolean;

  /**
   * @param fixed subscriptions of the configuration; a refusal of one of these counts as a failed session
   * @param clean the broker forgets subscriptions when a session ends
   */
  constructor(fixed: readonly { readonly topic: string; readonly qos: 0 | 1 | 2 }[], clean: boolean) {
    this.#clean = clean;
    for (const { topic, qos } of fixed) {
      this.#wanted.set(topic, { topic, qos, acknowledged: false, proven: true, waiters: [] });
    }
  }

  get topics(): readonly string[] {
    return [...this.#wanted.keys()];
  }

  /** Wants a filter from now on. @returns resolves at its SUBACK, rejects when it is refused or no longer wanted */
  add(topic: string, qos: 0 | 1 | 2): Promise<void> {
    const known = this.#wanted.get(topic);
    if (known !== undefined && known.qos === qos && known.acknowledged) return Promise.resolve();
    const wanted: WantedSubscription =
      known?.qos === qos
        ? known
        : { topic, qos, acknowledged: false, proven: known?.proven ?? false, waiters: known?.waiters ?? [] };
    this.#wanted.set(topic, wanted);
    return new Promise((resolve, reject) => wanted.waiters.push({ resolve, reject }));
  }

  /**
   * No longer wants a filter.
   * @returns resolves at its UNSUBACK, or at once when no session, not even a kept one, has it
   */
  remove(topic: string): Promise<void> {
    const wanted = this.#wanted.get(topic);
    if (wanted === undefined) return Promise.resolve();
    this.#wanted.delete(topic);
    settle(
      wanted,
      new LinkError('STOPPED', `The subscription to "${topic}" was taken back before its SUBACK.`),
    );
    if (!wanted.acknowledged && this.#clean) return Promise.resolve();
    return new Promise((resolve, reject) => this.#unwanted.push({ topic, resolve, reject }));
  }

  /** The next filter that waits for its UNSUBACK. */
  nextUnwanted(): UnwantedSubscription | undefined {
    return this.#unwanted[0];
  }

  /** The UNSUBACK came, or a refusal. */
  unsubscribed(unwanted: UnwantedSubscription, refusal?: string): void {
    const index = this.#unwanted.indexOf(unwanted);
    if (index >= 0) this.#unwanted.splice(index, 1);
    if (refusal === undefined) unwanted.resolve();
    else {
      const message = `Unsubscribing from "${unwanted.topic}" was refused with ${refusal}.`;
      unwanted.reject(new LinkError('SUBSCRIBE_FAILED', message, { retryable: false }));
    }
  }

  /** The next filter without SUBACK, or undefined when all are acknowledged. */
  next(): WantedSubscription | undefined {
    for (const wanted of this.#wanted.values()) {
      if (!wanted.acknowledged) return wanted;
    }
    return undefined;
  }

  acknowledge(wanted: WantedSubscription): void {
    wanted.acknowledged = true;
    wanted.proven = true;
    settle(wanted);
  }

  /**
   * The module or the broker said no.
   * @returns true when the caller was told and the filter dropped; false when the session has to be made anew
   */
  refuse(wanted: WantedSubscription, answer: string): boolean {
    if (wanted.proven) return false;
    this.#wanted.delete(wanted.topic);
    settle(
      wanted,
      new LinkError('SUBSCRIBE_FAILED', `The subscription to "${wanted.topic}" was refused with ${answer}.`, {
        retryable: false,
      }),
    );
    return true;
  }

  /** The session ended: nothing is acknowledged any more, and a clean one leaves nothing to unsubscribe. */
  sessionEnded(): void {
    for (const wanted of this.#wanted.values()) wanted.acknowledged = false;
    if (this.#clean) for (const unwanted of this.#unwanted.splice(0)) unwanted.resolve();
  }

  /** Nobody will subscribe any more: whoever waits is told so. */
  abandon(why: LinkError): void {
    for (const wanted of this.#wanted.values()) settle(wanted, why);
    for (const unwanted of this.#unwanted.splice(0)) unwanted.reject(why);
  }
}

function settle(wanted: WantedSubscription, error?: LinkError): void {
  for (const waiter of wanted.waiters.splice(0)) {
    if (error === undefined) waiter.resolve();
    else waiter.reject(error);
  }
}
