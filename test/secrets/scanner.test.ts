import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { leaksIn, planted } from './scanner.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the scanner', () => {
  test.each(Object.entries(planted))('finds %s as it is, in a URL, in base64 and in hex', (name, value) => {
    const bytes = Buffer.from(value);
    for (const form of [
      value,
      encodeURIComponent(value),
      bytes.toString('base64'),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
    ]) {
      expect(leaksIn(`{"said":"${form}!"}`)).toEqual([name]);
    }
  });

  test('twelve secrets, none within another', () => {
    expect(Object.keys(planted)).toHaveLength(12);
    expect(leaksIn(Object.values(planted).join(' '))).toHaveLength(12);
    expect(leaksIn('AT+MCONFIG="meter-17",***,***')).toEqual([]);
  });

  test('fails a run whose tests pass but tell secrets: in a log, on the console, in an error, in a child process', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        '--experimental-vm-modules',
        '--no-warnings',
        'node_modules/jest/bin/jest.js',
        '--runInBand',
        '--testMatch=**/test/secrets/leaking/leaks.ts',
      ],
      { cwd: root, encoding: 'utf8' },
    );
    expect(stderr).toContain('1 passed');
    for (const leak of [
      'pin in log',
      'urlPassword in console',
      'apnPassword in error',
      'password in process',
    ]) {
      expect(stderr).toContain(`  ${leak}`);
    }
    expect(stderr).not.toContain('urlUser in');
    expect(status).not.toBe(0);
  }, 60_000);
});
