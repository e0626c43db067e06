import type { Clock } from '../../clock/clock.js';
import type { Receipt } from '../../outbox/receipts.js';
import type { Deed, Rig } from './deed.js';
import { Ledger } from './ledger.js';
import { Promises } from './promises.js';

/** A rig that can judge what became of messages. */
export interface SequenceRig extends Rig {
  /** The time that `until` lets pass. */
  readonly clock: Clock;
  readonly broker: {
    /** What was published on topics that begin with `up/` since it was last asked, in order. */
    readonly take: () => readonly { readonly topic: string; readonly payload: Buffer }[];
    /** How often the link has logged in; absent: a copy within one session is not noticed. */
    readonly logins?: () => number;
    /** Publishes with QoS 1 to whoever subscribed. */
    readonly publish: (topic: string, payload: string) => void;
  };
  /** What the host did on the line that no module takes, such as a command sent over another one. */
  readonly violations: () => readonly string[];
}

/** What was found wrong in a run, in plain words; nothing when all was well. */
export type Problems = readonly string[];

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const waits: Readonly<Record<string, number>> = {
  'wait 100 ms': 100,
  'wait 5 s': 5 * second,
  'wait 1 min': minute,
  'wait 10 min': 10 * minute,
};
const publishes: Readonly<Record<string, { readonly topic: string; readonly qos: 0 | 1 | 2 }>> = {
  'publish with QoS 1': { topic: 'up/one', qos: 1 },
  'publish with QoS 2': { topic: 'up/two', qos: 2 },
  // A topic of its own: it is accepted without being stored, and so may pass what is being stored.
  'publish with QoS 0': { topic: 'up/none', qos: 0 },
};
const hostCalls = ['online()', 'subscribe()', 'unsubscribe()', 'retry()', 'stop() and start()'] as const;

const PROBE = 'cmd/probe';
const USUAL_DEED_MS = second;
/** Any ladder is climbed, and any budget refilled, within it. */
const BACK_LIMIT_MS = 6 * hour;
const STOP_LIMIT_MS = 10 * minute;
/** A person who was asked for, came, and is asked for again and again. */
const MOST_CALLS = 5;

/**
 * Every step that a random sequence may have, by name, the harmless ones first: waiting, messages, calls of the host, and
 * each deed. Waits come several times, so that every third step lets time pass. An array of them is a sequence, so a
 * property is `fc.array(fc.constantFrom(...sequenceSteps(deeds)))`, and a counterexample is a list of words that can be
 * run again.
 */
export function sequenceSteps(deeds: readonly Pick<Deed, 'name'>[]): readonly string[] {
  const pauses = Object.keys(waits);
  const acts = [...Object.keys(publishes), ...hostCalls, ...deeds.map(({ name }) => name)];
  const copies = Math.ceil(acts.length / 2 / pauses.length);
  return [...Array.from({ length: copies }, () => pauses).flat(), ...acts];
}

/** Draws a sequence, for those who have no property-testing library at hand. */
export function drawSequence(
  steps: readonly string[],
  length: number,
  random: () => number,
): readonly string[] {
  return Array.from({ length }, () => steps[Math.floor(random() * steps.length)] ?? '');
}

/**
 * Starts a link, does what the steps say, makes the world healthy again and judges:
 * nothing accepted is lost; the order of a topic is kept; the link is online again, or asks for a person with a code and
 * is online after `retry()`; it then carries messages both ways; every promise settles; no command is sent over another.
 * The link has to subscribe to `cmd/#`. A refusal that the link told its sender about is no loss.
 * @throws RangeError for a step that there is not
 */
export async function runSequence(steps: readonly string[], rig: SequenceRig): Promise<Problems> {
  return await new Sequence(rig).run(steps);
}

class Sequence {
  readonly #rig: SequenceRig;
  readonly #ledger = new Ledger();
  readonly #promises = new Promises();
  readonly #problems: string[] = [];
  readonly #active = new Set<Deed>();
  readonly #received: string[] = [];
  #arrivals = 0;

  constructor(rig: SequenceRig) {
    this.#rig = rig;
  }

  async run(steps: readonly string[]): Promise<Problems> {
    const { link } = this.#rig;
    const listener = ({ payload }: { payload: Buffer }): void => void this.#received.push(payload.toString());
    link.on('message', listener);
    try {
      this.#promises.track('start()', link.start());
      for (const step of steps) await this.#take(step);
      await this.#heals();
      await this.#comesBack();
      await this.#carriesBothWays();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#problems.push(error.message);
    }
    await this.#stop();
    link.off('message', listener);
    this.#look();
    return [...this.#problems, ...this.#ledger.problems, ...this.#rig.violations()];
  }

  async #take(step: string): Promise<void> {
    const { link, deeds } = this.#rig;
    const ms = waits[step];
    const message = publishes[step];
    const deed = deeds.find(({ name }) => name === step);
    if (ms !== undefined) await this.#pass(ms);
    else if (message !== undefined) this.#publish(message.topic, message.qos);
    else if (deed !== undefined) await this.#do(deed);
    else {
      switch (step as (typeof hostCalls)[number]) {
        case 'online()':
          this.#promises.track(step, link.online(), 'may fail');
          return;
        case 'subscribe()':
          this.#promises.track(step, link.subscribe('more/#', { qos: 1 }), 'may fail');
          return;
        case 'unsubscribe()':
          this.#promises.track(step, link.unsubscribe('more/#'), 'may fail');
          return;
        case 'retry()':
          link.retry();
          return;
        case 'stop() and start()':
          await this.#stop();
          this.#promises.track('start()', link.start());
          return;
        default:
          throw new RangeError(`There is no step "${step}".`);
      }
    }
  }

  async #do(deed: Deed): Promise<void> {
    if (this.#active.has(deed)) return;
    this.#active.add(deed);
    await deed.do(this.#rig.link);
    this.#rig.clock.setTimeout(() => void this.#end(deed), deed.lastsMs ?? USUAL_DEED_MS);
  }

  async #end(deed: Deed): Promise<void> {
    if (this.#active.delete(deed)) await deed.undo?.();
  }

  /** What can be undone is undone; what passes by itself, such as five brown-outs a minute apart, is given its time. */
  async #heals(): Promise<void> {
    const longest = Math.max(0, ...[...this.#active].map(({ lastsMs }) => lastsMs ?? USUAL_DEED_MS));
    for (const deed of [...this.#active]) if (deed.undo !== undefined) await this.#end(deed);
    await this.#until('the harm is over', () => this.#active.size === 0, longest + second);
  }

  #publish(topic: string, qos: 0 | 1 | 2): void {
    const { number, payload } = this.#ledger.next(topic, qos);
    const accepted = this.#rig.link.publish(topic, payload, { qos });
    this.#promises.track(`publish() ${topic} ${number}`, accepted, 'may fail');
    accepted.then(
      (receipt: Receipt) => this.#follow(topic, number, receipt),
      () => this.#ledger.refuse(topic, number),
    );
  }

  #follow(topic: string, number: number, { delivered }: Receipt): void {
    this.#promises.track(`delivered of ${topic} ${number}`, delivered, 'may fail');
    delivered.then(
      () => {
        // What arrived before it is seen before it.
        this.#look();
        this.#ledger.settle(topic, number);
      },
      (failure: unknown) => this.#ledger.settle(topic, number, failure),
    );
  }

  /** Looks at what the broker got. */
  #look(): void {
    const { broker } = this.#rig;
    for (const message of broker.take()) {
      this.#arrivals += 1;
      this.#ledger.arrive(message, broker.logins?.() ?? this.#arrivals);
    }
  }

  /** A message is looked at in the session in which it arrives. */
  #looked(condition: boolean): boolean {
    this.#look();
    return condition;
  }

  async #pass(ms: number): Promise<void> {
    let isOver = false;
    this.#rig.clock.setTimeout(() => (isOver = true), ms);
    await this.#rig.until(() => this.#looked(isOver), ms + second);
  }

  /** The world is healthy: online by itself, or a person is asked for, for a reason, and it is enough that one came. */
  async #comesBack(): Promise<void> {
    const { link } = this.#rig;
    const isAsking = (): boolean => link.status().status === 'needs-attention';
    for (let calls = 0; calls <= MOST_CALLS; calls += 1) {
      await this.#until(
        'online again, everything delivered',
        () => this.#isWell || isAsking(),
        BACK_LIMIT_MS,
      );
      if (this.#isWell) return;
      if (link.status().cause === undefined) throw new Failure('a person is asked for without a reason');
      link.retry();
      await this.#until('retry() is heeded', () => !isAsking(), minute);
    }
    throw new Failure(`a person is asked for again and again (${link.status().cause?.code ?? ''})`);
  }

  get #isWell(): boolean {
    return (
      this.#rig.link.status().status === 'online' &&
      this.#ledger.open === 0 &&
      this.#promises.pending().length === 0
    );
  }

  async #carriesBothWays(): Promise<void> {
    const { broker } = this.#rig;
    const givenUp = this.#ledger.givenUp;
    this.#publish('up/last', 1);
    await this.#comesBack();
    if (this.#ledger.givenUp > givenUp) throw new Failure('online, and messages are refused');
    // A loss that began before may come to light only now: then it is sent once more, as its sender would.
    for (let tries = 0; tries < 3 && this.#received.length === 0; tries += 1) {
      broker.publish(PROBE, 'is anybody there');
      await this.#pass(minute);
      await this.#comesBack();
    }
    if (this.#received.length === 0) throw new Failure('online, and nothing is received');
  }

  async #stop(): Promise<void> {
    const { link } = this.#rig;
    let isStopped = false;
    const stopping = link.stop().then(() => (isStopped = true));
    this.#promises.track('stop()', stopping);
    try {
      await this.#until('stopped', () => isStopped, STOP_LIMIT_MS);
      await this.#until('every promise settled', () => this.#promises.pending().length === 0, second);
      this.#promises.check();
    } catch (error) {
      this.#problems.push(error instanceof Error ? error.message : String(error));
    }
  }

  async #until(what: string, condition: () => boolean, limitMs: number): Promise<void> {
    try {
      await this.#rig.until(() => this.#looked(condition()), limitMs);
    } catch {
      const { status, path, cause } = this.#rig.link.status();
      const waiting = this.#promises.pending().slice(0, 5).join(', ') || 'nothing';
      throw new Failure(
        `not so within ${limitMs / second} s: ${what}. It is ${status} in ${path} (${cause?.code ?? 'no cause'}); waiting: ${waiting}; ${this.#ledger.open} messages on their way`,
      );
    }
  }
}

/** Something that a link must not do. */
class Failure extends Error {}
