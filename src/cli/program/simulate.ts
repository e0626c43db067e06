import { Option, type Command } from 'commander';
import type { SimulateOptions } from '../commands/simulate.js';
import type { Invocation } from './invocation.js';

export function addSimulate(program: Command, { context, end }: Invocation): void {
  program
    .command('simulate')
    .description(
      'a software modem on a pseudo-terminal, for anyone’s tests; faults are typed, or sent to --control',
    )
    .option('--link <path>', 'symlink to the pseudo-terminal')
    .addOption(
      new Option('--profile <profile>', 'module family')
        .choices(['air724', 'air780e', 'air780ep', 'air780el'])
        .default('air780ep'),
    )
    .option('--broker <url>', 'connect here, whatever MIPSTART names')
    .option('--control <socket>', 'Unix socket that takes fault commands, one a line')
    .option('--tcp <port>', 'serve on this TCP port instead of a pseudo-terminal', Number)
    .addHelpText(
      'after',
      '\nExample:\n  $ luat-link simulate --link ./modem --profile air780e\n\nThen type "help", or a fault such as "closed".',
    )
    .action(async (options: SimulateOptions) => {
      const { simulate } = await import('../commands/simulate.js');
      end(await simulate(options, context));
    });
}
