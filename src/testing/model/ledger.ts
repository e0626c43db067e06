import { LinkError } from '../../errors/link-error.js';
import type { PublishedMessage } from '../../simulator/memory-broker.js';

interface Entry {
  readonly qos: 0 | 1 | 2;
  /** How often the broker got it, and in which session last. */
  arrivals: number;
  session: number;
  /** Its link was stopped before it was delivered: the next start delivers it, and nobody is told. */
  orphaned: boolean;
}

interface Topic {
  /** Numbers given so far. */
  accepted: number;
  /** The newest number that arrived. */
  newest: number;
  /** What is accepted and not yet settled, by number. */
  readonly open: Map<number, Entry>;
}

/**
 * What was accepted for publishing, and what became of it. Each message carries its number: nothing accepted with QoS 1
 * or 2 may be missing, the order of a topic is kept, and a copy comes only in a later session than the one before.
 */
export class Ledger {
  readonly #topics = new Map<string, Topic>();
  readonly problems: string[] = [];
  accepted = 0;
  arrived = 0;
  copies = 0;
  /** Settled with an error that the promise allows: QoS 0 on its way when the session ended, refused three times. */
  givenUp = 0;

  /** How many messages wait for their end. */
  get open(): number {
    let count = 0;
    for (const { open } of this.#topics.values()) {
      for (const { orphaned, arrivals } of open.values()) if (!orphaned || arrivals === 0) count += 1;
    }
    return count;
  }

  /** The payload of the next message of a topic. */
  next(topic: string, qos: 0 | 1 | 2): { readonly number: number; readonly payload: string } {
    const kept = this.#topics.get(topic) ?? { accepted: 0, newest: 0, open: new Map<number, Entry>() };
    this.#topics.set(topic, kept);
    const number = ++kept.accepted;
    kept.open.set(number, { qos, arrivals: 0, session: 0, orphaned: false });
    this.accepted += 1;
    return { number, payload: `${number}` };
  }

  /** A message was not taken over, and its sender was told. */
  refuse(topic: string, number: number): void {
    this.#topics.get(topic)?.open.delete(number);
    this.accepted -= 1;
  }

  /** The broker got a message. */
  arrive({ topic, payload }: Pick<PublishedMessage, 'topic' | 'payload'>, session: number): void {
    const number = Number(payload.toString());
    const kept = this.#topics.get(topic);
    if (kept === undefined || !(number <= kept.accepted)) {
      this.problems.push(
        `the broker got "${payload.toString('latin1')}" for ${topic}, which nobody published`,
      );
      return;
    }
    this.arrived += 1;
    const entry = kept.open.get(number);
    if (number > kept.newest) kept.newest = number;
    else if (number < kept.newest) {
      this.problems.push(`${topic} ${number} arrived behind ${kept.newest}`);
      return;
    } else {
      this.copies += 1;
      if (entry === undefined) this.problems.push(`${topic} ${number} arrived again after it was settled`);
      else if (entry.qos === 0) this.problems.push(`${topic} ${number} has QoS 0 and arrived twice`);
      else if (entry.session === session)
        this.problems.push(`${topic} ${number} arrived twice in one session`);
    }
    if (entry !== undefined) {
      entry.arrivals += 1;
      entry.session = session;
    }
  }

  /** The receipt of a message was settled. */
  settle(topic: string, number: number, failure?: unknown): void {
    const open = this.#topics.get(topic)?.open;
    const entry = open?.get(number);
    if (entry !== undefined && entry.qos > 0 && failure instanceof LinkError && failure.code === 'STOPPED') {
      entry.orphaned = true;
      return;
    }
    open?.delete(number);
    if (entry === undefined) {
      this.problems.push(`${topic} ${number} was settled twice`);
    } else if (failure === undefined) {
      if (entry.qos > 0 && entry.arrivals === 0)
        this.problems.push(`${topic} ${number} was acknowledged and never arrived`);
    } else {
      const told =
        failure instanceof LinkError &&
        (failure.code === 'PUBLISH_FAILED' || (failure.code === 'STOPPED' && entry.qos === 0));
      if (told && (entry.qos === 0 || failure.message.includes('refused'))) this.givenUp += 1;
      else {
        const why = failure instanceof Error ? failure.message : 'no error';
        this.problems.push(`${topic} ${number} (QoS ${entry.qos}) was lost: ${why}`);
      }
    }
  }
}
