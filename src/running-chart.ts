import { createActor, type ActorRefFrom } from 'xstate';
import type { HostEvent, SupervisorInput } from '../machines/index.js';
import { liveMachine } from './actors/actors.js';
import type { Clock } from './clock/clock.js';
import type { Snapshot } from './status.js';

/** The running chart as XState has it: for inspection only, and its context holds secrets. */
export type LinkActor = ActorRefFrom<typeof liveMachine>;

export interface RunningChartParts {
  readonly clock: Clock;
  /** @param ended aborted when the chart is over, whatever became of its actors */
  readonly input: (ended: AbortSignal) => SupervisorInput;
  readonly onSnapshot: (snapshot: Snapshot) => void;
  /** A chart was made and will run, or there is none any more. */
  readonly onChart: (actor: LinkActor | undefined) => void;
  /** The chart failed, a defect, and is gone. */
  readonly onDefect: (fault: unknown) => void;
  /** Whether a fresh one is wanted in its place. */
  readonly isWanted: () => boolean;
}

/** After a defect in the chart itself a new one is started, but not in a tight loop. */
const RESTART_AFTER_MS = 1_000;

/** The chart while it runs. A defect in it does not end the supervision: whatever ran is ended, and a fresh one begins. */
export class RunningChart {
  readonly #parts: RunningChartParts;
  #actor: LinkActor | undefined;
  #ended = new AbortController();

  constructor(parts: RunningChartParts) {
    this.#parts = parts;
  }

  get actor(): LinkActor | undefined {
    return this.#actor;
  }

  /** Begins to run, if it does not yet, and starts the flow. */
  begin(): void {
    if (this.#actor === undefined) this.#launch();
    this.send({ type: 'START' });
  }

  /** Sent in a turn of its own: an event sent from within a listener would get between an answer and its state. */
  send(event: HostEvent): void {
    queueMicrotask(() => {
      const actor = this.#actor;
      if (actor?.getSnapshot().status === 'active') actor.send(event);
    });
  }

  end(): void {
    const actor = this.#actor;
    this.#actor = undefined;
    this.#parts.onChart(undefined);
    this.#ended.abort();
    actor?.stop();
  }

  #launch(): void {
    const ended = new AbortController();
    this.#ended = ended;
    const { clock, input } = this.#parts;
    const actor = createActor(liveMachine, { clock, input: input(ended.signal) });
    this.#actor = actor;
    // An error without an observer would end the host process; a failed chart would leave its actors running.
    actor.subscribe({
      next: (snapshot) => this.#parts.onSnapshot(snapshot),
      error: (fault) => this.#restart(actor, ended, fault),
      complete: () => {
        if (!ended.signal.aborted) this.#restart(actor, ended, new Error('the link actor failed'));
      },
    });
    this.#parts.onChart(actor);
    actor.start();
  }

  #restart(actor: LinkActor, ended: AbortController, fault: unknown): void {
    ended.abort();
    if (this.#actor !== actor) return;
    this.end();
    this.#parts.onDefect(fault);
    if (!this.#parts.isWanted()) return;
    this.#parts.clock.setTimeout(() => {
      if (this.#actor === undefined && this.#parts.isWanted()) this.begin();
    }, RESTART_AFTER_MS);
  }
}
