import { AtChannel, type AtChannelOptions } from '../../src/at/channel.js';
import type { AtCommand, AtResult } from '../../src/at/command.js';
import type { TraceEntry } from '../../src/at/trace.js';
import { VirtualClock } from '../../src/clock/virtual.js';
import { exampleClassify, exampleGrammar } from './example-dialect.js';

/** A channel on a line whose other end is the test; everything it reports is written down in order. */
export class Conversation {
  readonly clock = new VirtualClock();
  /** What was sent, one entry a write, latin1. */
  readonly sent: string[] = [];
  /** What the channel reported, in order. */
  readonly events: string[] = [];
  readonly trace: TraceEntry[] = [];
  readonly channel: AtChannel;
  /** Answers as a module would; called for each write. */
  onSent: ((text: string) => void) | undefined;
  /** Called after each URC was written down. */
  onUrc: ((line: string) => void) | undefined;

  constructor(options: Partial<AtChannelOptions> = {}) {
    this.channel = new AtChannel({
      clock: this.clock,
      grammar: exampleGrammar,
      classify: exampleClassify,
      write: (bytes) => {
        const text = bytes.toString('latin1');
        this.sent.push(text);
        this.onSent?.(text);
      },
      onUrc: (line) => {
        this.events.push(`urc ${line}`);
        this.onUrc?.(line);
      },
      onPayload: (item) =>
        this.events.push(item.kind === 'payload' ? `payload ${item.payload.toString('latin1')}` : item.kind),
      onUnresponsive: () => this.events.push('unresponsive'),
      onTrace: (entry) => this.trace.push(entry),
      ...options,
    });
  }

  /** Runs a command and writes its result down under `label`. */
  run<Answer>(command: AtCommand<Answer>, label: string = command.name, options: { front?: boolean } = {}) {
    return this.channel.run(command, (result) => this.events.push(`${label} ${told(result)}`), options);
  }

  /** Lets the module say something; one character is one byte. */
  say(text: string): void {
    this.channel.receive(Buffer.from(text, 'latin1'));
  }

  /** Lets the module say lines, framed as it frames them. */
  sayLines(...lines: string[]): void {
    for (const line of lines) this.say(`\r\n${line}\r\n`);
  }

  /** From now on every bare `AT` is answered. */
  answerAt(): void {
    this.onSent = (text) => {
      if (text === 'AT\r') this.sayLines('OK');
    };
  }
}

/** A result in a few words. */
export function told(result: AtResult<unknown>): string {
  switch (result.kind) {
    case 'done':
      return ['done', ...(result.outcome === undefined ? [] : [result.outcome])].join(' ');
    case 'refused':
      return `refused ${result.stage} ${result.line}`;
    case 'unanswered':
      return `unanswered ${result.stage}`;
    case 'cancelled':
      return result.sent ? 'cancelled sent' : 'cancelled unsent';
  }
}
