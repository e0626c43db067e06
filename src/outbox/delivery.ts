import type { LinkError } from '../errors/link-error.js';
import { refusedError, unknownEndError } from './ends.js';
import type { Entry, OutgoingMessage } from './message.js';
import type { Outbox } from './outbox.js';

/** How handing one message to the module ended. */
export type PublishEnd =
  /** QoS 0: the module took it. QoS 1 and 2: the broker acknowledged it. */
  | { readonly kind: 'acknowledged' }
  /** It can never be sent through this module, such as one over its limit. */
  | { readonly kind: 'impossible'; readonly error: LinkError }
  /** The module or the broker said no while the session was up. */
  | { readonly kind: 'refused'; readonly answer: string }
  /** The session is over. `sent`: the module may have passed it on. */
  | { readonly kind: 'interrupted'; readonly sent: boolean };

/** A message that a lane has. */
export interface HandedOver {
  /** Takes it back, unless it is on its way already. Its `done` has been called when this returns. */
  cancel(): void;
}

/** The way to the broker while a session is up. */
export interface Lane {
  /**
   * Hands a message over. It goes out the moment the line is free, behind those that were handed over before.
   * @param done called exactly once, perhaps before this returns, and before the next message goes out
   */
  publish(message: OutgoingMessage, done: (end: PublishEnd) => void): HandedOver;
}

/** A message that was refused this often is given up: it must not stand in the way of the rest. */
const MOST_REFUSALS = 3;
/** One is on its way, and the next one waits for the line to be free. */
const MOST_HANDED = 2;

const soon = Promise.resolve();

interface Handed {
  readonly entry: Entry;
  readonly lane: Lane;
  order: HandedOver | undefined;
  /** It was taken back from the lane, and what becomes of it is settled. */
  isTaken: boolean;
}

/**
 * Carries the outbox to the broker while a lane is open: one message at a time, since acknowledgements carry no id, in
 * the order of acceptance. The next one is with the lane already, so that it goes out the moment the line is free:
 *
 *   next ─ hold, note ─▶ ready ─▶ handed over, second ─▶ first ─ acknowledged ─▶ checked off, and forgotten later
 *     ▲                                 │                  │
 *     └── first refused, session over ──┘                  └─── session over ──▶ waits for the next lane, first
 */
export class Delivery {
  readonly #outbox: Outbox;
  #lane: Lane | undefined;
  /** With a lane, the first of them on its way or about to be. */
  #handed: Handed[] = [];
  /** To be handed over next. */
  #ready: Entry | undefined;
  /** A message is being noted in the store before it is ready. */
  #noting: { readonly entry: Entry } | undefined;
  /** The store has to forget a message before another one may go. */
  #forgetting = false;
  /** Acknowledged ones of which nobody was told yet. */
  readonly #acknowledged: Entry[] = [];
  #going = false;
  #goesSoon = false;
  readonly #goNow = (): void => {
    this.#goesSoon = false;
    this.#go();
  };
  #drained: (() => void)[] = [];

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
    outbox.listen({
      onArrival: () => this.#go(),
      onEmpty: () => {
        for (const resolve of this.#drained.splice(0)) resolve();
      },
    });
  }

  /** A session is up: messages flow through `lane` until close(), or until it reports the session's end. */
  open(lane: Lane): void {
    this.close();
    this.#lane = lane;
    this.#go();
  }

  /** The session is over. The lane still reports the message under way, as interrupted. */
  close(): void {
    this.#lane = undefined;
    this.#putBack(1);
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    if (this.#outbox.size === 0) return;
    await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** Makes ready and hands over what can be. A lane may answer within the call. */
  #go(): void {
    if (this.#going) return;
    this.#going = true;
    do {
      this.#settle();
      this.#makeReady();
    } while (this.#handOverReady());
    this.#going = false;
  }

  /** Afterwards: the line is what waits now. */
  #goSoon(): void {
    if (this.#going || this.#goesSoon) return;
    this.#goesSoon = true;
    // Not queueMicrotask, which takes longer: the line waits for the return.
    void soon.then(this.#goNow);
  }

  #settle(): void {
    for (const entry of this.#acknowledged.splice(0)) void this.#outbox.delivered(entry);
  }

  #makeReady(): void {
    if (this.#lane === undefined || this.#handed.length === MOST_HANDED) return;
    if (this.#ready !== undefined || this.#noting !== undefined) return;
    const entry = this.#outbox.next();
    if (entry !== undefined) this.#note(entry);
  }

  /** Should the process die, the next one has to know that the message may have been sent. */
  #note(entry: Entry): void {
    const noted = this.#outbox.hold(entry);
    if (noted === undefined) {
      this.#ready = entry;
      return;
    }
    const noting = { entry };
    this.#noting = noting;
    void noted.then(() => {
      if (this.#noting === noting) {
        this.#noting = undefined;
        this.#ready = entry;
      } else this.#release(entry);
      this.#go();
    });
  }

  /** @returns whether there may be more to do */
  #handOverReady(): boolean {
    const [entry, lane, [first]] = [this.#ready, this.#lane, this.#handed];
    if (entry === undefined || lane === undefined || this.#forgetting) return false;
    // One that an earlier lane still has comes before it.
    if (this.#handed.length === MOST_HANDED || (first !== undefined && first.lane !== lane)) return false;
    this.#ready = undefined;
    if (!this.#outbox.expireHeld(entry)) this.#handOver(entry, lane);
    return true;
  }

  #handOver(entry: Entry, lane: Lane): void {
    const handed: Handed = { entry, lane, order: undefined, isTaken: false };
    this.#handed.push(handed);
    if (this.#handed.length === 1) this.#begins(handed);
    handed.order = lane.publish(entry.message, (end) => this.#conclude(handed, end));
  }

  /** Nothing is before it any more. */
  #begins({ entry }: Handed): void {
    if (entry.attempts.maybeSent) this.#outbox.resending(entry);
  }

  #conclude(handed: Handed, end: PublishEnd): void {
    if (handed.isTaken) return;
    const { entry } = handed;
    const { handedOver, refusals, maybeSent } = entry.attempts;
    const at = this.#handed.indexOf(handed);
    this.#handed.splice(at, 1);
    switch (end.kind) {
      case 'acknowledged':
        this.#acknowledge(entry);
        return;
      case 'impossible':
        this.#outbox.bury(entry, end.error);
        break;
      case 'refused':
        entry.attempts = { handedOver: handedOver + 1, refusals: refusals + 1, maybeSent };
        if (entry.attempts.refusals < MOST_REFUSALS) {
          // Nothing may overtake it.
          this.#putBack(at);
          this.#note(entry);
        } else this.#outbox.bury(entry, refusedError(entry.message.topic, refusals + 1, end.answer));
        break;
      case 'interrupted':
        if (end.sent) entry.attempts = { handedOver: handedOver + 1, refusals, maybeSent: true };
        this.#interrupted(handed, end.sent, at);
        break;
    }
    const [next] = this.#handed;
    if (next !== undefined && at === 0) this.#begins(next);
    this.#goSoon();
  }

  #acknowledge(entry: Entry): void {
    const [next] = this.#handed;
    if (entry.stored && !this.#outbox.checkOff(entry)) {
      // A crash must leave one message in doubt, not two: the store forgets this one before the next one goes.
      this.#take(0);
      this.#ready ??= next?.entry;
      this.#forgetting = true;
      void this.#outbox.delivered(entry).then(() => {
        this.#forgetting = false;
        this.#go();
      });
      return;
    }
    this.#acknowledged.push(entry);
    if (next !== undefined) {
      if (this.#outbox.expireHeld(next.entry)) this.#take(0);
      else this.#begins(next);
    }
    this.#goSoon();
  }

  /** The session is over, whether or not that was said yet: the next lane begins with this message. */
  #interrupted({ entry, lane }: Handed, sent: boolean, at: number): void {
    if (this.#lane === lane) this.#lane = undefined;
    this.#putBack(at);
    if (sent && entry.message.qos === 0) this.#outbox.giveUp(entry, unknownEndError(entry.message.topic));
    else this.#release(entry);
  }

  /** Whatever is not on its way waits again, in its old place. @param from the first of those with a lane that is not */
  #putBack(from: number): void {
    for (const { entry } of this.#take(from)) this.#release(entry);
    const ready = this.#ready;
    this.#ready = undefined;
    this.#noting = undefined;
    if (ready !== undefined) this.#release(ready);
  }

  /** Takes messages back that their lane has not sent. */
  #take(from: number): readonly Handed[] {
    const taken = this.#handed.splice(from);
    for (const handed of taken) {
      handed.isTaken = true;
      handed.order?.cancel();
    }
    return taken;
  }

  #release(entry: Entry): void {
    this.#outbox.release(entry, entry.attempts);
  }
}
