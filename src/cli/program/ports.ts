import type { Command } from 'commander';
import type { Invocation } from './invocation.js';

export function addPorts(program: Command, { context, end }: Invocation): void {
  program
    .command('ports')
    .description('serial ports, which of them is a Luat AT port, who holds each')
    .argument('[path...]', 'only these')
    .option('--probe', 'ask each port that nobody holds: whatever is behind it gets to read "AT"')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  $ luat-link ports --probe')
    .action(
      async (
        paths: readonly string[],
        { probe = false, json = false }: { probe?: boolean; json?: boolean },
      ) => {
        const { ports } = await import('../commands/ports.js');
        end(await ports({ paths, probe, json }, context));
      },
    );
}
