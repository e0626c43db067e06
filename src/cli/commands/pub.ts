import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { LinkError } from '../../errors/link-error.js';
import type { CliContext } from '../context.js';
import { exitCode, type ExitCode } from '../exit-codes.js';
import { oneShot, type OneShotOptions } from '../one-shot.js';

export interface PubOptions extends OneShotOptions {
  readonly topic: string;
  readonly message?: string;
  readonly file?: string;
  readonly stdin: boolean;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly json: boolean;
}

/** `pub`: connect, deliver one message, close. Done when the broker acknowledged it (QoS 0: when the modem took it). */
export async function pub(options: PubOptions, context: CliContext): Promise<ExitCode> {
  const payload = await payloadOf(options, context);
  const { topic, qos, retain, json } = options;
  return oneShot(options, context, async (supervisor) => {
    const { delivered } = await supervisor.publish(topic, payload, { qos, retain });
    await delivered;
    if (json)
      context.stdout.write(`${JSON.stringify({ delivered: true, topic, qos, bytes: payload.length })}\n`);
    return exitCode.done;
  });
}

async function payloadOf({ message, file, stdin }: PubOptions, context: CliContext): Promise<Buffer> {
  if ([message !== undefined, file !== undefined, stdin].filter(Boolean).length !== 1) {
    throw new LinkError('CONFIG_INVALID', 'pub takes exactly one of -m TEXT, -f FILE and -s.', {
      hint: 'For example: luat-link pub -c link.yaml -t meter-17/data -m 21.5',
    });
  }
  if (message !== undefined) return Buffer.from(message);
  if (file === undefined) return buffer(context.stdin);
  try {
    return readFileSync(file);
  } catch (error) {
    throw new LinkError('CONFIG_INVALID', `-f ${file} cannot be read.`, {
      hint: 'Correct the path.',
      cause: error,
    });
  }
}
