import type { Command } from 'commander';
import type { Invocation } from './invocation.js';
import { inspectPort } from './options.js';

interface ReplayFlags {
  readonly speed: string;
  readonly wire?: boolean;
  readonly inspect?: string | true;
}

export function addReplay(program: Command, { context, end }: Invocation): void {
  program
    .command('replay')
    .argument('<file>', 'a recorded run: run --record, demo --record, or saved from the page')
    .description('tell a recorded run again, in the terminal or on the page')
    .option('--speed <factor>', '1: as it was; 10: ten times as fast; 0: at once', '0')
    .option('--wire', 'with the lines to and from the module')
    .option('--inspect [port]', 'show it on the page instead, until Ctrl-C')
    .addHelpText('after', '\nExample:\n  $ luat-link demo --record run.jsonl\n  $ luat-link replay run.jsonl')
    .action(async (file: string, { speed, wire = false, inspect }: ReplayFlags) => {
      const { replay } = await import('../commands/replay.js');
      end(
        await replay(
          {
            file,
            speed: Number(speed),
            wire,
            ...(inspect !== undefined && { inspect: inspectPort(inspect) }),
          },
          context,
        ),
      );
    });
}
