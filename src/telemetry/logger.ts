import { pino, type DestinationStream, type Level, type Logger } from 'pino';

export type { Logger } from 'pino';

/** The least severe level that is logged. */
export type LogLevel = Level | 'silent';

/** The parts of the link that log, each under its own name. */
export type LogName =
  'link' | 'chart' | 'wire' | 'outbox' | 'driver' | 'inspector' | 'metrics' | 'simulator' | 'cli';

export interface LoggerOptions {
  readonly level?: LogLevel;
  /** Where lines go. Default: stderr, written at once, since stdout belongs to results. */
  readonly destination?: DestinationStream;
  /** Milliseconds since the epoch, for the stamps. Default: the wall clock. */
  readonly wallTime?: () => number;
}

/** Keys that hold secrets in a configuration, a command or a URL, wherever they are in what is logged. */
const SECRET_KEYS = [
  'password',
  'username',
  'user',
  'pin',
  'puk',
  'secret',
  'token',
  'authorization',
  'passwordFile',
];
const DEPTHS = ['', '*.', '*.*.', '*.*.*.'];

/**
 * Makes the log: one JSON object a line. Secrets are kept out where lines are made (commands mask their own display);
 * masking known keys here is a second net.
 */
export function createLogger({ level = 'info', destination, wallTime }: LoggerOptions = {}): Logger {
  return pino(
    {
      level,
      base: null,
      redact: { paths: DEPTHS.flatMap((depth) => SECRET_KEYS.map((key) => depth + key)), censor: '***' },
      timestamp:
        wallTime === undefined
          ? pino.stdTimeFunctions.isoTime
          : () => `,"time":"${new Date(wallTime()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? pino.destination({ fd: 2, sync: true }),
  );
}

/** The log of one part of the link. */
export function logFor(logger: Logger, name: LogName): Logger {
  return logger.child({ name });
}
