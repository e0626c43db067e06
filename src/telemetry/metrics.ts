import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../clock/clock.js';
import { ControlLoop } from './liveness.js';
import type { MessageObservation, Observation, Observer, StateObservation } from '../observer.js';

/** What metrics need of a link. */
export interface ObservableLink {
  observe(observer: Observer): () => void;
  status(): { readonly inbound: { readonly lost: number } };
}

const statuses = ['stopped', 'connecting', 'online', 'recovering', 'needs-attention'] as const;
const finalResult = /^(?:OK|ERROR|\+CM[ES] ERROR:.*)$/;
const MS_PER_SECOND = 1_000;

/**
 * A link in the figures of Prometheus. Labels come from closed lists (status, rung, cause, QoS, result): never a topic, a
 * client id or a number of the device, so that the count of series stays the same however long it runs.
 */
export class LinkMetrics {
  readonly registry = new Registry();
  readonly loop: ControlLoop;
  readonly #clock: Clock;
  #state: StateObservation | undefined;
  #since: number;
  /** The highest rung, and the first cause, since the link was lost. */
  #loss: { rung: string; cause: string } | undefined;
  #sentAt: number | undefined;
  #inboundLost = 0;

  readonly #status = this.#gauge('status', '1 for the status that the link has now', ['status']);
  readonly #changes = this.#counter('status_changes_total', 'Changes of status, by the new one', ['status']);
  readonly #seconds = this.#counter('status_seconds_total', 'Seconds spent in each status', ['status']);
  readonly #losses = this.#counter('losses_total', 'Times the link went from online, by cause', ['cause']);
  readonly #recoveries = this.#counter(
    'recoveries_total',
    'Times it came back online, by the highest rung of the ladder that was needed and the cause of the loss',
    ['rung', 'cause'],
  );
  readonly #boots = this.#counter('module_boots_total', 'RDY seen: the module booted, asked to or not');
  readonly #radio = this.#counter('radio_attaches_total', 'Radio attaches that recovery spent');
  readonly #tokens = this.#gauge('radio_tokens', 'Radio attaches that may be spent now');
  readonly #publishes = this.#counter('publishes_total', 'Accepted messages that were settled', [
    'qos',
    'result',
  ]);
  readonly #accepted = this.#counter('accepted_total', 'Messages that publish() accepted', ['qos']);
  readonly #received = this.#counter('received_total', 'Messages received');
  readonly #receivedBytes = this.#counter('received_bytes_total', 'Payload bytes received');
  readonly #lost = this.#counter('inbound_lost_total', 'Messages known to be lost before they could be read');
  readonly #waiting = this.#gauge('outbox_messages', 'Messages that wait for the link');
  readonly #waitingBytes = this.#gauge('outbox_bytes', 'Payload bytes that wait for the link');
  readonly #signal = this.#gauge('signal_dbm', 'Received signal strength, as last asked');
  readonly #roundTrip = new Histogram({
    name: 'luat_link_at_round_trip_seconds',
    help: 'From an AT command to its final result',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  constructor(link: ObservableLink, clock: Clock) {
    this.#clock = clock;
    this.loop = new ControlLoop(clock);
    this.#since = clock.now();
    for (const status of statuses) {
      this.#status.set({ status }, 0);
      this.#changes.inc({ status }, 0);
      this.#seconds.inc({ status }, 0);
    }
    for (const counter of [this.#boots, this.#radio, this.#received, this.#receivedBytes, this.#lost])
      counter.inc(0);
    this.#collect = () => {
      this.#spend();
      const { lost } = link.status().inbound;
      this.#lost.inc(Math.max(0, lost - this.#inboundLost));
      this.#inboundLost = lost;
    };
    link.observe((observation) => this.#take(observation));
  }

  readonly #collect: () => void;

  /** The last step of the chart; undefined before the first. */
  get state(): StateObservation | undefined {
    return this.#state;
  }

  /** Everything in Prometheus' text format. */
  text(): Promise<string> {
    this.#collect();
    return this.registry.metrics();
  }

  #take(observation: Observation): void {
    switch (observation.kind) {
      case 'state':
        this.#onState(observation);
        return;
      case 'message':
        this.#onMessage(observation);
        return;
      case 'wire':
        if (observation.direction === 'host') this.#sentAt = this.#clock.now();
        else if (this.#sentAt !== undefined && finalResult.test(observation.text)) {
          this.#roundTrip.observe((this.#clock.now() - this.#sentAt) / MS_PER_SECOND);
          this.#sentAt = undefined;
        }
        return;
      case 'signal':
        if (observation.signal.dBm !== undefined) this.#signal.set(observation.signal.dBm);
        return;
      case 'outbox':
        this.#waiting.set(observation.waiting);
        this.#waitingBytes.set(observation.bytes);
        return;
      case 'module':
        return;
    }
  }

  #onState(state: StateObservation): void {
    const before = this.#state;
    this.#spend();
    this.#state = state;
    this.loop.moved(state);
    if (state.event === 'RDY') this.#boots.inc();
    this.#tokens.set(state.radioTokens);
    if (before !== undefined) this.#radio.inc(Math.max(0, before.radioTokens - state.radioTokens));
    const cause = state.cause?.code ?? 'none';
    if (before?.status === 'online' && state.status === 'recovering') {
      this.#losses.inc({ cause });
      this.#loss = { rung: state.rung, cause };
    } else if (this.#loss !== undefined && state.status === 'recovering') this.#loss.rung = state.rung;
    if (before?.status === state.status) return;
    for (const status of statuses) this.#status.set({ status }, status === state.status ? 1 : 0);
    if (before !== undefined) this.#changes.inc({ status: state.status });
    if (state.status === 'online' && this.#loss !== undefined) {
      this.#recoveries.inc(this.#loss);
      this.#loss = undefined;
    }
  }

  #onMessage({ stage, qos, code, bytes }: MessageObservation): void {
    switch (stage) {
      case 'received':
        this.#received.inc();
        this.#receivedBytes.inc(bytes);
        return;
      case 'accepted':
        this.#accepted.inc({ qos: qos ?? 0 });
        return;
      case 'delivered':
      case 'failed':
        this.#publishes.inc({ qos: qos ?? 0, result: code ?? 'delivered' });
        return;
    }
  }

  /** Books the time since the last booking on the status that held then. */
  #spend(): void {
    const now = this.#clock.now();
    const status = this.#state?.status;
    if (status !== undefined) this.#seconds.inc({ status }, (now - this.#since) / MS_PER_SECOND);
    this.#since = now;
  }

  #counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name: `luat_link_${name}`, help, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name: `luat_link_${name}`, help, labelNames, registers: [this.registry] });
  }
}
