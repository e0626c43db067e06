#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { checkConfig, showConfig } from './commands/config.js';
import { diagram, diagramFormats, type DiagramFormat } from './commands/diagram.js';
import type { SimulateOptions } from './commands/simulate.js';
import { explain, processContext } from './context.js';
import { LinkError } from '../errors/link-error.js';
import { exitCode, type ExitCode } from './exit-codes.js';

const context = processContext();
// A reader that has seen enough (`| head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

let code: ExitCode = exitCode.done;

/** Beside src/ in the repository, beside dist/ in the package. */
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('luat-link')
  .description('Keeps the MQTT session of a Luat Air7xx 4G modem up, through its AT commands.')
  .version(version)
  .option('--verbose', 'with the stack, when something unexpected happens')
  .exitOverride()
  .showHelpAfterError('(luat-link --help lists the commands)')
  .showSuggestionAfterError();

program
  .command('demo')
  .description('connect, publish, receive and recover, on a software modem: no hardware, nothing to install')
  .option('--json', 'one JSON object instead of the story')
  .option('--inspect [port]', 'a live view in the browser, with faults to try; goes on until Ctrl-C')
  .option('--record <file>', 'record the run, for replay')
  .addHelpText('after', '\nExamples:\n  $ luat-link demo\n  $ luat-link demo --inspect')
  .action(async ({ json = false, inspect, record }: DemoFlags) => {
    // Commands load what they need when they are asked for: `run` must not wait for the demo's broker.
    const { demo } = await import('./commands/demo.js');
    code = await demo(
      {
        json,
        ...(inspect !== undefined && { inspect: inspectPort(inspect) }),
        ...(record !== undefined && { record }),
      },
      context,
    );
  });

program
  .command('run')
  .description('supervise until a signal comes; publish JSON lines from stdin, report JSON lines on stdout')
  .option('-c, --config <file>', 'YAML or JSON configuration')
  .option('--port <port>', 'serial port or tcp://host:port')
  .option('--broker <url>', 'mqtt://user:password@host:port')
  .option('--log-level <level>', 'fatal, error, warn, info, debug, trace or silent')
  .option('--metrics [port]', 'serve /metrics, /livez and /readyz on 127.0.0.1; default port 9177')
  .option('--trace', 'log every line to and from the module, secrets masked')
  .option('--set <key=value>', 'any key of the configuration, as often as needed', collect, [])
  .option('--inspect [port]', 'a live view in the browser, on 127.0.0.1 (port 8177 unless named)')
  .option('--record <file>', 'record the run, for replay')
  .option('--exit-on-eof', 'when stdin ends, deliver what was accepted and end')
  .addHelpText(
    'after',
    `
Examples:
  $ luat-link run -c link.yaml
  $ echo '{"id":"1","topic":"meter-17/data","payload":"21.5","qos":1}' |
      luat-link run --port /dev/ttyUSB2 --broker mqtt://broker.example --set broker.clientId=meter-17 --exit-on-eof

One JSON object a line: on stdin {"id","topic","payload","encoding":"utf8|base64|hex","qos","retain"}, on stdout
"state", "message", and for each line of stdin "accepted" or "rejected", then "delivered" or "failed".
With --exit-on-eof it ends with 0, or with the code of the last failure; a rejected line is no failure.`,
  )
  .action(async (flags: RunFlags) => {
    const { run } = await import('./commands/run.js');
    const { readSetOptions } = await import('./set-option.js');
    code = await run(
      {
        ...(flags.config !== undefined && { config: flags.config }),
        exitOnEof: flags.exitOnEof ?? false,
        ...(flags.record !== undefined && { record: flags.record }),
        overrides: readSetOptions([...shorthands(flags), ...flags.set]),
      },
      context,
    );
  });

program
  .command('pub')
  .description('connect, deliver one message, close; for scripts and cron')
  .option('-c, --config <file>', 'YAML or JSON configuration')
  .option('--set <key=value>', 'any key of the configuration, as often as needed', collect, [])
  .requiredOption('-t, --topic <topic>', 'where to')
  .option('-m, --message <text>', 'the message')
  .option('-f, --file <file>', 'the message, from a file')
  .option('-s, --stdin', 'the message, from stdin')
  .addOption(
    new Option('-q, --qos <qos>', '0: taken by the modem; 1, 2: acknowledged by the broker')
      .choices(['0', '1', '2'])
      .default('1'),
  )
  .option('-r, --retain', 'the broker keeps it for later subscribers')
  .option('--timeout <seconds>', 'give up after so long', '60')
  .option('--json', 'one JSON object when it is delivered')
  .addHelpText('after', '\nExample:\n  $ luat-link pub -c link.yaml -t meter-17/data -m 21.5')
  .action(async (flags: PubFlags) => {
    const { pub } = await import('./commands/pub.js');
    const { readSetOptions } = await import('./set-option.js');
    code = await pub(
      {
        ...oneShotOptions(flags, readSetOptions),
        topic: flags.topic,
        ...(flags.message !== undefined && { message: flags.message }),
        ...(flags.file !== undefined && { file: flags.file }),
        stdin: flags.stdin ?? false,
        qos: qosOf(flags.qos),
        retain: flags.retain ?? false,
        json: flags.json ?? false,
      },
      context,
    );
  });

program
  .command('sub')
  .description('connect, subscribe, print messages')
  .option('-c, --config <file>', 'YAML or JSON configuration')
  .option('--set <key=value>', 'any key of the configuration, as often as needed', collect, [])
  .requiredOption('-t, --topic <filter...>', 'what to subscribe to')
  .addOption(new Option('-q, --qos <qos>', 'of the subscriptions').choices(['0', '1', '2']).default('1'))
  .option('-C, --count <count>', 'end after so many messages', Number)
  .option('--timeout <seconds>', 'give up after so long; with none it goes on for ever')
  .option('--json', 'one JSON object a line')
  .addHelpText('after', "\nExample:\n  $ luat-link sub -c link.yaml -t 'meter-17/cmd/#' -C 1 --timeout 300")
  .action(async (flags: SubFlags) => {
    const { sub } = await import('./commands/sub.js');
    const { readSetOptions } = await import('./set-option.js');
    code = await sub(
      {
        ...oneShotOptions(flags, readSetOptions),
        filters: flags.topic,
        qos: qosOf(flags.qos),
        ...(flags.count !== undefined && { count: flags.count }),
        json: flags.json ?? false,
      },
      context,
    );
  });

interface OneShotFlags {
  readonly config?: string;
  readonly set: readonly string[];
  readonly timeout?: string;
  readonly qos: string;
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

function oneShotOptions({ config, set, timeout }: OneShotFlags, readSet: (set: readonly string[]) => object) {
  return {
    ...(config !== undefined && { config }),
    overrides: readSet(set),
    ...(timeout !== undefined && { timeout: Number(timeout) }),
  };
}

function qosOf(text: string): 0 | 1 | 2 {
  return text === '2' ? 2 : text === '1' ? 1 : 0;
}

interface RunFlags {
  readonly config?: string;
  readonly port?: string;
  readonly broker?: string;
  readonly logLevel?: string;
  readonly trace?: boolean;
  readonly metrics?: string | true;
  readonly exitOnEof?: boolean;
  readonly inspect?: string | true;
  readonly record?: string;
  readonly set: readonly string[];
}

/** Flags for what is set most often, in the words of `--set`, which wins over them. */
function shorthands({ port, broker, logLevel, trace, inspect, metrics }: RunFlags): readonly string[] {
  return [
    ...(port === undefined ? [] : [`port=${port}`]),
    ...(broker === undefined ? [] : [`broker.url=${broker}`]),
    ...(logLevel === undefined ? [] : [`log.level=${logLevel}`]),
    ...(trace === true ? ['log.trace=true'] : []),
    ...(inspect === undefined ? [] : [`inspect.port=${inspect === true ? INSPECTOR_PORT : inspect}`]),
    ...(metrics === undefined ? [] : [`metrics.port=${metrics === true ? 9177 : metrics}`]),
  ];
}

/** Where the live view is when no port is named. */
const INSPECTOR_PORT = 8177;

/** @throws LinkError CONFIG_INVALID */
function inspectPort(flag: string | true): number {
  const port = flag === true ? INSPECTOR_PORT : Number(flag);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new LinkError('CONFIG_INVALID', '--inspect takes a port from 0 to 65535.', {
    hint: '0 takes a free one; without a number it is 8177.',
  });
}

interface DemoFlags {
  readonly json?: boolean;
  readonly inspect?: string | true;
  readonly record?: string;
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

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
    const { simulate } = await import('./commands/simulate.js');
    code = await simulate(options, context);
  });

program
  .command('ports')
  .description('serial ports, which of them is a Luat AT port, who holds each')
  .argument('[path...]', 'only these')
  .option('--probe', 'ask each port that nobody holds: whatever is behind it gets to read "AT"')
  .option('--json', 'one JSON object')
  .addHelpText('after', '\nExample:\n  $ luat-link ports --probe')
  .action(async (paths: readonly string[], flags: { probe?: boolean; json?: boolean }) => {
    const { ports } = await import('./commands/ports.js');
    code = await ports({ paths, probe: flags.probe ?? false, json: flags.json ?? false }, context);
  });

program
  .command('doctor')
  .description('look at everything a link needs, from the port to a message that comes back; say what to do')
  .option('-c, --config <file>', 'YAML or JSON configuration')
  .option('--set <key=value>', 'any key of the configuration, as often as needed', collect, [])
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
  .action(async ({ config, set, topic, bundle, json = false }: DoctorFlags) => {
    const { doctor } = await import('./commands/doctor.js');
    const { readSetOptions } = await import('./set-option.js');
    code = await doctor(
      {
        ...(config !== undefined && { config }),
        overrides: readSetOptions(set),
        ...(topic !== undefined && { topic }),
        ...(bundle !== undefined && { bundle }),
        json,
        version,
      },
      context,
    );
  });

interface DoctorFlags {
  readonly config?: string;
  readonly set: readonly string[];
  readonly topic?: string;
  readonly bundle?: string;
  readonly json?: boolean;
}

program
  .command('diagram')
  .description('print the chart')
  .addOption(new Option('--format <format>', 'what to print').choices(diagramFormats).default('mermaid'))
  .addHelpText('after', '\nExample:\n  $ luat-link diagram --format json')
  .action(({ format }: { format: DiagramFormat }) => {
    code = diagram(format, context);
  });

program
  .command('replay')
  .argument('<file>', 'a recorded run: run --record, demo --record, or saved from the page')
  .description('tell a recorded run again, in the terminal or on the page')
  .option('--speed <factor>', '1: as it was; 10: ten times as fast; 0: at once', '0')
  .option('--wire', 'with the lines to and from the module')
  .option('--inspect [port]', 'show it on the page instead, until Ctrl-C')
  .addHelpText('after', '\nExample:\n  $ luat-link demo --record run.jsonl\n  $ luat-link replay run.jsonl')
  .action(async (file: string, flags: ReplayFlags) => {
    const { replay } = await import('./commands/replay.js');
    code = await replay(
      {
        file,
        speed: Number(flags.speed),
        wire: flags.wire ?? false,
        ...(flags.inspect !== undefined && { inspect: inspectPort(flags.inspect) }),
      },
      context,
    );
  });

interface ReplayFlags {
  readonly speed: string;
  readonly wire?: boolean;
  readonly inspect?: string | true;
}

const config = program.command('config').description('look at a configuration');
config
  .command('check')
  .argument('<file>')
  .description('say whether it is valid, or every finding')
  .option('--json', 'one JSON object')
  .addHelpText(
    'after',
    `\nExample:\n  $ echo '{port: /dev/ttyUSB2, broker: {url: "mqtt://broker.example"}}' > link.yaml\n  $ luat-link config check link.yaml`,
  )
  .action((file: string, { json = false }: { json?: boolean }) => {
    code = checkConfig(file, context, json);
  });
config
  .command('show')
  .argument('<file>')
  .description('every value in force, secrets masked, with where it comes from')
  .option('--json', 'one JSON object')
  .addHelpText(
    'after',
    `\nExample:\n  $ echo '{port: /dev/ttyUSB2, broker: {url: "mqtt://broker.example"}}' > link.yaml\n  $ luat-link config show link.yaml`,
  )
  .action((file: string, { json = false }: { json?: boolean }) => {
    code = showConfig(file, context, json);
  });

const outbox = program
  .command('outbox')
  .description('look at the outbox of a link that is not running; retry or purge messages that were refused');
interface OutboxFlags {
  readonly config?: string;
  readonly set: readonly string[];
  readonly json?: boolean;
}
const outboxCommand = (name: string, description: string): Command =>
  outbox
    .command(name)
    .description(description)
    .option('-c, --config <file>', 'YAML or JSON configuration')
    .option('--set <key=value>', 'any key of the configuration, as often as needed', collect, [])
    .option('--json', 'one JSON object')
    .addHelpText('after', `\nExample:\n  $ luat-link outbox ${name} -c link.yaml`);
async function outboxOptions({ config, set, json = false }: OutboxFlags) {
  const { readSetOptions } = await import('./set-option.js');
  return { ...(config !== undefined && { config }), overrides: readSetOptions(set), json };
}
outboxCommand('list', 'what waits, and the messages that were given up, with the reason').action(
  async (flags: OutboxFlags) => {
    const { listOutbox } = await import('./commands/outbox.js');
    code = await listOutbox(await outboxOptions(flags), context);
  },
);
outboxCommand('retry', 'let messages that were given up wait again')
  .argument('[id...]', 'which; none: all')
  .action(async (ids: string[], flags: OutboxFlags) => {
    const { retryDeadLetters } = await import('./commands/outbox.js');
    code = await retryDeadLetters(await outboxOptions(flags), ids, context);
  });
outboxCommand('purge', 'delete messages that were given up')
  .argument('[id...]', 'which; none: all')
  .action(async (ids: string[], flags: OutboxFlags) => {
    const { purgeDeadLetters } = await import('./commands/outbox.js');
    code = await purgeDeadLetters(await outboxOptions(flags), ids, context);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) code = error.exitCode === 0 ? exitCode.done : exitCode.usage;
  else code = explain(error, context, program.opts<{ verbose?: boolean }>().verbose);
}
process.exitCode = code;
