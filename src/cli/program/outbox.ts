import type { Command } from 'commander';
import type { Invocation } from './invocation.js';
import { configurationOf, withConfiguration, type ConfigFlags } from './options.js';

interface OutboxFlags extends ConfigFlags {
  readonly json?: boolean;
}

export function addOutbox(program: Command, { context, end }: Invocation): void {
  const outbox = program
    .command('outbox')
    .description(
      'look at the outbox of a link that is not running; retry or purge messages that were refused',
    );
  const add = (name: string, about: string): Command =>
    withConfiguration(outbox.command(name))
      .description(about)
      .option('--json', 'one JSON object')
      .addHelpText('after', `\nExample:\n  $ luat-link outbox ${name} -c link.yaml`);
  const optionsOf = (flags: OutboxFlags) => ({ ...configurationOf(flags), json: flags.json ?? false });

  add('list', 'what waits, and the messages that were given up, with the reason').action(
    async (flags: OutboxFlags) => {
      const { listOutbox } = await import('../commands/outbox.js');
      end(await listOutbox(optionsOf(flags), context));
    },
  );
  add('retry', 'let messages that were given up wait again')
    .argument('[id...]', 'which; none: all')
    .action(async (ids: string[], flags: OutboxFlags) => {
      const { retryDeadLetters } = await import('../commands/outbox.js');
      end(await retryDeadLetters(optionsOf(flags), ids, context));
    });
  add('purge', 'delete messages that were given up')
    .argument('[id...]', 'which; none: all')
    .action(async (ids: string[], flags: OutboxFlags) => {
      const { purgeDeadLetters } = await import('../commands/outbox.js');
      end(await purgeDeadLetters(optionsOf(flags), ids, context));
    });
}
