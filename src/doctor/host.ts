import { X509Certificate } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  statfsSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { readCredentials } from '../tls/credentials.js';
import { errorCode } from './error-code.js';
import type { Examination } from './examination.js';
import { fail, failure, ok, skipped, warn, type Finding } from './finding.js';

/** The oldest Node.js that the dependencies run on. */
const OLDEST_NODE = [20, 19] as const;
const MS_PER_DAY = 86_400_000;
const EXPIRES_SOON_DAYS = 30;

/** @param version as `process.version` has it: `v20.20.0` */
export function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const isOldEnough = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  const wanted = OLDEST_NODE.join('.');
  return isOldEnough
    ? ok('node', `Node.js ${version}.`)
    : fail('node', 'CONFIG_INVALID', `Node.js ${version} is too old.`, `Install Node.js ${wanted} or later.`);
}

/** The files of `broker.tls`, as the link checks them before it opens a port: a fault of the configuration. */
export function* certificates({ config: { broker }, clock }: Examination): Generator<Finding> {
  const { tls } = broker;
  if (tls === undefined) {
    yield skipped('certificates', 'not used: the broker is reached by mqtt://');
    return;
  }
  const now = clock.wallTime();
  try {
    readCredentials(tls, now);
  } catch (error) {
    yield { ...failure('certificates', error), code: 'CONFIG_INVALID' };
    return;
  }
  if (tls.insecure) {
    const advice = 'Set broker.tls.ca and take broker.tls.insecure out.';
    yield warn('certificates', 'broker.tls.insecure is set: nobody checks who the broker is.', advice);
    return;
  }
  const files = [tls.ca, tls.cert].filter((file) => file !== undefined);
  const [soonest = Infinity] = files.map((file) => daysLeft(file, now)).sort((a, b) => a - b);
  yield soonest < EXPIRES_SOON_DAYS
    ? warn('certificates', `A certificate expires in ${Math.floor(soonest)} days.`, 'Renew it before then.')
    : ok('certificates', 'They can be read, fit each other and are valid now.');
}

function daysLeft(file: string, now: number): number {
  return (Date.parse(new X509Certificate(readFileSync(file)).validTo) - now) / MS_PER_DAY;
}

/** The disk that accepted messages wait on. */
export function* outbox({ config, progress }: Examination): Generator<Finding> {
  const { store, directory, maxBytes } = config.outbox;
  if (store === 'memory') {
    yield skipped('outbox', 'not used: outbox.store is memory');
    return;
  }
  progress('writing to the disk of the outbox');
  const folder = existing(directory);
  const probe = join(folder, `.luat-link-doctor-${process.pid}`);
  try {
    const file = openSync(probe, 'wx', 0o600);
    try {
      writeSync(file, 'luat-link doctor\n');
      fsyncSync(file);
    } finally {
      closeSync(file);
      unlinkSync(probe);
    }
  } catch (error) {
    const reason = errorCode(error);
    yield fail(
      'outbox',
      'OUTBOX_FAILED',
      `Nothing can be written in ${folder} (${reason}), so no message can be accepted.`,
      reason === 'ENOSPC'
        ? 'Free some space on this disk.'
        : `Make ${directory} a folder that this user may write in, or name another one in outbox.directory.`,
    );
    return;
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  yield free < maxBytes
    ? warn(
        'outbox',
        `${megabytes(free)} MB are free for ${directory}; outbox.maxBytes allows ${megabytes(maxBytes)} MB.`,
        'Free some space, or lower outbox.maxBytes.',
      )
    : ok('outbox', `${directory} can be written, ${megabytes(free)} MB are free.`);
}

/** The folder itself, or the nearest one above it that is there: the link makes the rest. */
function existing(directory: string): string {
  let folder = directory;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1_048_576);
}
