import type { Command } from 'commander';
import type { Invocation } from './invocation.js';
import { configurationOf, withConfiguration, type ConfigFlags } from './options.js';

interface DoctorFlags extends ConfigFlags {
  readonly topic?: string;
  readonly bundle?: string;
  readonly json?: boolean;
}

export function addDoctor(program: Command, { context, version, end }: Invocation): void {
  withConfiguration(program.command('doctor'))
    .description(
      'look at everything a link needs, from the port to a message that comes back; say what to do',
    )
    .option('--topic <topic>', 'where the test message goes; default luat-link/doctor/CLIENT-ID')
    .option('--bundle <file>', 'write a support archive, one JSON object, secrets masked')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
Example:
  $ luat-link doctor -c link.yaml

It stops at nothing that can still be looked at, and ends with 0, or the code of the first failure: 2 configuration,
3 port or module, 4 SIM, 5 network or bearer, 6 broker, 8 outbox. It needs the port: stop a running link first.`,
    )
    .action(async (flags: DoctorFlags) => {
      const { doctor } = await import('../commands/doctor.js');
      const { topic, bundle, json = false } = flags;
      end(
        await doctor(
          {
            ...configurationOf(flags),
            ...(topic !== undefined && { topic }),
            ...(bundle !== undefined && { bundle }),
            json,
            version,
          },
          context,
        ),
      );
    });
}
