import { createLogger, type Logger } from '../../src/telemetry/logger.js';
import { collect } from './collector.js';

/** A log at the lowest level that is looked through instead of printed. */
export function collectedLogger(): Logger {
  return createLogger({ level: 'trace', destination: { write: (line) => collect('log', line) } });
}
