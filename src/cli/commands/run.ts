import { loadConfig } from '../../config/load.js';
import { LinkError, type LinkErrorCode } from '../../errors/link-error.js';
import { Supervisor } from '../../supervisor.js';
import { createLogger } from '../../telemetry/logger.js';
import type { CliContext } from '../context.js';
import { exitCode, exitCodeOf, type ExitCode } from '../exit-codes.js';
import { inputLines } from '../input-lines.js';
import {
  LONGEST_LINE,
  messageReport,
  readRequest,
  stateReport,
  writeReport,
  type Report,
} from '../line-protocol.js';

export interface RunOptions {
  readonly config?: string;
  /** What flags set, in groups as in the file. */
  readonly overrides: object;
  readonly exitOnEof: boolean;
}

/**
 * Supervises until a signal comes (or stdin ends, with `--exit-on-eof`). Publishes what comes on stdin, reports on
 * stdout.
 */
export async function run(options: RunOptions, context: CliContext): Promise<ExitCode> {
  const { config } = loadConfig({
    ...(options.config !== undefined && { file: options.config }),
    environment: context.environment,
    overrides: options.overrides,
  });
  const logger = createLogger({ level: config.log.level });
  const supervisor = new Supervisor(config, { logger, clock: context.clock });
  // Who reads us may go away; supervising goes on, a report nobody reads is no fault.
  context.stdout.on('error', () => undefined);
  const say = (report: Report): void => {
    context.stdout.write(writeReport(report));
  };
  supervisor.on('state', (state) => say(stateReport(state)));
  supervisor.on('message', (message) => say(messageReport(message)));

  const ended = new AbortController();
  const interrupt = (): void => {
    if (ended.signal.aborted) process.exit(exitCode.interrupted);
    ended.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);

  try {
    await supervisor.start();
    const publishing = publishLines(supervisor, context, say, ended.signal);
    const signalled = new Promise<ExitCode>((resolve) => {
      ended.signal.addEventListener('abort', () => {
        resolve(exitCode.done);
      });
    });
    return await Promise.race(options.exitOnEof ? [publishing, signalled] : [signalled]);
  } finally {
    ended.abort();
    await supervisor.stop();
    context.stdin.destroy();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** Publishes every line of stdin. @returns the exit code of the last failure, once all that was accepted is settled */
async function publishLines(
  supervisor: Supervisor,
  { stdin }: CliContext,
  say: (report: Report) => void,
  signal: AbortSignal,
): Promise<ExitCode> {
  let worst: ExitCode = exitCode.done;
  const underWay = new Set<Promise<void>>();
  for await (const line of inputLines(stdin, LONGEST_LINE)) {
    if (signal.aborted) break;
    if (line.trim() === '') continue;
    const request = readRequest(line);
    if ('error' in request) {
      say(rejected(request.id, request.error));
      continue;
    }
    const { id, topic, payload, qos, retain } = request;
    try {
      const { delivered } = await supervisor.publish(topic, payload, { qos, retain });
      say({ type: 'accepted', id });
      const settled = delivered.then(
        () => say({ type: 'delivered', id }),
        (error: unknown) => {
          const fault = asLinkError(error);
          worst = exitCodeOf(fault.code);
          say({ type: 'failed', id, code: fault.code, message: fault.message });
        },
      );
      underWay.add(settled);
      void settled.finally(() => underWay.delete(settled));
    } catch (error) {
      say(rejected(id, asLinkError(error)));
    }
  }
  await Promise.all(underWay);
  return worst;
}

function rejected(id: string | number | null, error: LinkError): Report {
  return {
    type: 'rejected',
    id,
    code: error.code satisfies LinkErrorCode,
    message: `${error.message} ${error.hint}`,
  };
}

function asLinkError(error: unknown): LinkError {
  if (error instanceof LinkError) return error;
  return new LinkError('INTERNAL', error instanceof Error ? error.message : String(error), { cause: error });
}
