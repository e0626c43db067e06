import type { AnswerEvent } from '../../machines/index.js';
import { explainRefusal } from '../air/module-errors.js';
import type { AtChannel } from '../at/channel.js';
import type { AtCommand, AtResult } from '../at/command.js';

/** An answer event without the number that the link gives it. */
export type Answer = AnswerEvent extends infer Event
  ? Event extends { command: number }
    ? Omit<Event, 'command'>
    : never
  : never;

export interface TalkParts {
  readonly report: (answer: Answer) => void;
  readonly onFault: (fault: unknown) => void;
  /** Tells what exactly is wrong, for the status. */
  readonly explain: (problem: string) => void;
}

/** A command that was answered with no. */
export type Refusal = Extract<AtResult<unknown>, { kind: 'refused' }>;

/** Longer commands, such as MCONFIG with a will, are named without their arguments. */
const MOST_SHOWN = 60;

/** What the module refused, and in which words. Secrets in it are masked. */
export function describeRefusal({ name, display }: AtCommand<unknown>, { stage, line }: Refusal): string {
  const shown = display.length <= MOST_SHOWN ? display : `AT+${name}`;
  const how = stage === 'outcome' ? 'was accepted, then answered with' : 'was answered with';
  return `${shown} ${how} ${explainRefusal(line)}.`;
}

/**
 * The talk of one operation of the chart: its commands, one after the other, and its answer. Once superseded it sends
 * nothing more and reports nothing more.
 */
export class Talk {
  readonly #channel: AtChannel;
  readonly #report: (answer: Answer) => void;
  readonly #onFault: (fault: unknown) => void;
  readonly #explain: (problem: string) => void;
  #over = false;
  #cancel: (() => void) | undefined;

  constructor(channel: AtChannel, parts: TalkParts) {
    this.#channel = channel;
    this.#report = parts.report;
    this.#onFault = parts.onFault;
    this.#explain = parts.explain;
  }

  /** Sends a command; what the chart asks for goes before waiting traffic. Nothing is called back after supersede(). */
  ask<A>(command: AtCommand<A>, done: (result: Exclude<AtResult<A>, { kind: 'cancelled' }>) => void): void {
    if (this.#over) return;
    const running = this.#channel.run(
      command,
      (result) => {
        if (this.#over || result.kind === 'cancelled') return;
        // The channel's callbacks must not throw: the rest of the bytes would be lost, and the host process with them.
        try {
          done(result);
        } catch (fault) {
          this.fail(fault);
        }
      },
      { front: true },
    );
    this.#cancel = () => running.cancel();
  }

  /** Sends commands in turn, whatever each answers. */
  each(commands: readonly AtCommand<unknown>[], done: () => void): void {
    const [first, ...rest] = commands;
    if (first === undefined) {
      done();
      return;
    }
    this.ask(first, () => this.each(rest, done));
  }

  /** Sends commands in turn as long as each is answered with OK, then answers for all of them. */
  order(...commands: readonly AtCommand<unknown>[]): void {
    const [first, ...rest] = commands;
    if (first === undefined) {
      this.answer({ type: 'OK' });
      return;
    }
    this.ask(first, (result) => {
      if (result.kind === 'done') this.order(...rest);
      else this.failed(first, result);
    });
  }

  /** The command on which the operation depends came to nothing: told in the module's words, then answered. */
  failed(
    command: AtCommand<unknown>,
    result: Refusal | Extract<AtResult<unknown>, { kind: 'unanswered' }>,
    answer: Answer = { type: 'ERROR' },
  ): void {
    if (result.kind === 'unanswered') {
      this.answer({ type: 'UNANSWERED' });
      return;
    }
    this.#explain(describeRefusal(command, result));
    this.answer(answer);
  }

  /** Brings both sides into step again. */
  synchronize(done: (inStep: boolean) => void): void {
    const running = this.#channel.synchronize((result) => {
      if (!this.#over && result !== 'cancelled') done(result === 'in-step');
    });
    this.#cancel = () => running.cancel();
  }

  /** The operation cannot be done, such as for a value that cannot be sent. */
  fail(fault: unknown): void {
    this.#onFault(fault);
    this.answer({ type: 'ERROR' });
  }

  /** The operation's answer to the chart; the talk is over with it. */
  answer(answer: Answer): void {
    if (this.#over) return;
    this.#over = true;
    this.#report(answer);
  }

  /** The chart no longer waits for it. */
  supersede(): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancel?.();
  }
}
