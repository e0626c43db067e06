import type { NoticeEvent } from '../../machines/index.js';
import type { Commands } from '../air/commands/index.js';
import { publishCommand } from '../air/message.js';
import { explainRefusal } from '../air/module-errors.js';
import type { Timings } from '../air/timings.js';
import type { AtChannel, Cancellable } from '../at/channel.js';
import type { AtCommand, AtResult } from '../at/command.js';
import type { LinkConfig } from '../config/schema.js';
import { LinkError } from '../errors/link-error.js';
import type { Delivery, Lane, PublishEnd } from '../outbox/delivery.js';
import type { OutgoingMessage } from '../outbox/message.js';
import type { ModuleInfo } from './module-info.js';
import type { Subscriptions } from './subscriptions.js';

export interface TrafficParts {
  readonly channel: AtChannel;
  readonly commands: Commands;
  readonly timings: Timings;
  readonly config: LinkConfig;
  readonly delivery: Delivery;
  readonly subscriptions: Subscriptions;
  readonly module: () => ModuleInfo;
  readonly notice: (event: NoticeEvent) => void;
  /** So many messages were overwritten in the module's cache before they could be read. */
  readonly lost: (count: number) => void;
}

/**
 * What flows while a session is up: publishes, subscriptions that come and go, reading the message cache. All of it
 * through the one channel, so that never two acknowledgements are outstanding: they carry no id. An acknowledgement
 * that stays out costs the session, or it could be taken for the next one's.
 */
export class Traffic implements Lane {
  readonly #parts: TrafficParts;
  #open = false;
  #serving = false;
  #reading = false;
  #cached = false;
  /** Messages that the module announced as cached, and those that were read, since both were last equal. */
  #announced = 0;
  #read = 0;
  readonly #running = new Set<Cancellable>();

  constructor(parts: TrafficParts) {
    this.#parts = parts;
  }

  open(): void {
    this.#open = true;
    if (this.#cached) this.readCache();
    this.serve();
    this.#parts.delivery.open(this);
  }

  /** The session is over: what has not been sent stays unsent, what waits for its acknowledgement is interrupted. */
  close(): void {
    this.#open = false;
    this.#parts.delivery.close();
    for (const running of [...this.#running]) running.cancel();
    this.#running.clear();
  }

  publish(message: OutgoingMessage, done: (end: PublishEnd) => void): Cancellable {
    const { config, timings, module } = this.#parts;
    let command: AtCommand<unknown>;
    try {
      command = publishCommand(module().profile, message, timings, config.receive.encoding);
    } catch (error) {
      done({ kind: 'impossible', error: asLinkError(error) });
      return nothingToCancel;
    }
    return this.#run(command, {}, (result) => {
      switch (result.kind) {
        case 'done':
          done({ kind: 'acknowledged' });
          return;
        case 'cancelled':
          done({ kind: 'interrupted', sent: result.sent });
          return;
        case 'unanswered':
          // Without the prompt the message itself never left.
          done({ kind: 'interrupted', sent: result.stage !== 'prompt' });
          this.#parts.notice({ type: 'UNACKNOWLEDGED', cause: 'PUBLISH_FAILED' });
          return;
        case 'refused':
          this.#askWhy(explainRefusal(result.line), result.stage === 'outcome', done);
          return;
      }
    });
  }

  /** Subscribes and unsubscribes what came up since the session began. */
  serve(): void {
    if (!this.#open || this.#serving) return;
    const { subscriptions, commands, notice } = this.#parts;
    const gone = subscriptions.nextUnwanted();
    const wanted = gone === undefined ? subscriptions.next() : undefined;
    const topic = gone?.topic ?? wanted?.topic;
    if (topic === undefined) return;
    this.#serving = true;
    const command =
      wanted === undefined ? commands.unsubscribe(topic) : commands.subscribe(topic, wanted.qos);
    this.#run(command, { front: true }, (result) => {
      this.#serving = false;
      switch (result.kind) {
        case 'cancelled':
          return;
        case 'unanswered':
          notice({ type: 'UNACKNOWLEDGED', cause: 'SUBSCRIBE_FAILED' });
          return;
        case 'refused':
          if (gone !== undefined) subscriptions.unsubscribed(gone, explainRefusal(result.line));
          else if (wanted !== undefined && !subscriptions.refuse(wanted, explainRefusal(result.line))) {
            notice({ type: 'UNACKNOWLEDGED', cause: 'SUBSCRIBE_FAILED' });
            return;
          }
          break;
        case 'done':
          if (gone !== undefined) subscriptions.unsubscribed(gone);
          else if (wanted !== undefined) subscriptions.acknowledge(wanted);
          break;
      }
      this.serve();
    });
  }

  /** The module announced a message in its cache: four slots, so it is read at once, or as soon as the session is up. */
  announced(): void {
    this.#announced += 1;
    this.readCache();
  }

  /** A message came; while the cache is read it is one of those announced. */
  received(): void {
    if (this.#reading) this.#read += 1;
  }

  /** @param place once more at the back: a module that always has more must not keep a message from going out */
  readCache(place: { readonly front?: boolean } = { front: true }): void {
    this.#cached = true;
    if (!this.#open || this.#reading) return;
    this.#reading = true;
    this.#cached = false;
    this.#run(this.#parts.commands.readCached(), place, () => {
      this.#reading = false;
      // A notice that came during the reading may mean a message that the reading missed.
      if (this.#cached) this.readCache({});
      else this.#settleCache();
    });
  }

  /** Every announced message should have been read by now; the notice names a slot and never says "overwritten". */
  #settleCache(): void {
    const lost = this.#announced - this.#read;
    this.#announced = 0;
    this.#read = 0;
    if (lost > 0) this.#parts.lost(lost);
  }

  /** A refusal has two meanings: no to this message, or no session any more. The module is asked which. */
  #askWhy(answer: string, sent: boolean, done: (end: PublishEnd) => void): void {
    this.#run(this.#parts.commands.sessionState(), { front: true }, (result) => {
      if (result.kind === 'done' && result.answer !== 'online') {
        done({ kind: 'interrupted', sent });
        this.#parts.notice({ type: 'UNACKNOWLEDGED', cause: 'SESSION_LOST' });
      } else if (result.kind === 'done' || result.kind === 'refused') done({ kind: 'refused', answer });
      else {
        done({ kind: 'interrupted', sent });
        if (result.kind === 'unanswered')
          this.#parts.notice({ type: 'UNACKNOWLEDGED', cause: 'SESSION_LOST' });
      }
    });
  }

  /** @param place at the front of those that wait, unless it is a message: the next message waits there all the time */
  #run<A>(
    command: AtCommand<A>,
    place: { readonly front?: boolean },
    done: (result: AtResult<A>) => void,
  ): Cancellable {
    if (!this.#open) {
      done({ kind: 'cancelled', sent: false });
      return nothingToCancel;
    }
    const entry = { cancel: (): void => undefined };
    this.#running.add(entry);
    const running = this.#parts.channel.run(
      command,
      (result) => {
        this.#running.delete(entry);
        done(result);
      },
      place,
    );
    entry.cancel = () => running.cancel();
    return running;
  }
}

const nothingToCancel: Cancellable = { cancel: () => undefined };

function asLinkError(error: unknown): LinkError {
  return error instanceof LinkError
    ? error
    : new LinkError('INTERNAL', 'A message could not be encoded.', { cause: error });
}
