import { LinkError } from '../../errors/link-error.js';
import type { CliContext } from '../context.js';
import { exitCode, type ExitCode } from '../exit-codes.js';
import { messageReport, writeReport } from '../line-protocol.js';
import { oneShot, type OneShotOptions } from '../one-shot.js';

export interface SubOptions extends OneShotOptions {
  readonly filters: readonly string[];
  readonly qos: 0 | 1 | 2;
  /** How many messages to wait for; absent: until a signal comes. */
  readonly count?: number;
  readonly json: boolean;
}

/** `sub`: print messages, one a line: the topic and the text, or JSON. */
export async function sub(options: SubOptions, context: CliContext): Promise<ExitCode> {
  const { filters, qos, count, json } = options;
  if (count !== undefined && !(Number.isInteger(count) && count > 0)) {
    throw new LinkError('CONFIG_INVALID', '-C takes a whole number of messages, 1 or more.', {
      hint: 'For example -C 1.',
    });
  }
  // Only what was asked for, instead of the configuration's own subscriptions.
  const overrides = { ...options.overrides, subscriptions: filters.map((topic) => ({ topic, qos })) };
  return oneShot({ ...options, overrides }, context, async (supervisor) => {
    let seen = 0;
    await new Promise<void>((resolve) => {
      supervisor.on('message', (message) => {
        if (count !== undefined && seen >= count) return;
        seen += 1;
        const line = json
          ? writeReport(messageReport(message))
          : `${message.topic} ${message.payload.toString()}\n`;
        context.stdout.write(line);
        if (seen === count) resolve();
      });
    });
    return exitCode.done;
  });
}
