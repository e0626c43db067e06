import type { Command } from 'commander';
import type { Invocation } from './invocation.js';
import { inspectPort } from './options.js';

interface DemoFlags {
  readonly json?: boolean;
  readonly inspect?: string | true;
  readonly record?: string;
}

export function addDemo(program: Command, { context, end }: Invocation): void {
  program
    .command('demo')
    .description(
      'connect, publish, receive and recover, on a software modem: no hardware, nothing to install',
    )
    .option('--json', 'one JSON object instead of the story')
    .option('--inspect [port]', 'a live view in the browser, with faults to try; goes on until Ctrl-C')
    .option('--record <file>', 'record the run, for replay')
    .addHelpText('after', '\nExamples:\n  $ luat-link demo\n  $ luat-link demo --inspect')
    .action(async ({ json = false, inspect, record }: DemoFlags) => {
      const { demo } = await import('../commands/demo.js');
      end(
        await demo(
          {
            json,
            ...(inspect !== undefined && { inspect: inspectPort(inspect) }),
            ...(record !== undefined && { record }),
          },
          context,
        ),
      );
    });
}
