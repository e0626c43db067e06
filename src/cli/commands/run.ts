import { once } from 'node:events';
import { Supervisor } from '../../supervisor.js';
import { createLogger } from '../../telemetry/logger.js';
import { serviceManager, Watchdog } from '../../telemetry/service-manager.js';
import { loadUsableConfig } from '../configuration.js';
import type { CliContext } from '../context.js';
import { exitCode, type ExitCode } from '../exit-codes.js';
import { inputLines } from '../input-lines.js';
import { LONGEST_LINE, messageReport, stateReport, writeReport, type Report } from '../line-protocol.js';
import { LinePublisher } from '../line-publisher.js';
import { recordTo } from '../recorder.js';

export interface RunOptions {
  readonly config?: string;
  /** What flags set, in groups as in the file. */
  readonly overrides: object;
  readonly exitOnEof: boolean;
  /** Where the run is recorded, for `replay`. */
  readonly record?: string;
}

/**
 * Supervises until a signal comes (or stdin ends, with `--exit-on-eof`). Publishes what comes on stdin, reports on
 * stdout.
 */
export async function run(options: RunOptions, context: CliContext): Promise<ExitCode> {
  const { clock, environment, stdin, stdout } = context;
  const { config } = loadUsableConfig(
    { file: options.config, environment, overrides: options.overrides },
    clock.wallTime(),
  );
  const logger = createLogger({ level: config.log.level });
  const supervisor = new Supervisor(config, { logger, clock });
  // Who reads us may go away; supervising goes on, a report nobody reads is no fault.
  stdout.on('error', () => undefined);
  const say = (report: Report): void => {
    stdout.write(writeReport(report));
  };
  supervisor.on('state', (state) => say(stateReport(state)));
  supervisor.on('message', (message) => say(messageReport(message)));

  const notify = serviceManager(environment);
  if (notify !== undefined) supervisor.observe(new Watchdog(notify).observer);

  const ended = new AbortController();
  const signalled = once(ended.signal, 'abort').then(() => exitCode.done);
  const interrupt = (): void => {
    if (ended.signal.aborted) process.exit(exitCode.interrupted);
    ended.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);

  const recorder = options.record === undefined ? undefined : recordTo(options.record, supervisor, context);
  try {
    await supervisor.start();
    await notify?.('--ready');
    tellInspector(supervisor.inspector, context);
    const { store, qos0 } = config.outbox;
    const publisher = new LinePublisher({
      supervisor,
      say,
      keeps: (qos) => store === 'disk' && (qos > 0 || qos0 === 'disk'),
    });
    const publishing = publishLines(publisher, context, ended.signal);
    return await Promise.race(options.exitOnEof ? [publishing, signalled] : [signalled]);
  } finally {
    ended.abort();
    await notify?.('STOPPING=1');
    await supervisor.stop();
    await recorder?.close();
    stdin.destroy();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** The address that may act is for a person at the terminal; in a log of a service it would be a secret given away. */
function tellInspector(inspector: Supervisor['inspector'], { stderr }: CliContext): void {
  if (inspector === undefined) return;
  const isTerminal = 'isTTY' in stderr && stderr.isTTY === true;
  stderr.write(`luat-link: the live view is at ${isTerminal ? inspector.operatorUrl : inspector.url}\n`);
}

/** Publishes every line of stdin until it ends or the signal comes. */
async function publishLines(
  publisher: LinePublisher,
  { stdin, stdout, stderr }: CliContext,
  signal: AbortSignal,
): Promise<ExitCode> {
  try {
    for await (const line of inputLines(stdin, LONGEST_LINE)) {
      if (signal.aborted) break;
      // Reports that nobody takes must not pile up: no more is read until they are gone.
      if (stdout.writableNeedDrain) await once(stdout, 'drain', { signal }).catch(() => undefined);
      await publisher.take(line);
    }
  } catch (error) {
    // At the end of the process stdin is closed under the reader. Whatever else closes it is as good as its end.
    if (!signal.aborted) stderr.write(`luat-link: stdin cannot be read any more: ${String(error)}\n`);
  }
  return publisher.settled();
}
