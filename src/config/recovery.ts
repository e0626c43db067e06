import { delayMs, wholeNumber } from './fields.js';
import { group } from './group.js';

const attempts = (times: number, rung: string) =>
  wholeNumber(1, 100).default(times).describe(`Times ${rung} is tried before the next rung`);

const backoff = group({
  minMs: delayMs()
    .default(1_000)
    .describe('Shortest upper bound of a wait between attempts; waits are drawn at random below their bound'),
  maxMs: delayMs(1).default(300_000).describe('Longest wait between attempts'),
}).refine(({ minMs, maxMs }) => minMs <= maxMs, {
  path: ['minMs'],
  error: 'must not be longer than recovery.backoff.maxMs',
});

/** How a lost link is brought back. */
export const recoverySchema = group({
  backoff: backoff.prefault({}).describe('Waits between attempts'),
  stableMs: delayMs().default(60_000).describe('Online this long, the ladder starts from the bottom again'),
  heartbeatMs: delayMs(1)
    .default(30_000)
    .describe('Quiet this long, the module is asked; finds half-open sessions and dead modules'),
  commandTimeoutMs: delayMs(1).default(9_000).describe('Longest wait for the final result of an AT command'),
  attempts: group({
    reconnect: attempts(3, 'a new connection on the live bearer'),
    bearer: attempts(3, 'a new bearer'),
    radio: attempts(2, 'switching the radio off and on'),
    restart: attempts(2, 'restarting the module by AT+RESET'),
    reset: attempts(3, 'pulsing RESET'),
  })
    .prefault({})
    .describe('Attempts on each rung before the next'),
  radioAttachesPerHour: wholeNumber(1, 3_600)
    .default(4)
    .describe('Times an hour, sustained, that the radio may attach anew; carriers punish more'),
});
