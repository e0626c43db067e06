import type { Command } from 'commander';
import { checkConfig, showConfig } from '../commands/config.js';
import type { Invocation } from './invocation.js';

export function addConfig(program: Command, { context, end }: Invocation): void {
  const config = program.command('config').description('look at a configuration');
  const add = (name: string, about: string, act: typeof checkConfig): void => {
    config
      .command(name)
      .argument('<file>')
      .description(about)
      .option('--json', 'one JSON object')
      .addHelpText(
        'after',
        `\nExample:\n  $ echo '{port: /dev/ttyUSB2, broker: {url: "mqtt://broker.example"}}' > link.yaml\n  $ luat-link config ${name} link.yaml`,
      )
      .action((file: string, { json = false }: { json?: boolean }) => end(act(file, context, json)));
  };
  add('check', 'say whether it is valid, or every finding', checkConfig);
  add('show', 'every value in force, secrets masked, with where it comes from', showConfig);
}
