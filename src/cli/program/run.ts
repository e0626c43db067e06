import type { Command } from 'commander';
import type { Invocation } from './invocation.js';
import { configurationOf, INSPECTOR_PORT, withConfiguration, type ConfigFlags } from './options.js';

interface RunFlags extends ConfigFlags {
  readonly port?: string;
  readonly broker?: string;
  readonly logLevel?: string;
  readonly trace?: boolean;
  readonly metrics?: string | true;
  readonly exitOnEof?: boolean;
  readonly inspect?: string | true;
  readonly record?: string;
}

const METRICS_PORT = 9177;

export function addRun(program: Command, { context, end }: Invocation): void {
  withConfiguration(program.command('run'))
    .description('supervise until a signal comes; publish JSON lines from stdin, report JSON lines on stdout')
    .option('--port <port>', 'serial port or tcp://host:port')
    .option('--broker <url>', 'mqtt://user:password@host:port')
    .option('--log-level <level>', 'fatal, error, warn, info, debug, trace or silent')
    .option('--metrics [port]', 'serve /metrics, /livez and /readyz on 127.0.0.1; default port 9177')
    .option('--trace', 'log every line to and from the module, secrets masked')
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
      const { run } = await import('../commands/run.js');
      end(
        await run(
          {
            ...configurationOf(flags, shorthands(flags)),
            exitOnEof: flags.exitOnEof ?? false,
            ...(flags.record !== undefined && { record: flags.record }),
          },
          context,
        ),
      );
    });
}

/** Flags for what is set most often. */
function shorthands({ port, broker, logLevel, trace, inspect, metrics }: RunFlags): readonly string[] {
  return [
    ...(port === undefined ? [] : [`port=${port}`]),
    ...(broker === undefined ? [] : [`broker.url=${broker}`]),
    ...(logLevel === undefined ? [] : [`log.level=${logLevel}`]),
    ...(trace === true ? ['log.trace=true'] : []),
    ...(inspect === undefined ? [] : [`inspect.port=${inspect === true ? INSPECTOR_PORT : inspect}`]),
    ...(metrics === undefined ? [] : [`metrics.port=${metrics === true ? METRICS_PORT : metrics}`]),
  ];
}
