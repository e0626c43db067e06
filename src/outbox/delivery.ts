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

/** Hands a message over that was made ready before. Calls back exactly once. */
export type Send = (done: (end: PublishEnd) => void) => void;

/** The way to the broker while a session is up. */
export interface Lane {
  /** Makes a message ready, so that it can go out the moment the line is free. */
  prepare(message: OutgoingMessage): Send;
}

/** A message that was refused this often is given up: it must not stand in the way of the rest. */
const MOST_REFUSALS = 3;

/**
 * Carries the outbox to the broker while a lane is open: one message at a time, since acknowledgements carry no id, in
 * the order of acceptance. While one is on its way the next is made ready:
 *
 *   next ─ hold, prepare ─▶ ready ─ line free ─▶ under way ─ acknowledged ─▶ forgotten, then the line is free
 *                                                    └──── session over ──▶ waits for the next lane, first
 */
export class Delivery {
  readonly #outbox: Outbox;
  #lane: Lane | undefined;
  /** Counts lanes: what was begun for one that is gone is put back. */
  #round = 0;
  #underWay: Entry | undefined;
  /** Acknowledged ones of which nobody was told yet. */
  readonly #acknowledged: Entry[] = [];
  #ready: { readonly entry: Entry; readonly send: Send } | undefined;
  /** A message is being noted in the store before it is ready. */
  #noting = false;
  #going = false;
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
    this.#round += 1;
    this.#lane = undefined;
    const ready = this.#ready;
    this.#ready = undefined;
    if (ready !== undefined) this.#outbox.release(ready.entry, ready.entry.attempts);
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
    do this.#makeReady();
    while (this.#handOverReady());
    this.#going = false;
  }

  #makeReady(): void {
    if (this.#lane === undefined || this.#ready !== undefined || this.#noting) return;
    const entry = this.#outbox.next();
    if (entry === undefined) return;
    const send = this.#lane.prepare(entry.message);
    const noted = this.#outbox.hold(entry);
    if (noted === undefined) {
      this.#ready = { entry, send };
      return;
    }
    const round = this.#round;
    this.#noting = true;
    void noted.then(() => {
      this.#noting = false;
      if (this.#round === round) this.#ready = { entry, send };
      else this.#outbox.release(entry, entry.attempts);
      this.#go();
    });
  }

  /** @returns whether there may be more to do */
  #handOverReady(): boolean {
    const ready = this.#ready;
    if (ready === undefined || this.#underWay !== undefined) return false;
    this.#ready = undefined;
    if (!this.#outbox.expireHeld(ready.entry)) this.#handOver(ready.entry, ready.send);
    return true;
  }

  #handOver(entry: Entry, send: Send): void {
    const lane = this.#lane;
    this.#underWay = entry;
    if (entry.attempts.maybeSent) this.#outbox.resending(entry);
    send((end) => this.#conclude(entry, end, lane));
  }

  #conclude(entry: Entry, end: PublishEnd, lane: Lane | undefined): void {
    const { handedOver, refusals, maybeSent } = entry.attempts;
    switch (end.kind) {
      case 'acknowledged':
        if (entry.stored) {
          // Forgotten before the next one goes: a crash must leave one message in doubt, not two.
          void this.#outbox.delivered(entry).then(() => this.#free());
          return;
        }
        // Of those in memory a crash leaves none, so the line gets the next one first.
        this.#acknowledged.push(entry);
        this.#free();
        this.#settle();
        return;
      case 'impossible':
        this.#outbox.bury(entry, end.error);
        this.#free();
        return;
      case 'refused':
        entry.attempts = { handedOver: handedOver + 1, refusals: refusals + 1, maybeSent };
        if (entry.attempts.refusals < MOST_REFUSALS) {
          this.#again(entry);
          return;
        }
        this.#outbox.bury(entry, refusedError(entry.message.topic, entry.attempts.refusals, end.answer));
        this.#free();
        return;
      case 'interrupted':
        if (end.sent) entry.attempts = { handedOver: handedOver + 1, refusals, maybeSent: true };
        this.#interrupted(entry, end.sent, lane);
        return;
    }
  }

  /** In the order of acknowledgement, though the next one may have been acknowledged while it was handed over. */
  #settle(): void {
    for (let entry = this.#acknowledged.shift(); entry; entry = this.#acknowledged.shift())
      void this.#outbox.delivered(entry);
  }

  /** The session is over, whether or not that was said yet: the next lane begins with this message. */
  #interrupted(entry: Entry, sent: boolean, lane: Lane | undefined): void {
    const next = this.#lane === lane ? undefined : this.#lane;
    this.close();
    this.#lane = next;
    if (sent && entry.message.qos === 0) {
      this.#outbox.giveUp(entry, unknownEndError(entry.message.topic));
    } else this.#outbox.release(entry, entry.attempts);
    this.#free();
  }

  /** Hands the same message over again: nothing may overtake it. */
  #again(entry: Entry): void {
    const lane = this.#lane;
    const noted = this.#outbox.hold(entry) ?? Promise.resolve();
    void noted.then(() => {
      if (lane !== undefined && this.#lane === lane) this.#handOver(entry, lane.prepare(entry.message));
      else this.#interrupted(entry, false, lane);
    });
  }

  #free(): void {
    this.#underWay = undefined;
    this.#go();
  }
}
