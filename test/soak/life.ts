import { seededRandom } from '../../src/simulator/entropy.js';
import type { ProfileName } from '../../src/simulator/profiles.js';
import type { Violation } from '../../src/simulator/transcript.js';
import { faults, type Fault, type Rates } from './faults.js';
import { Ledger } from '../../src/testing/model/ledger.js';
import { ATTACHES_PER_HOUR, World } from './world.js';

export interface LifeOptions {
  readonly seed: number;
  readonly ms: number;
  readonly rates: Rates;
  /** Absent: the documented default of 30 s. */
  readonly heartbeatMs?: number;
  /** Collects garbage, so that the heap can be measured. */
  readonly collectGarbage?: () => void;
}

/** What a life came to. */
export interface LifeReport {
  readonly seed: number;
  readonly profile: ProfileName;
  readonly days: number;
  readonly strikes: Readonly<Record<string, number>>;
  readonly events: number;
  readonly recoveries: number;
  readonly accepted: number;
  readonly copies: number;
  readonly givenUp: number;
  readonly attaches: number;
  /** Bare `AT` sent to a module that was still late with its answer to the one before. */
  readonly probes: number;
  /** Most attaches of our making in any hour. */
  readonly attachesInAnHour: number;
  /** Most timers that the supervisor had armed. */
  readonly timers: number;
  /** The share of the time in which the link was online. */
  readonly online: number;
  /** The longest way back to online once nothing stood against it, milliseconds. */
  readonly longestRecoveryMs: number;
  /** Megabytes of heap after the first tenth of the life, and at its end; undefined without a garbage collector. */
  readonly heap: readonly [early: number, late: number] | undefined;
  readonly problems: readonly string[];
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A supervisor needs a handful; what grows shows here long before it shows in memory. */
const MOST_TIMERS = 20;
/** A healthy world has its link back within this, the radio budget of an hour spent included. */
const LONGEST_RECOVERY_MS = 2 * hour;
/** Nothing may collect over a life but a bounded transcript. */
const MOST_HEAP_GROWTH = 20;
/** After so many problems the life is over: the first ones tell the story. */
const MOST_PROBLEMS = 5;

const topics = ['up/energy', 'up/state', 'up/alarm'];
/** QoS 0 has a topic of its own: it is accepted without being stored, and so may pass what is being stored. */
const unconfirmed = 'up/beat';
const profiles: readonly ProfileName[] = ['air724', 'air780e', 'air780ep', 'air780el'];

/** Lives through the life of one modem, and looks after every event whether everything is as it must be. */
export async function live(options: LifeOptions): Promise<LifeReport> {
  return await new Life(options).run();
}

class Life {
  readonly #options: LifeOptions;
  readonly #profile: ProfileName;
  readonly #world: World;
  readonly #ledger = new Ledger();
  readonly #problems: string[] = [];
  readonly #active = new Set<Fault>();
  readonly #strikes: Record<string, number> = {};
  readonly #unsettled = new Set<string>();
  #calmSince = 0;
  #offlineSince: number | undefined;
  #offlineMs = 0;
  #longestRecoveryMs = 0;
  #timers = 0;
  #events = 0;
  #attachesInAnHour = 0;
  #striking = true;
  #violations = 0;
  #probes = 0;

  constructor(options: LifeOptions) {
    this.#options = options;
    const random = seededRandom(options.seed * 7_919);
    // The first draws of neighbouring seeds lie close together.
    for (let skipped = 0; skipped < 10; skipped++) random();
    this.#profile = profiles[Math.floor(random() * profiles.length)] ?? 'air724';
    const { heartbeatMs } = options;
    this.#world = new World({
      profile: this.#profile,
      random,
      ...(heartbeatMs !== undefined && { heartbeatMs }),
    });
  }

  async run(): Promise<LifeReport> {
    const { ms, seed } = this.#options;
    const { clock, supervisor } = this.#world;
    const heaps: number[] = [];
    await this.#world.begin();
    this.#watch();
    this.#planFault();
    this.#planPublish();
    this.#planHour();
    await this.#passUntil(0.1 * ms);
    heaps.push(this.#heap());
    await this.#passUntil(ms);
    this.#striking = false;
    for (const fault of [...this.#active]) this.#finish(fault);
    await this.#heal();
    heaps.push(this.#heap());
    this.#checkHeap(heaps);
    const recoveries = supervisor.status().recoveries;
    const livedMs = clock.now();
    await this.#stop();
    return {
      seed,
      profile: this.#profile,
      days: ms / day,
      strikes: this.#strikes,
      events: this.#events,
      recoveries,
      accepted: this.#ledger.accepted,
      copies: this.#ledger.copies,
      givenUp: this.#ledger.givenUp,
      attaches: this.#world.attaches.length,
      probes: this.#probes,
      attachesInAnHour: this.#attachesInAnHour,
      timers: this.#timers,
      online: 1 - this.#offlineMs / livedMs,
      longestRecoveryMs: this.#longestRecoveryMs,
      heap: this.#options.collectGarbage === undefined ? undefined : [heaps[0] ?? 0, heaps[1] ?? 0],
      problems: [...this.#problems, ...this.#ledger.problems],
    };
  }

  /** Lets time pass, and looks at everything after every event. */
  async #passUntil(end: number): Promise<void> {
    const { clock } = this.#world;
    // No timer holds more than 24 days.
    while (clock.now() < end && !this.#failed) {
      let over = false;
      clock.setTimeout(() => (over = true), Math.min(end - clock.now(), day));
      await clock.advanceUntil(() => {
        this.#check();
        return over || this.#failed;
      }, 2 * day);
    }
  }

  get #failed(): boolean {
    return this.#problems.length + this.#ledger.problems.length >= MOST_PROBLEMS;
  }

  #check(): void {
    const { modem, network, supervisorClock, sessions } = this.#world;
    this.#events += 1;
    for (; this.#violations < modem.violations.length; this.#violations++) {
      const violation = modem.violations[this.#violations];
      if (violation === undefined) continue;
      if (isProbe(violation)) this.#probes += 1;
      else this.#problem(`${violation.rule}: ${violation.text}`);
    }
    const { published } = network.broker;
    for (const message of published)
      if (message.topic.startsWith('up/')) this.#ledger.arrive(message, sessions);
    published.length = 0;
    if (supervisorClock.armed > this.#timers) {
      this.#timers = supervisorClock.armed;
      if (this.#timers > MOST_TIMERS) this.#problem(`the supervisor has ${this.#timers} timers armed`);
    }
  }

  #problem(what: string): void {
    const { clock, supervisor } = this.#world;
    if (this.#failed) return;
    const at = new Date(clock.wallTime()).toISOString();
    this.#problems.push(`${at} (${Math.round(clock.now())} ms, ${supervisor.status().path}): ${what}`);
  }

  #watch(): void {
    const { supervisor, clock } = this.#world;
    supervisor.on('state', ({ status }) => {
      if (status === 'online') {
        if (this.#offlineSince === undefined) return;
        this.#offlineMs += clock.now() - this.#offlineSince;
        if (this.#calm) this.#noteRecovery(clock.now());
        this.#offlineSince = undefined;
      } else this.#offlineSince ??= clock.now();
    });
  }

  get #calm(): boolean {
    return this.#active.size === 0;
  }

  #noteRecovery(now: number): void {
    const since = Math.max(this.#offlineSince ?? now, this.#calmSince);
    this.#longestRecoveryMs = Math.max(this.#longestRecoveryMs, now - since);
  }

  /** Strikes one after the other, at random. */
  #planFault(): void {
    const { rates } = this.#options;
    const { clock, random } = this.#world;
    clock.setTimeout(
      () => {
        if (!this.#striking) return;
        this.#strike(this.#drawFault());
        this.#planFault();
      },
      -Math.log(1 - random()) * rates.meanGapMs,
    );
  }

  #drawFault(): Fault {
    const { rates } = this.#options;
    let left = this.#world.random() * faults.reduce((sum, fault) => sum + rates.weight(fault), 0);
    for (const fault of faults) {
      left -= rates.weight(fault);
      if (left < 0) return fault;
    }
    return this.#world.pick(faults);
  }

  #strike(fault: Fault): void {
    const { clock, random } = this.#world;
    if (this.#active.has(fault)) return;
    this.#strikes[fault.name] = (this.#strikes[fault.name] ?? 0) + 1;
    fault.strike(this.#world);
    this.#calmSince = clock.now();
    if (fault.lasts === undefined) return;
    this.#active.add(fault);
    const [shortest, longest] = fault.lasts;
    const most = Math.max(shortest, Math.min(longest, this.#options.rates.longestMs));
    clock.setTimeout(() => this.#finish(fault), shortest * (most / shortest) ** random());
  }

  #finish(fault: Fault): void {
    if (!this.#active.delete(fault)) return;
    fault.end?.(this.#world);
    this.#calmSince = this.#world.clock.now();
  }

  /** A meter that reports now and then, and sometimes in a burst. */
  #planPublish(): void {
    const { clock, random } = this.#world;
    clock.setTimeout(
      () => {
        if (!this.#striking) return;
        const count = random() < 0.05 ? 5 : 1;
        for (let index = 0; index < count; index++) this.#publish();
        this.#planPublish();
      },
      2 * random() * this.#options.rates.publishEveryMs,
    );
  }

  #publish(): void {
    const { supervisor, random } = this.#world;
    const qos = random() < 0.2 ? 0 : random() < 0.7 ? 1 : 2;
    const topic = qos === 0 ? unconfirmed : this.#world.pick(topics);
    const { number, payload } = this.#ledger.next(topic, qos);
    this.#await(
      `the acceptance of ${topic} ${number}`,
      supervisor.publish(topic, payload, { qos }),
      (receipt) =>
        receipt.delivered.then(
          () => this.#ledger.settle(topic, number),
          (failure: unknown) => this.#ledger.settle(topic, number, failure),
        ),
    );
  }

  /** Things that happen every hour: something arrives, somebody waits for the link, subscriptions come and go. */
  #planHour(): void {
    const { clock, network, supervisor, random } = this.#world;
    clock.setTimeout(() => {
      if (!this.#striking) return;
      this.#checkHour();
      network.broker.publish('cmd/read', 'now', { qos: 1 });
      this.#await('online()', supervisor.online());
      if (random() < 0.05) this.#await('subscribe()', supervisor.subscribe('extra/#', { qos: 1 }));
      if (random() < 0.05) this.#await('unsubscribe()', supervisor.unsubscribe('extra/#'));
      this.#world.forgetHistory();
      this.#planHour();
    }, hour);
  }

  #checkHour(): void {
    const { clock, supervisor } = this.#world;
    this.#countAttaches();
    if (this.#calm && this.#offlineSince !== undefined) {
      const since = Math.max(this.#offlineSince, this.#calmSince);
      if (clock.now() - since > LONGEST_RECOVERY_MS) {
        const { cause } = supervisor.status();
        this.#problem(
          `offline for ${Math.round((clock.now() - since) / minute)} min with nothing against it (${cause?.code ?? ''})`,
        );
        this.#calmSince = clock.now();
      }
    }
  }

  /** In any hour at most the burst and what was refilled meanwhile. */
  #countAttaches(): void {
    const { attaches, clock } = this.#world;
    const recent = attaches.filter((at) => at > clock.now() - 2 * hour);
    for (const first of recent) {
      const count = recent.filter((at) => at >= first && at < first + hour).length;
      if (count > this.#attachesInAnHour) {
        this.#attachesInAnHour = count;
        if (count > 2 * ATTACHES_PER_HOUR) this.#problem(`${count} radio attaches within an hour`);
      }
    }
  }

  #await<T>(what: string, promise: Promise<T>, then?: (value: T) => Promise<void>): void {
    const key = `${what} (${this.#events})`;
    this.#unsettled.add(key);
    void promise
      .then(then)
      .catch(() => undefined)
      .then(() => this.#unsettled.delete(key));
  }

  /** Nothing stands against the link any more: it must come back and deliver everything. */
  async #heal(): Promise<void> {
    const { clock, supervisor } = this.#world;
    this.#calmSince = clock.now();
    const limit = clock.now() + LONGEST_RECOVERY_MS;
    const healed = (): boolean => supervisor.status().status === 'online' && this.#ledger.open === 0;
    while (!healed() && clock.now() < limit && !this.#failed) await this.#passUntil(clock.now() + minute);
    this.#countAttaches();
    if (!healed() && !this.#failed) this.#problem(`at the end ${this.#ledger.open} messages still wait`);
  }

  async #stop(): Promise<void> {
    const { clock, supervisor, supervisorClock } = this.#world;
    const stopping = supervisor.stop();
    await clock.advance(minute);
    await stopping;
    for (const what of [...this.#unsettled].slice(0, MOST_PROBLEMS))
      this.#problem(`${what} was never settled`);
    if (supervisorClock.armed > 0) this.#problem(`${supervisorClock.armed} timers are left behind`);
  }

  #heap(): number {
    const { collectGarbage } = this.#options;
    if (collectGarbage === undefined) return 0;
    collectGarbage();
    return process.memoryUsage().heapUsed / 1e6;
  }

  #checkHeap([early = 0, late = 0]: readonly number[]): void {
    if (late - early > MOST_HEAP_GROWTH) {
      this.#problem(`the heap grew from ${early.toFixed(1)} to ${late.toFixed(1)} MB`);
    }
  }
}

/**
 * Out of step, the module is asked with a bare `AT` every second; one that is later than that loses it, which is what
 * that command is for (bring-up guide: "repeat until OK"). Nothing else may ever go out over a command.
 */
function isProbe({ rule, text }: Violation): boolean {
  return rule === 'command-while-busy' && text === 'AT';
}
