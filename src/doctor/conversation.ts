import { createCommands, type Commands } from '../air/commands/index.js';
import { decodeTopic } from '../air/topic.js';
import { readUrc } from '../air/urcs.js';
import { airGrammar } from '../air/wire-grammar.js';
import { AtChannel } from '../at/channel.js';
import type { AtCommand, AtResult } from '../at/command.js';
import type { ResyncLimits } from '../at/resync.js';
import type { TraceEntry } from '../at/trace.js';
import type { Clock, TimerHandle } from '../clock/clock.js';
import { LinkError } from '../errors/link-error.js';
import type { Transport, TransportFactory } from '../transport/transport.js';

export interface ConversationParts {
  readonly clock: Clock;
  readonly connect: TransportFactory;
  /** For a final result, in milliseconds. */
  readonly commandTimeoutMs: number;
  readonly resync?: Partial<ResyncLimits>;
  readonly onTrace?: (entry: TraceEntry) => void;
}

/** A message that the module handed on. */
export interface HeardMessage {
  readonly topic: string;
  readonly payload: Buffer;
}

interface Departure {
  word: 'CLOSED' | 'DEACT' | undefined;
}

/** Whatever a command came to, except that it was taken back. */
export type Outcome<Answer> = Exclude<AtResult<Answer>, { readonly kind: 'cancelled' }>;

/**
 * A talk with the module in questions and answers, for those that want to look at it and keep no session up. Opened
 * once, closed once.
 */
export class Conversation {
  readonly channel: AtChannel;
  readonly commands: Commands;
  readonly #clock: Clock;
  readonly #transport: Transport;
  /** Why nothing can be asked any more, or why what was asked stays unanswered. */
  #broken: LinkError | undefined;
  /** The word with which the connection went, while a command was open. */
  #went: Departure = { word: undefined };
  #bytes = 0;
  #onMessage: (message: HeardMessage) => void = () => undefined;

  constructor({ clock, connect, commandTimeoutMs, resync, onTrace }: ConversationParts) {
    this.#clock = clock;
    this.commands = createCommands({ commandTimeoutMs });
    this.#transport = connect({
      data: (bytes) => {
        this.#bytes += bytes.length;
        this.channel.receive(bytes);
      },
      lost: (reason) => {
        this.#broken = reason instanceof LinkError ? reason : new LinkError('PORT_LOST', reason.message);
        this.channel.close();
      },
    });
    this.channel = new AtChannel({
      clock,
      grammar: airGrammar({ encoding: 'raw' }),
      // A write fails only when the line is lost, which the listener hears of.
      write: (bytes) => void this.#transport.write(bytes).catch(() => undefined),
      classify: (text, awaiting) => (readUrc(text, awaiting) === undefined ? 'other' : 'urc'),
      onUrc: (text) => this.#onUrc(text),
      onPayload: (item) => {
        if (item.kind === 'payload')
          this.#onMessage({ topic: decodeTopic(item.header.topic), payload: item.payload });
      },
      onUnresponsive: () => undefined,
      ...(resync && { resync }),
      ...(onTrace && { onTrace }),
    });
  }

  /** How many bytes came from the line, of whatever kind. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws LinkError PORT_NOT_FOUND, PORT_DENIED, PORT_BUSY or PORT_LOST */
  open(): Promise<void> {
    return this.#transport.open();
  }

  /** Gives the port free. */
  async close(): Promise<void> {
    this.channel.close();
    await this.#transport.close();
  }

  /** Whether the module answers a bare `AT`. */
  synchronize(): Promise<boolean> {
    return new Promise((resolve) => this.channel.synchronize((result) => resolve(result === 'in-step')));
  }

  /**
   * Asks the module. A connection that goes while its outcome is waited for counts as a refusal, in the module's words.
   * @throws LinkError PORT_LOST or MODEM_REBOOTED when there can be no answer any more
   */
  async ask<Answer>(command: AtCommand<Answer>): Promise<Outcome<Answer>> {
    const went: Departure = { word: undefined };
    this.#went = went;
    const result = await this.channel.execute(command);
    if (result.kind !== 'cancelled') return result;
    if (went.word !== undefined) return { kind: 'refused', stage: 'outcome', line: went.word };
    const broken = this.#broken ?? new LinkError('PORT_LOST', `${this.#transport.name} was closed.`);
    if (broken.code === 'MODEM_REBOOTED') this.#broken = undefined;
    throw broken;
  }

  /**
   * Does something and waits for a message that fits.
   * @returns whether one came in time
   */
  async hears(
    fits: (message: HeardMessage) => boolean,
    limitMs: number,
    act: () => Promise<boolean>,
  ): Promise<boolean> {
    const heard = new Promise<boolean>((resolve) => {
      this.#onMessage = (message) => {
        if (fits(message)) resolve(true);
      };
    });
    if (!(await act())) return false;
    let timer: TimerHandle;
    const late = new Promise<boolean>((resolve) => {
      timer = this.#clock.setTimeout(() => resolve(false), limitMs);
    });
    const came = await Promise.race([heard, late]);
    this.#clock.clearTimeout(timer);
    return came;
  }

  #onUrc(text: string): void {
    switch (readUrc(text)?.kind) {
      case 'closed':
        this.#went.word = 'CLOSED';
        this.channel.cancelOutcomes();
        return;
      case 'deact':
        this.#went.word = 'DEACT';
        this.channel.cancelOutcomes();
        return;
      case 'rdy':
        this.#broken = new LinkError('MODEM_REBOOTED', 'The module restarted while it was asked.');
        this.channel.abortAll();
        return;
      default:
        return;
    }
  }
}
