import { Option, type Command } from 'commander';
import type { OneShotOptions } from '../one-shot.js';
import type { Invocation } from './invocation.js';
import { configurationOf, withConfiguration, type ConfigFlags } from './options.js';

interface OneShotFlags extends ConfigFlags {
  readonly timeout?: string;
  readonly qos: '0' | '1' | '2';
  readonly json?: boolean;
}

interface PubFlags extends OneShotFlags {
  readonly topic: string;
  readonly message?: string;
  readonly file?: string;
  readonly stdin?: boolean;
  readonly retain?: boolean;
}

interface SubFlags extends OneShotFlags {
  readonly topic: readonly string[];
  readonly count?: number;
}

export function addPub(program: Command, { context, end }: Invocation): void {
  withConfiguration(program.command('pub'))
    .description('connect, deliver one message, close; for scripts and cron')
    .requiredOption('-t, --topic <topic>', 'where to')
    .option('-m, --message <text>', 'the message')
    .option('-f, --file <file>', 'the message, from a file')
    .option('-s, --stdin', 'the message, from stdin')
    .addOption(qosOption('0: taken by the modem; 1, 2: acknowledged by the broker'))
    .option('-r, --retain', 'the broker keeps it for later subscribers')
    .option('--timeout <seconds>', 'give up after so long', '60')
    .option('--json', 'one JSON object when it is delivered')
    .addHelpText('after', '\nExample:\n  $ luat-link pub -c link.yaml -t meter-17/data -m 21.5')
    .action(async (flags: PubFlags) => {
      const { pub } = await import('../commands/pub.js');
      const { topic, message, file, stdin = false, retain = false } = flags;
      end(
        await pub(
          {
            ...oneShotOf(flags),
            topic,
            ...(message !== undefined && { message }),
            ...(file !== undefined && { file }),
            stdin,
            retain,
          },
          context,
        ),
      );
    });
}

export function addSub(program: Command, { context, end }: Invocation): void {
  withConfiguration(program.command('sub'))
    .description('connect, subscribe, print messages')
    .requiredOption('-t, --topic <filter...>', 'what to subscribe to')
    .addOption(qosOption('of the subscriptions'))
    .option('-C, --count <count>', 'end after so many messages', Number)
    .option('--timeout <seconds>', 'give up after so long; with none it goes on for ever')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', "\nExample:\n  $ luat-link sub -c link.yaml -t 'meter-17/cmd/#' -C 1 --timeout 300")
    .action(async (flags: SubFlags) => {
      const { sub } = await import('../commands/sub.js');
      const { topic: filters, count } = flags;
      end(await sub({ ...oneShotOf(flags), filters, ...(count !== undefined && { count }) }, context));
    });
}

function qosOption(about: string): Option {
  return new Option('-q, --qos <qos>', about).choices(['0', '1', '2']).default('1');
}

const levels = { '0': 0, '1': 1, '2': 2 } as const;

function oneShotOf(
  flags: OneShotFlags,
): OneShotOptions & { readonly qos: 0 | 1 | 2; readonly json: boolean } {
  const { timeout, qos, json = false } = flags;
  return {
    ...configurationOf(flags),
    ...(timeout !== undefined && { timeout: Number(timeout) }),
    qos: levels[qos],
    json,
  };
}
