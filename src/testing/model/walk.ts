import type { Observation } from '../../observer.js';
import { deedFor, type Deed, type Rig } from './deed.js';
import type { ModelPath, PathStep } from './paths.js';

/** What came of a walk. */
export interface Walk {
  /** Every edge that was taken, in order, also those that the path does not speak of. */
  readonly edges: readonly string[];
  /** The step that did not come about, so that the path's edge was not taken; absent when it was. */
  readonly missed?: PathStep;
}

/** The longest that one step may take, in milliseconds: every budget is refilled by then. */
const STEP_LIMIT_MS = 7_200_000;
const STOP_LIMIT_MS = 120_000;

/**
 * Drives a link along a path: brings about what each step says at the moment when the chart enters the step's state,
 * waits until an observer sees the edge taken, and makes the world healthy again. The link may take detours (it polls,
 * it is told to wait) and short cuts, which a world with durations has and a plan has not. At the end the link is stopped.
 * @param rig with a link that was not started yet, made with the options that the path was planned for
 */
export async function walkPath(path: ModelPath, rig: Rig): Promise<Walk> {
  return await new Walker(path, rig).walk();
}

class Walker {
  readonly #edge: string;
  readonly #steps: readonly PathStep[];
  readonly #rig: Rig;
  readonly #edges: string[] = [];
  #state = 'stopped';
  /** The step that is waited for, and what was done for it. */
  #at = 0;
  #done: Deed | 'host call' | undefined;
  #isReached = false;

  constructor({ edge, steps }: ModelPath, rig: Rig) {
    this.#edge = edge;
    this.#steps = steps;
    this.#rig = rig;
  }

  async walk(): Promise<Walk> {
    const { link, until, stepLimitMs = STEP_LIMIT_MS } = this.#rig;
    const unobserve = link.observe((observation) => this.#see(observation));
    let missed: PathStep | undefined;
    try {
      this.#act();
      for (const [index] of this.#steps.entries()) {
        await until(() => this.#isReached || this.#at > index, stepLimitMs);
      }
    } catch (error) {
      missed = this.#steps[this.#at];
      if (missed === undefined) throw error;
    }
    await this.#undo();
    await this.#end();
    unobserve();
    return { edges: this.#edges, ...(missed !== undefined && { missed }) };
  }

  #see(observation: Observation): void {
    if (observation.kind !== 'state' || this.#isReached) return;
    this.#state = observation.path;
    for (const edge of observation.edges) {
      this.#edges.push(edge);
      if (edge === this.#edge) this.#isReached = true;
      if (edge === this.#steps[this.#at]?.edge) this.#goOn(this.#at + 1);
    }
    if (!this.#isReached) this.#act();
  }

  #goOn(to: number): void {
    void this.#undo();
    this.#at = to;
  }

  /** Does what the present step asks for, once the chart is where it asks for it. */
  #act(): void {
    if (this.#isShortCut) this.#goOn(this.#steps.length - 1);
    const step = this.#steps[this.#at];
    if (step === undefined || this.#done !== undefined || step.state !== this.#state) return;
    const { link, deeds } = this.#rig;
    const quietly = (promise: Promise<unknown>): void => void promise.catch(() => undefined);
    if (step.event === 'START') quietly(link.start());
    else if (step.event === 'STOP') quietly(link.stop());
    else if (step.event === 'RETRY') link.retry();
    else {
      this.#done = deedFor(deeds, step.event, step.state);
      if (this.#done !== undefined) quietly(Promise.resolve(this.#done.do(link)));
      return;
    }
    this.#done = 'host call';
  }

  /** The link came by a way of its own to where the last step begins. */
  get #isShortCut(): boolean {
    const next = this.#steps.slice(this.#at).findIndex(({ state }) => state === this.#state);
    return next > 0 && this.#at + next === this.#steps.length - 1;
  }

  async #undo(): Promise<void> {
    const done = this.#done;
    this.#done = undefined;
    if (done !== undefined && done !== 'host call') await done.undo?.();
  }

  async #end(): Promise<void> {
    const { link, until } = this.#rig;
    let stopped = false;
    const stopping = link.stop().then(() => (stopped = true));
    await until(() => stopped, STOP_LIMIT_MS);
    await stopping;
  }
}
