import { expect, test } from '@jest/globals';
import { LinkError } from '../../../src/errors/link-error.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { CliProcess } from '../../cli/cli-process.js';
import { collectedLogger } from '../collected-logger.js';
import { planted } from '../scanner.mjs';

/** Not a part of the suite: leaks made on purpose, one of each kind, for the test of the scanner. */
test('tells secrets and passes', async () => {
  collectedLogger().info(`AT+CPIN="${planted.pin}"`);
  createLogger({ level: 'silent' }).info(planted.urlUser);
  console.log(`mqtt://${encodeURIComponent(planted.urlPassword)}@h`);
  expect(new LinkError('INTERNAL', `it is ${planted.apnPassword}`).code).toBe('INTERNAL');
  const cli = new CliProcess([planted.password]);
  cli.endInput();
  await cli.ended();
});
