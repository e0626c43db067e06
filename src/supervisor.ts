import { join } from 'node:path';
import type { SupervisorInput } from '../machines/index.js';
import { unlessAborted } from './abort.js';
import { boardDrivers, restLevels } from './actors/drivers.js';
import { unshown, type ControlLines, type LinkHost } from './actors/host.js';
import { settingsOf } from './actors/settings.js';
import { checkSendable } from './actors/preflight.js';
import { Subscriptions } from './actors/subscriptions.js';
import { checkFilter } from './air/topic.js';
import type { Clock, TimerHandle } from './clock/clock.js';
import { systemClock } from './clock/system.js';
import { parseOptions, type LinkConfig, type LinkOptions } from './config/schema.js';
import { LinkError } from './errors/link-error.js';
import { Emitter } from './events.js';
import type { InboundMessage } from './inbound/message.js';
import { Inbox } from './inbound/inbox.js';
import type { MessageStream, StreamOptions } from './inbound/message-stream.js';
import type { Observer } from './observer.js';
import { Observing } from './observing.js';
import { LiveView } from './live-view.js';
import { Milestones } from './milestones.js';
import { createOutbox } from './outbox/create.js';
import type { DeadLetters } from './outbox/dead-letters.js';
import { Delivery } from './outbox/delivery.js';
import type { Outbox } from './outbox/outbox.js';
import type { Receipt } from './outbox/receipts.js';
import type { Store } from './outbox/store.js';
import type { StatusReport } from './status.js';
import { PinMemory } from './pin-memory.js';
import { RadioBudget } from './radio-budget.js';
import { RunningChart, type LinkActor } from './running-chart.js';
import { Standing, type StateEvent } from './standing.js';
import { checkQos, outgoingMessage, payloadLimit, type PublishOptions } from './publishing.js';
import { readCredentials } from './tls/credentials.js';
import { HealthTopic } from './telemetry/health-topic.js';
import { createLogger, logFor, type Logger } from './telemetry/logger.js';
import { Monitoring } from './telemetry/monitoring.js';
import { linesAtRest } from './transport/lines-at-rest.js';
import { portTransport } from './transport/port-transport.js';
import type { TransportFactory } from './transport/transport.js';

export type { StateEvent } from './standing.js';

/** What `on()` listens for, and what comes with it. */
export interface SupervisorEvents {
  message: InboundMessage;
  state: StateEvent;
}

/** What a program may replace, in tests above all. */
export interface SupervisorParts {
  readonly clock?: Clock;
  /** Entropy for the backoff, 0..1. */
  readonly random?: () => number;
  /** The line to the modem, instead of the one that `port` names. */
  readonly openTransport?: TransportFactory;
  /** Where the outbox keeps its records, instead of `outbox.directory`. */
  readonly outboxStore?: Store;
  readonly logger?: Logger;
}

/**
 * Makes a supervisor for one modem. Nothing is opened before `start()`.
 * @throws LinkError CONFIG_INVALID; TLS_SETUP_FAILED for certificates that cannot be used
 */
export function createSupervisor(options: LinkOptions, parts: SupervisorParts = {}): Supervisor {
  return new Supervisor(parseOptions(options), parts);
}

/** Keeps one modem's MQTT session up, and carries messages over it. */
export class Supervisor {
  readonly #config: LinkConfig;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #chart: RunningChart;
  readonly #standing: Standing;
  readonly #milestones = new Milestones();
  readonly #radio: RadioBudget;
  readonly #pin: PinMemory;
  readonly #log: Logger;
  readonly #chartLog: Logger;
  readonly #openTransport: TransportFactory;
  readonly #emitter: Emitter<SupervisorEvents>;
  readonly #observing: Observing;
  readonly #view: LiveView;
  readonly #monitoring: Monitoring | undefined;
  readonly #health: HealthTopic | undefined;
  readonly #outbox: Outbox;
  readonly #delivery: Delivery;
  readonly #subscriptions: Subscriptions;
  readonly #inbox: Inbox;
  #port: ControlLines | undefined;
  #link: { serveSubscriptions(): void } | undefined;

  #wanted = false;
  #stopped = false;

  /** Use `createSupervisor`. */
  constructor(config: LinkConfig, parts: SupervisorParts) {
    this.#config = config;
    this.#clock = parts.clock ?? systemClock;
    checkSendable(config);
    // Files that cannot be used are told before a port is opened.
    if (config.broker.tls !== undefined) readCredentials(config.broker.tls, this.#clock.wallTime());
    this.#random = parts.random ?? Math.random;
    this.#log = parts.logger ?? createLogger({ level: config.log.level });
    this.#chartLog = logFor(this.#log, 'chart');
    this.#openTransport = linesAtRest(
      parts.openTransport ?? portTransport(config.port, this.#clock),
      restLevels(config),
    );
    this.#standing = new Standing(this.#clock);
    this.#chart = new RunningChart({
      clock: this.#clock,
      input: (ended) => this.#input(ended),
      onSnapshot: (snapshot) => {
        this.#radio.spent(snapshot.context.ladder.radioTokens);
        this.#pin.is(snapshot.context.pin === 'refused');
        const change = this.#standing.reached(snapshot);
        if (change !== undefined) this.#tell(change);
      },
      onChart: (actor) => {
        this.#observing.chart(actor);
        if (actor === undefined) {
          this.#link = undefined;
          this.#radio.stop();
        }
      },
      onDefect: (fault) => {
        this.#log.error({ err: fault }, 'the chart failed; starting afresh');
        this.#tell(this.#standing.ended(this.#wanted ? 'recovering' : 'stopped'));
      },
      isWanted: () => this.#wanted,
    });
    this.#emitter = new Emitter((fault) => {
      this.#log.error({ err: fault }, 'a listener of the host program threw');
    });
    this.#observing = new Observing({
      clock: this.#clock,
      facts: () => this.#standing.facts(),
      outbox: () => this.#outbox.report(),
      onFault: (fault) => this.#log.error({ err: fault }, 'an observer threw and is taken off'),
    });
    this.#view = new LiveView({
      clock: this.#clock,
      log: logFor(this.#log, 'inspector'),
      observe: (observer) => this.observe(observer),
      retry: () => this.retry(),
    });
    this.#outbox = createOutbox(config.outbox, {
      store: parts.outboxStore,
      clock: this.#clock,
      log: logFor(this.#log, 'outbox'),
      onAccepted: (message) => this.#observing.accepted(message),
      onSettled: ({ payloadBytes, qos }, error) => this.#observing.settled(payloadBytes, qos, error),
    });
    this.#inbox = new Inbox({
      emit: (message) => this.#emitter.emit('message', message),
      hasListener: () => this.#emitter.has('message'),
      onDropped: () => {
        if (this.#inbox.report().dropped === 1)
          this.#log.warn('messages arrive that nobody takes; they are dropped');
      },
    });
    this.#delivery = new Delivery(this.#outbox);
    // Beside the outbox; where that is kept elsewhere, nothing is written to a directory that nobody chose.
    const remembers = config.outbox.store === 'disk' && parts.outboxStore === undefined;
    const remembered = (name: string): string | undefined =>
      remembers ? join(config.outbox.directory, name) : undefined;
    this.#pin = new PinMemory({ pin: config.sim.pin, log: this.#chartLog, file: remembered('sim-pin.json') });
    this.#radio = new RadioBudget({
      perHour: config.recovery.radioAttachesPerHour,
      clock: this.#clock,
      log: this.#chartLog,
      file: remembered('radio-budget.json'),
    });
    this.#subscriptions = new Subscriptions(config.subscriptions, config.broker.clean);
    const { metrics, health, broker } = config;
    const log = logFor(this.#log, 'metrics');
    this.#monitoring = metrics && new Monitoring(this, metrics, this.#clock, log);
    this.#health =
      health && new HealthTopic(this, { ...health, keepalive: broker.keepalive }, this.#clock, log);
  }

  /**
   * The live view, while `inspect` is set and the link runs. Whoever has `operatorUrl` may act: keep it out of logs.
   */
  get inspector(): { readonly url: string; readonly operatorUrl: string } | undefined {
    return this.#view.inspector;
  }

  /** The XState actor, for inspection only; undefined before the first start. */
  get actor(): LinkActor | undefined {
    return this.#chart.actor;
  }

  /** Listens for messages and state changes. A listener that throws is logged and harms nothing. */
  on<Name extends keyof SupervisorEvents>(
    name: Name,
    listener: (event: SupervisorEvents[Name]) => void,
  ): this {
    this.#emitter.on(name, listener);
    if (name === 'message') this.#inbox.listenerAdded();
    return this;
  }

  /** Takes a listener off again. */
  off<Name extends keyof SupervisorEvents>(
    name: Name,
    listener: (event: SupervisorEvents[Name]) => void,
  ): this {
    this.#emitter.off(name, listener);
    return this;
  }

  /**
   * Shows what happens to one who looks: the chart edge by edge, masked wire lines, counts of messages. An observer that
   * throws is logged, taken off, and harms nothing.
   * @returns takes the observer off again
   */
  observe(observer: Observer): () => void {
    return this.#observing.add(observer);
  }

  /**
   * Begins the supervision, or takes it up again where a person was needed. Resolves once it runs; never rejects for a
   * fault that can pass.
   * @throws the signal's reason when it is aborted already
   */
  async start({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    this.#takeUp();
    // A disk that fails is told by publish() and status(); the link is supervised all the same.
    void this.#outbox.open();
    void this.#monitoring?.open();
    if (this.#config.inspect !== undefined) await this.#view.open(this.#config.inspect.port);
    // stop() may have come in between.
    if (!this.#wanted) return;
    this.#chart.begin();
    if (this.#standing.status === 'stopped') await unlessAborted(this.#milestones.until('running'), signal);
  }

  /**
   * Resolves when the link is online, now or next time.
   * @throws LinkError STOPPED when `stop()` is called first; the signal's reason
   */
  async online({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#standing.status === 'online') return;
    if (this.#stopped) throw stoppedError();
    await unlessAborted(this.#milestones.until('online'), signal);
  }

  /** An operator's "try again now" where a person was needed. */
  retry(): void {
    this.#chart.send({ type: 'RETRY' });
  }

  /**
   * Takes a message over; it is delivered when the link is up, in order.
   * @param payload text (sent as UTF-8) or bytes
   * @returns once the message is accepted: QoS 1 and 2 are on the disk then, unless `outbox.store` is `memory`
   * @throws LinkError TOPIC_INVALID, PAYLOAD_TOO_LARGE, OUTBOX_FULL, OUTBOX_FAILED, STOPPED; the signal's reason
   */
  async publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<Receipt> {
    const { signal } = options;
    signal?.throwIfAborted();
    if (this.#stopped) throw stoppedError();
    const message = outgoingMessage(
      topic,
      payload,
      options,
      payloadLimit(this.#config, this.#standing.module),
    );
    return unlessAborted(this.#outbox.accept(message, signal), signal);
  }

  /** Messages that module or broker refused again and again, for a person to look at, retry or purge. */
  get deadLetters(): DeadLetters {
    return this.#outbox.deadLetters;
  }

  /**
   * Subscribes now and after every reconnect. Resolves at the SUBACK.
   * @throws LinkError TOPIC_INVALID, SUBSCRIBE_FAILED, STOPPED; the signal's reason
   */
  async subscribe(
    filter: string,
    { qos = 0, signal }: { qos?: 0 | 1 | 2; signal?: AbortSignal } = {},
  ): Promise<void> {
    signal?.throwIfAborted();
    if (this.#stopped) throw stoppedError();
    checkQos(qos);
    const acknowledged = this.#subscriptions.add(checkFilter(filter), qos);
    acknowledged.catch(() => undefined);
    this.#link?.serveSubscriptions();
    await unlessAborted(acknowledged, signal);
  }

  /**
   * Takes a subscription back. Resolves at the UNSUBACK, or at once while no session has it.
   * @throws LinkError TOPIC_INVALID, SUBSCRIBE_FAILED, STOPPED; the signal's reason
   */
  async unsubscribe(filter: string, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    const done = this.#subscriptions.remove(checkFilter(filter));
    done.catch(() => undefined);
    this.#link?.serveSubscriptions();
    await unlessAborted(done, signal);
  }

  /**
   * The messages of a filter as they come, until `stop()` or the end of the loop. It subscribes to nothing by itself.
   * @throws LinkError TOPIC_INVALID
   */
  messages(filter: string, options: StreamOptions = {}): MessageStream {
    return this.#inbox.stream(checkFilter(filter), options);
  }

  /** Where the link is, why, and what it has done. */
  status(): StatusReport {
    const ladder = this.#chart.actor?.getSnapshot().context.ladder;
    return {
      ...this.#standing.report(),
      outbox: this.#outbox.report(),
      inbound: { lost: this.#standing.lost, ...this.#inbox.report() },
      recovery: {
        rung: ladder?.rung ?? 'reconnect',
        failures: ladder?.failures ?? 0,
        radioTokens: this.#radio.tokens,
      },
    };
  }

  /**
   * Ends the supervision: MDISCONNECT, MIPCLOSE, the port given free. What was not delivered is rejected with STOPPED.
   * Resolves in any case.
   * @param options - `drainMs`: how long to go on delivering first, in milliseconds; default 0
   */
  async stop({ drainMs = 0 }: { drainMs?: number } = {}): Promise<void> {
    if (drainMs > 0 && this.#wanted) await this.#drain(drainMs);
    await this.#health?.farewell();
    this.#wanted = false;
    this.#stopped = true;
    if (this.#chart.actor !== undefined && this.#standing.path !== 'stopped') {
      const stopped = this.#milestones.until('stopped');
      this.#chart.send({ type: 'STOP' });
      await stopped;
    }
    this.#chart.end();
    const why = stoppedError();
    this.#milestones.giveUp(why);
    await this.#outbox.close(why);
    this.#subscriptions.abandon(why);
    this.#inbox.end();
    await this.#view.close();
    await this.#monitoring?.close();
  }

  /** Stops it, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #takeUp(): void {
    this.#wanted = true;
    this.#stopped = false;
  }

  #input(ended: AbortSignal): SupervisorInput {
    return {
      settings: settingsOf(this.#config),
      jitter: this.#random,
      radioTokens: this.#radio.start(() => this.#chart.send({ type: 'RADIO TOKEN' })),
      pinRefused: this.#pin.refused,
      host: unshown(this.#host(ended)),
    };
  }

  #host(ended: AbortSignal): LinkHost {
    return {
      config: this.#config,
      clock: this.#clock,
      openTransport: this.#openTransport,
      delivery: this.#delivery,
      subscriptions: this.#subscriptions,
      log: logFor(this.#log, 'link'),
      ended,
      onWire: (entry) => {
        if (this.#config.log.trace) logFor(this.#log, 'link').info(entry, 'wire');
        this.#observing.wire(entry);
      },
      onMessage: (message) => {
        this.#observing.received(message);
        this.#inbox.deliver(message);
      },
      onLost: (count) => {
        this.#standing.lost += count;
      },
      onProblem: (problem) => {
        this.#standing.found(problem);
      },
      onModule: (module) => {
        this.#standing.module = module;
        this.#observing.module(module);
      },
      onLink: (link) => {
        this.#link = link;
      },
      onPort: (lines) => {
        this.#port = lines;
      },
      ...boardDrivers(this.#config, {
        clock: this.#clock,
        port: () => this.#port,
        resetPin: () => this.#standing.module.profile.resetPin,
      }),
    };
  }

  #tell(change: StateEvent): void {
    const { status, path, cause } = change;
    this.#chartLog.debug({ status, path, cause: cause?.code }, 'state');
    this.#milestones.reached(status, path);
    this.#health?.changed(status);
    this.#emitter.emit('state', change);
  }

  async #drain(drainMs: number): Promise<void> {
    let timer: TimerHandle;
    const enough = new Promise<void>((resolve) => {
      timer = this.#clock.setTimeout(resolve, drainMs);
    });
    await Promise.race([this.#delivery.drained(), enough]);
    this.#clock.clearTimeout(timer);
  }
}

function stoppedError(): LinkError {
  return new LinkError('STOPPED', 'The supervisor was stopped.');
}
