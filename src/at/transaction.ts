import type { Clock } from '../clock/clock.js';
import type { AtCommand, AtResult, OutcomeGrammar } from './command.js';
import { AnswerDeadline } from './deadline.js';
import { finalResult, type FinalResult } from './final-result.js';

/** What a transaction needs of the channel that runs it. */
export interface TransactionHost {
  readonly clock: Clock;
  readonly lastByteAt: () => number;
  readonly expectPrompt: (expected: boolean) => void;
  readonly sendText: (command: AtCommand<unknown>) => void;
  readonly sendData: (data: Buffer, command: AtCommand<unknown>) => void;
  /** The final result came: what follows is no echo. */
  readonly answered: () => void;
  /** The line is free again, in step or not; `settle` tells the command's owner, once the channel knows. */
  readonly release: (state: LineState, settle: () => void) => void;
}

/**
 * In which state a command leaves the line: `out-of-step` while its answer may still come. After a cancelled one that has
 * an outcome an `ERROR` may (some brokers close before the module has told the refusal), and would pass for the next
 * command's final result.
 */
export type LineState = 'in-step' | 'out-of-step' | 'out-of-step-in-data-mode';

/** A transaction whatever its answer is: what the channel's queue holds. */
export interface AnyTransaction {
  readonly command: AtCommand<unknown>;
  start(): void;
  prompt(): void;
  read(line: string): (() => void) | undefined;
  cancel(): void;
  cancelOutcome(): void;
  abandon(): void;
  fail(): void;
}

/**
 *   waiting ──start──▶ prompt ──▶ final ──OK──▶ outcome ──▶ over
 *                     (with data)              (if it has one)
 */
type Phase = 'waiting' | 'prompt' | 'final' | 'outcome' | 'over';

type Verdict = { readonly kind: 'success' | 'failure'; readonly line: string };

/** One command from the queue to its result: prompt, information lines, final result, outcome, and their limits. */
export class Transaction<Answer> implements AnyTransaction {
  readonly command: AtCommand<Answer>;
  readonly #host: TransactionHost;
  readonly #deadline: AnswerDeadline;
  readonly #information: string[] = [];
  #done: ((result: AtResult<Answer>) => void) | undefined;
  #phase: Phase = 'waiting';
  #answer: { readonly value: Answer } | undefined;
  /** An outcome that overtook the OK, as seen in the field. */
  #early: Verdict | undefined;

  constructor(command: AtCommand<Answer>, done: (result: AtResult<Answer>) => void, host: TransactionHost) {
    this.command = command;
    this.#done = done;
    this.#host = host;
    this.#deadline = new AnswerDeadline(host.clock, host.lastByteAt, () => this.#unanswered());
  }

  /** Sends the command. */
  start(): void {
    const { data, timeoutMs } = this.command;
    const phase = data ? 'prompt' : 'final';
    this.#phase = phase;
    this.#host.expectPrompt(data !== undefined);
    this.#host.sendText(this.command);
    // After the sending, which is what the line waits for; an answer may come within it.
    if (this.#phase === phase) this.#deadline.start(timeoutMs);
  }

  /**
   * The data prompt came. A command that was cancelled meanwhile sends its data all the same: the module takes
   * whatever comes next for them.
   */
  prompt(): void {
    const { data, timeoutMs } = this.command;
    if (this.#phase !== 'prompt' || !data) return;
    this.#phase = 'final';
    this.#deadline.start(timeoutMs);
    this.#host.sendData(data, this.command);
  }

  /**
   * Reads a line that is neither echo nor URC.
   * @returns what the line brings about, or undefined when it does not belong to this command
   */
  read(line: string): (() => void) | undefined {
    switch (this.#phase) {
      case 'prompt':
      case 'final':
        return this.#readAnswer(line);
      case 'outcome':
        return this.#readOutcome(line);
      case 'waiting':
      case 'over':
        return undefined;
    }
  }

  /** Takes the command back. Once sent, it occupies the line until its final result or time limit. */
  cancel(): void {
    switch (this.#phase) {
      case 'waiting':
        this.#settle({ kind: 'cancelled', sent: false });
        return;
      case 'prompt':
      case 'final':
        this.#settle({ kind: 'cancelled', sent: true });
        return;
      case 'outcome':
        this.#finish({ kind: 'cancelled', sent: true }, 'out-of-step');
        return;
      case 'over':
        return;
    }
  }

  /** The outcome, if it has one, cannot come any more. */
  cancelOutcome(): void {
    if (this.command.outcome) this.cancel();
  }

  /** Ends it at once: the module that was to answer is not there any more. The channel has let go of it already. */
  abandon(): void {
    const sent = this.#phase !== 'waiting';
    this.#deadline.stop();
    this.#phase = 'over';
    this.#settle({ kind: 'cancelled', sent });
  }

  /** Ends it unsent: the module does not answer at all. */
  fail(): void {
    this.#phase = 'over';
    this.#settle({ kind: 'unanswered', stage: 'final' });
  }

  #readAnswer(line: string): (() => void) | undefined {
    const { information, outcome } = this.command;
    if (information && matches(information, line)) return () => this.#information.push(line);
    const result = finalResult(line);
    if (result) return () => this.#onFinal(line, result);
    const early = outcome && verdictOf(outcome, line);
    if (early) {
      return () => {
        this.#early ??= early;
      };
    }
    return outcome?.progress && matches(outcome.progress, line) ? () => undefined : undefined;
  }

  #readOutcome(line: string): (() => void) | undefined {
    const { outcome } = this.command;
    if (!outcome) return undefined;
    const verdict = verdictOf(outcome, line);
    if (verdict) return () => this.#onVerdict(verdict);
    const result = finalResult(line);
    if (result?.kind === 'error') return () => this.#finish(refusal('outcome', line, result));
    if (outcome.progress && matches(outcome.progress, line))
      return () => this.#deadline.start(outcome.timeoutMs);
    return undefined;
  }

  #onFinal(line: string, result: FinalResult): void {
    this.#host.answered();
    const { outcome } = this.command;
    // An OK in place of the prompt: the module did not take the data.
    const accepted = result.kind === 'ok' && this.#phase === 'final';
    const answer = accepted ? this.command.parse(this.#information) : undefined;
    if (answer === undefined) {
      this.#finish(refusal('final', line, result));
    } else if (!outcome) {
      this.#finish({ kind: 'done', answer });
    } else if (!this.#done) {
      this.#finish({ kind: 'cancelled', sent: true }, this.#early ? 'in-step' : 'out-of-step');
    } else {
      this.#accepted(answer, outcome);
    }
  }

  #accepted(answer: Answer, outcome: OutcomeGrammar): void {
    this.#answer = { value: answer };
    this.#phase = 'outcome';
    if (this.#early) this.#onVerdict(this.#early);
    else this.#deadline.start(outcome.timeoutMs);
  }

  #onVerdict({ kind, line }: Verdict): void {
    if (kind === 'failure') this.#finish({ kind: 'refused', stage: 'outcome', line });
    else if (this.#answer) this.#finish({ kind: 'done', answer: this.#answer.value, outcome: line });
  }

  #unanswered(): void {
    const stage = this.#phase === 'prompt' || this.#phase === 'outcome' ? this.#phase : 'final';
    // Data that were lost in part leave the module waiting for the rest, as a late prompt would.
    const dataMode = this.command.data !== undefined && stage !== 'outcome';
    this.#finish({ kind: 'unanswered', stage }, dataMode ? 'out-of-step-in-data-mode' : 'out-of-step');
  }

  #finish(result: AtResult<Answer>, state: LineState = 'in-step'): void {
    this.#phase = 'over';
    this.#host.release(state, () => this.#settle(result));
    // Last, since the next command is on its way by now.
    this.#deadline.stop();
  }

  #settle(result: AtResult<Answer>): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(result);
  }
}

/** Tests without regard to what a sticky or global expression remembers. */
export function matches(expression: RegExp, line: string): boolean {
  return line.search(expression) >= 0;
}

/** Whether a line is one of those that an outcome consists of. */
export function isOutcomeLine(outcome: OutcomeGrammar | undefined, line: string): boolean {
  if (!outcome) return false;
  return (
    verdictOf(outcome, line) !== undefined ||
    (outcome.progress !== undefined && matches(outcome.progress, line))
  );
}

function verdictOf(outcome: OutcomeGrammar, line: string): Verdict | undefined {
  if (matches(outcome.success, line)) return { kind: 'success', line };
  if (outcome.failure && matches(outcome.failure, line)) return { kind: 'failure', line };
  return undefined;
}

function refusal(stage: 'final' | 'outcome', line: string, result: FinalResult): AtResult<never> {
  const cme = result.kind === 'error' ? result.cme : undefined;
  return { kind: 'refused', stage, line, ...(cme === undefined ? {} : { cme }) };
}
