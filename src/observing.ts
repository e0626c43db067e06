import type { ModuleInfo } from './actors/module-info.js';
import type { TraceEntry } from './at/trace.js';
import { ChartWatch, type ChartStep } from './chart-watch.js';
import type { Clock } from './clock/clock.js';
import type { LinkError, LinkErrorCode } from './errors/link-error.js';
import type { InboundMessage } from './inbound/message.js';
import type { MessageObservation, Observation, Observer, StateObservation } from './observer.js';
import type { OutgoingMessage } from './outbox/message.js';
import type { OutboxReport } from './outbox/outbox.js';
import type { LinkActor } from './running-chart.js';

/** What the supervisor knows and the chart does not. */
type Facts = Pick<StateObservation, 'status' | 'path' | 'cause' | 'recoveries'>;

export interface ObservingParts {
  readonly clock: Clock;
  readonly facts: () => Facts;
  readonly outbox: () => Pick<OutboxReport, 'waiting' | 'bytes'>;
  /** An observer threw. */
  readonly onFault: (fault: unknown) => void;
}

/** Tells observers what happens. Nothing is put together while nobody looks; one that throws is taken off. */
export class Observing {
  readonly #parts: ObservingParts;
  #observers: readonly Observer[] = [];
  #actor: LinkActor | undefined;
  #watch: ChartWatch | undefined;
  #signal: ModuleInfo['signal'];
  #identity: string | undefined;

  constructor(parts: ObservingParts) {
    this.#parts = parts;
  }

  /** @returns takes the observer off again */
  add(observer: Observer): () => void {
    this.#observers = [...this.#observers, observer];
    this.#follow();
    return () => {
      this.#remove(observer);
      this.#follow();
    };
  }

  /** The chart that runs now, already subscribed to by the supervisor; undefined when there is none. */
  chart(actor: LinkActor | undefined): void {
    this.#actor = actor;
    this.#watch?.stop();
    this.#watch = undefined;
    this.#follow();
  }

  wire(entry: TraceEntry): void {
    if (this.#observers.length === 0) return;
    this.#tell({ kind: 'wire', at: this.#now(), direction: entry.direction, text: entry.text });
  }

  received({ payload }: InboundMessage): void {
    if (this.#observers.length === 0) return;
    this.#tell({ kind: 'message', at: this.#now(), stage: 'received', bytes: payload.length });
  }

  /** A message was taken over. */
  accepted({ payload, qos }: OutgoingMessage): void {
    this.#message('accepted', payload.length, qos);
  }

  /** A message was delivered, or given up for `error`; it may be one that an earlier process accepted. */
  settled(bytes: number, qos: 0 | 1 | 2, error?: LinkError): void {
    this.#message(error === undefined ? 'delivered' : 'failed', bytes, qos, error?.code);
  }

  module({ profile, identity, signal }: ModuleInfo): void {
    const at = this.#now();
    if (identity !== undefined && identity !== this.#identity) {
      this.#tell({ kind: 'module', at, profile: profile.id, identity });
    }
    if (signal !== undefined && signal !== this.#signal) this.#tell({ kind: 'signal', at, signal });
    this.#identity = identity;
    this.#signal = signal;
  }

  #message(stage: MessageObservation['stage'], bytes: number, qos: 0 | 1 | 2, code?: LinkErrorCode): void {
    if (this.#observers.length === 0) return;
    const at = this.#now();
    this.#tell(
      code === undefined
        ? { kind: 'message', at, stage, bytes, qos }
        : { kind: 'message', at, stage, bytes, qos, code },
    );
    const { waiting, bytes: waitingBytes } = this.#parts.outbox();
    this.#tell({ kind: 'outbox', at, waiting, bytes: waitingBytes });
  }

  #follow(): void {
    const wanted = this.#actor !== undefined && this.#observers.length > 0;
    if (wanted === (this.#watch !== undefined)) return;
    this.#watch?.stop();
    this.#watch = undefined;
    if (this.#actor === undefined || !wanted) return;
    this.#watch = new ChartWatch(this.#actor, this.#parts.clock, (step) => this.#step(step));
  }

  #step({ context, event, edges, timers }: ChartStep): void {
    const { rung, failures, radioTokens } = context.ladder;
    const { status, path, cause, recoveries } = this.#parts.facts();
    const at = this.#now();
    const step = { status, path, event, edges, rung, failures, radioTokens, recoveries, timers };
    this.#tell(cause === undefined ? { kind: 'state', at, ...step } : { kind: 'state', at, ...step, cause });
  }

  #tell(observation: Observation): void {
    for (const observer of this.#observers) {
      try {
        observer(observation);
      } catch (fault) {
        this.#remove(observer);
        this.#parts.onFault(fault);
      }
    }
  }

  #remove(observer: Observer): void {
    this.#observers = this.#observers.filter((other) => other !== observer);
  }

  #now(): number {
    return this.#parts.clock.wallTime();
  }
}
