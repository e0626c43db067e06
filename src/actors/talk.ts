import type { AnswerEvent } from '../../machines/index.js';
import type { AtChannel } from '../at/channel.js';
import type { AtCommand, AtResult } from '../at/command.js';

/** An answer event without the number that the link gives it. */
export type Answer = AnswerEvent extends infer Event
  ? Event extends { command: number }
    ? Omit<Event, 'command'>
    : never
  : never;

/**
 * The talk of one operation of the chart: its commands, one after the other, and its answer. Once superseded it sends
 * nothing more and reports nothing more.
 */
export class Talk {
  readonly #channel: AtChannel;
  readonly #report: (answer: Answer) => void;
  readonly #onFault: (fault: unknown) => void;
  #over = false;
  #cancel: (() => void) | undefined;

  constructor(channel: AtChannel, report: (answer: Answer) => void, onFault: (fault: unknown) => void) {
    this.#channel = channel;
    this.#report = report;
    this.#onFault = onFault;
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
      else this.answer({ type: result.kind === 'refused' ? 'ERROR' : 'UNANSWERED' });
    });
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
