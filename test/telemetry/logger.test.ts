import { describe, expect, test } from '@jest/globals';
import { createLogger, logFor, type LogLevel } from '../../src/telemetry/logger.js';

/** A log that keeps its lines. */
function keptLog(level?: LogLevel) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ destination, wallTime: () => Date.UTC(2026, 0, 2), ...(level && { level }) });
  return { logger, lines, objects: () => lines.map((line): unknown => JSON.parse(line)) };
}

describe('the log', () => {
  test('is one JSON object a line, with level, time and the name of the part', () => {
    const { logger, objects } = keptLog();
    logFor(logger, 'wire').info({ command: 'AT+CSQ' }, 'sent');
    expect(objects()).toStrictEqual([
      { level: 'info', time: '2026-01-02T00:00:00.000Z', name: 'wire', command: 'AT+CSQ', msg: 'sent' },
    ]);
  });

  test('leaves out what is below its level, info unless told otherwise', () => {
    const usual = keptLog();
    usual.logger.debug('unseen');
    usual.logger.info('seen');
    const silent = keptLog('silent');
    logFor(silent.logger, 'link').fatal('unseen');
    expect([usual.lines.length, silent.lines.length]).toStrictEqual([1, 0]);
  });

  test('masks secrets by their key, at any depth that a configuration has', () => {
    const { logger, lines } = keptLog();
    logFor(logger, 'link').info({
      password: 'hunter2',
      sim: { pin: 'hunter2' },
      config: { broker: { username: 'hunter2', password: 'hunter2' }, apn: { user: 'hunter2' } },
      event: { config: { sim: { pin: 'hunter2', puk: 'hunter2' } } },
    });
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.join('').match(/"\*\*\*"/g)).toHaveLength(7);
  });
});
