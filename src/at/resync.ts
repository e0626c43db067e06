import type { Clock, TimerHandle } from '../clock/clock.js';
import { AnswerDeadline } from './deadline.js';
import type { FinalResult } from './final-result.js';

/** How a line that is out of step is brought back. All times in milliseconds. */
export interface ResyncLimits {
  /** How often a bare `AT` is tried. */
  readonly attempts: number;
  /** How long one `AT` may take. */
  readonly answerMs: number;
  /** Silence before the first `AT`, and after the last `OK`, in which late answers show themselves. */
  readonly silenceMs: number;
  /** How long nothing may be sent to a module that may be taking everything for data. */
  readonly quarantineMs: number;
}

/**
 * MPUBEX without a length ends 5 s after the last byte (AT manual, MPUBEX): 5.5 s of silence bring the module out of
 * it. Plain commands are answered within 35 ms, over USB too.
 */
export const defaultResyncLimits: ResyncLimits = {
  attempts: 10,
  answerMs: 1000,
  silenceMs: 300,
  quarantineMs: 5500,
};

export interface ResynchronizerOptions {
  readonly clock: Clock;
  readonly limits: ResyncLimits;
  readonly lastByteAt: () => number;
  /** How many chunks the line has brought so far. */
  readonly chunks: () => number;
  /** Sends a bare `AT`. */
  readonly sendAt: () => void;
  /** Called once for each `start` that is not stopped. */
  readonly finished: (inStep: boolean) => void;
}

type Phase = 'idle' | 'quarantined' | 'draining' | 'asking' | 'confirming';

/** How many `OK` in a row are believed: a single one may be the late answer of the command before. */
const OKS_IN_A_ROW = 2;

/**
 * Brings command and answer back into step after a command stayed without its answer, which may still come and would
 * then be taken for the next command's: silence, then a bare `AT` until it is answered twice in a row, then silence
 * again in which no answer is left over.
 */
export class Resynchronizer {
  readonly #options: ResynchronizerOptions;
  readonly #deadline: AnswerDeadline;
  #phase: Phase = 'idle';
  #attempts = 0;
  #oks = 0;
  #askedAtChunk = 0;
  #quarantineEnds = -Infinity;
  #timer: TimerHandle;

  constructor(options: ResynchronizerOptions) {
    this.#options = options;
    this.#deadline = new AnswerDeadline(options.clock, options.lastByteAt, () => this.#onDeadline());
  }

  get running(): boolean {
    return this.#phase !== 'idle';
  }

  /** Whether nothing may be sent, since the module may be taking it for data. */
  get quarantined(): boolean {
    return this.#options.clock.now() < this.#quarantineEnds;
  }

  /** From now on nothing may be sent for a while; called again, the while begins anew. */
  quarantine(): void {
    const { clock, limits } = this.#options;
    this.#quarantineEnds = clock.now() + limits.quarantineMs;
    if (this.running) this.#waitForQuarantine();
  }

  start(): void {
    this.#attempts = 0;
    this.#oks = 0;
    if (this.quarantined) this.#waitForQuarantine();
    else this.#drain();
  }

  /** Takes a final result that came while it is running. */
  take(result: FinalResult): void {
    switch (this.#phase) {
      case 'asking':
        // What had arrived before the question went out answers an earlier one: answers are late, and more may come.
        if (result.kind === 'error' || this.#options.chunks() === this.#askedAtChunk) this.#drainAnew();
        else if (++this.#oks < OKS_IN_A_ROW) this.#ask();
        else this.#confirm();
        return;
      case 'confirming':
        this.#drainAnew();
        return;
      case 'idle':
      case 'quarantined':
      case 'draining':
        return;
    }
  }

  /** Ends it without a word, and the quarantine too: the module lost everything, or the port is gone. */
  stop(): void {
    this.#rest();
    this.#quarantineEnds = -Infinity;
  }

  #waitForQuarantine(): void {
    const { clock } = this.#options;
    this.#rest();
    this.#phase = 'quarantined';
    this.#oks = 0;
    this.#timer = clock.setTimeout(() => {
      if (this.quarantined) this.#waitForQuarantine();
      else this.#drain();
    }, this.#quarantineEnds - clock.now());
  }

  #drainAnew(): void {
    this.#oks = 0;
    this.#drain();
  }

  #drain(): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#phase = 'draining';
    this.#deadline.start(this.#options.limits.silenceMs);
  }

  #ask(): void {
    const { limits, chunks, sendAt } = this.#options;
    if (this.#attempts >= limits.attempts) {
      this.#finish(false);
      return;
    }
    this.#attempts += 1;
    this.#phase = 'asking';
    this.#askedAtChunk = chunks();
    this.#deadline.start(limits.answerMs);
    sendAt();
  }

  #confirm(): void {
    const { clock, limits } = this.#options;
    this.#phase = 'confirming';
    this.#deadline.stop();
    this.#timer = clock.setTimeout(() => this.#finish(true), limits.silenceMs);
  }

  #onDeadline(): void {
    if (this.#phase === 'asking') this.#oks = 0;
    this.#ask();
  }

  #finish(inStep: boolean): void {
    this.#rest();
    this.#options.finished(inStep);
  }

  #rest(): void {
    this.#phase = 'idle';
    this.#deadline.stop();
    this.#options.clock.clearTimeout(this.#timer);
  }
}
