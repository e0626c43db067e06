import { once } from 'node:events';
import type { Cause } from '../../machines/index.js';
import type { LinkConfig } from '../config/schema.js';
import { LinkError } from '../errors/link-error.js';
import { Supervisor } from '../supervisor.js';
import { createLogger } from '../telemetry/logger.js';
import { loadUsableConfig } from './configuration.js';
import type { CliContext } from './context.js';
import { exitCode, type ExitCode } from './exit-codes.js';

export interface OneShotOptions {
  readonly config?: string;
  /** What flags set, in groups as in the file. */
  readonly overrides: object;
  /** Seconds until it is given up, whatever it waits for; absent: never. */
  readonly timeout?: number;
}

/** Causes that waiting will not cure within one command: a person has to act first. */
const hopeless: readonly Cause[] = [
  'PORT_NOT_FOUND',
  'PORT_DENIED',
  'PORT_BUSY',
  'SIM_PIN_REQUIRED',
  'SIM_PIN_WRONG',
  'SIM_BLOCKED',
  'TLS_SETUP_FAILED',
  'MQTT_REFUSED',
];

/**
 * Connects, does one thing over the link and closes it, for scripts and cron.
 * @throws LinkError with the cause that kept the link down, or TIMEOUT
 */
export async function oneShot(
  { config: file, overrides, timeout }: OneShotOptions,
  context: CliContext,
  act: (supervisor: Supervisor) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { clock, environment } = context;
  if (timeout !== undefined && !(timeout > 0 && timeout <= 2_000_000)) {
    throw new LinkError(
      'CONFIG_INVALID',
      '--timeout must be a number of seconds, more than 0 and up to 2000000.',
      {
        hint: 'For example --timeout 60.',
      },
    );
  }
  const { config: loaded } = loadUsableConfig({ file, environment, overrides }, clock.wallTime());
  // Its exit code says what became of the message: none may stay behind to be sent by somebody else later.
  const config: LinkConfig = { ...loaded, outbox: { ...loaded.outbox, store: 'memory' } };
  const supervisor = new Supervisor(config, { clock, logger: createLogger({ level: config.log.level }) });
  const ended = new AbortController();
  const interrupt = (): void => ended.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const interrupted = once(ended.signal, 'abort').then((): ExitCode => exitCode.interrupted);
  let fail: (error: LinkError) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // It may fail before anybody waits for it.
  failed.catch(() => undefined);
  const late =
    timeout === undefined
      ? undefined
      : clock.setTimeout(() => fail(lateError(supervisor, timeout)), timeout * 1_000);
  supervisor.on('state', ({ cause }) => {
    if (cause !== undefined && hopeless.includes(cause.code)) fail(downError(supervisor, cause.code));
  });
  try {
    await supervisor.start();
    return await Promise.race([act(supervisor), failed, interrupted]);
  } finally {
    clock.clearTimeout(late);
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await supervisor.stop();
  }
}

function downError(supervisor: Supervisor, code: Cause): LinkError {
  const { cause } = supervisor.status();
  return new LinkError(code, cause?.detail ?? `The link cannot be made: ${code}.`);
}

/** Some states wait longer than one command has time: what they wait for is what was missing. */
const awaited: ReadonlyMap<string, Cause> = new Map([
  ['synchronizing', 'MODEM_UNRESPONSIVE'],
  ['checkingSim', 'SIM_MISSING'],
  ['attaching', 'NOT_ATTACHED'],
  ['activatingBearer', 'BEARER_FAILED'],
  ['connectingTcp', 'TCP_FAILED'],
]);

function lateError(supervisor: Supervisor, timeout: number): LinkError {
  const { status, path, cause } = supervisor.status();
  const [state = path] = path.split('.');
  const code = cause?.code ?? awaited.get(state);
  if (status === 'online' || code === undefined) {
    return new LinkError('TIMEOUT', `It was not done within ${timeout} s (${status}, ${path}).`);
  }
  const detail = cause?.detail === undefined ? '' : ` ${cause.detail}`;
  return new LinkError(code, `The link did not come up within ${timeout} s (${status}, ${path}).${detail}`);
}
