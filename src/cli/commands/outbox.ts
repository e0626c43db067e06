import { isUtf8 } from 'node:buffer';
import { LinkError } from '../../errors/link-error.js';
import { createOutbox } from '../../outbox/create.js';
import type { DeadLetter } from '../../outbox/dead-letters.js';
import type { Outbox } from '../../outbox/outbox.js';
import { createLogger } from '../../telemetry/logger.js';
import { loadUsableConfig } from '../configuration.js';
import type { CliContext } from '../context.js';
import { exitCode, type ExitCode } from '../exit-codes.js';

export interface OutboxOptions {
  readonly config?: string;
  readonly overrides: object;
  readonly json: boolean;
}

/** `outbox list`: what waits, and the messages that were given up, with the reason. */
export async function listOutbox(options: OutboxOptions, context: CliContext): Promise<ExitCode> {
  return withOutbox(options, context, async (outbox) => {
    const letters = await outbox.deadLetters.list();
    const { waiting, bytes } = outbox.report();
    const { stdout } = context;
    if (options.json) {
      const deadLetters = letters.map((letter) => ({ ...letter, ...payloadOf(letter) }));
      stdout.write(`${JSON.stringify({ waiting, bytes, deadLetters })}\n`);
      return;
    }
    stdout.write(`${waiting} waiting (${bytes} bytes), ${letters.length} dead letters\n`);
    for (const letter of letters) {
      const { id, topic, qos, payload, givenUpAt, code, reason, maybeSent } = letter;
      stdout.write(
        `${id}  ${JSON.stringify(topic)}  QoS ${qos}, ${payload.length} bytes, given up ${givenUpAt}\n` +
          `    ${code}: ${reason}${maybeSent ? ' It may have arrived.' : ''}\n`,
      );
    }
  });
}

/** `outbox retry [ID...]`: dead letters wait again; the next `run` delivers them. */
export async function retryDeadLetters(
  options: OutboxOptions,
  ids: readonly string[],
  context: CliContext,
): Promise<ExitCode> {
  return withOutbox(options, context, async ({ deadLetters }) => {
    const retried = await deadLetters.retry(await idsOf(ids, deadLetters));
    context.stdout.write(
      options.json ? `${JSON.stringify({ retried })}\n` : `${retried} wait again; run delivers them.\n`,
    );
  });
}

/** `outbox purge [ID...]`: deletes dead letters. */
export async function purgeDeadLetters(
  options: OutboxOptions,
  ids: readonly string[],
  context: CliContext,
): Promise<ExitCode> {
  return withOutbox(options, context, async ({ deadLetters }) => {
    const purged = await deadLetters.purge(await idsOf(ids, deadLetters));
    context.stdout.write(options.json ? `${JSON.stringify({ purged })}\n` : `${purged} purged.\n`);
  });
}

async function withOutbox(
  { config: file, overrides }: OutboxOptions,
  { clock, environment }: CliContext,
  act: (outbox: Outbox) => Promise<void>,
): Promise<ExitCode> {
  const { config } = loadUsableConfig({ file, environment, overrides }, clock.wallTime());
  if (config.outbox.store !== 'disk') {
    throw new LinkError(
      'CONFIG_INVALID',
      'outbox.store is memory: there is nothing on the disk to look at.',
      {
        hint: 'Set outbox.store: disk, or look at deadLetters of the running supervisor.',
      },
    );
  }
  const log = createLogger({ level: config.log.level });
  const outbox = createOutbox(config.outbox, { clock, log });
  try {
    await act(outbox);
  } finally {
    await outbox.close(new LinkError('STOPPED', 'The command is over.'));
  }
  return exitCode.done;
}

/** None named: all. */
async function idsOf(
  words: readonly string[],
  deadLetters: Outbox['deadLetters'],
): Promise<readonly number[] | undefined> {
  if (words.length === 0) return undefined;
  const there = (await deadLetters.list()).map(({ id }) => id);
  return words.map((word) => {
    const id = Number(word);
    if (there.includes(id)) return id;
    throw new LinkError('CONFIG_INVALID', `There is no dead letter with the id ${JSON.stringify(word)}.`, {
      hint: '`luat-link outbox list` shows the ids.',
    });
  });
}

function payloadOf({ payload }: DeadLetter): { payload: string; encoding: 'utf8' | 'base64' } {
  return isUtf8(payload)
    ? { payload: payload.toString('utf8'), encoding: 'utf8' }
    : { payload: payload.toString('base64'), encoding: 'base64' };
}
