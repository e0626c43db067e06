import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const inRoot = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

// By the package's name, as a user's tests do: it is the build that they run against.
test('the worked example of docs/testing.md passes', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--no-warnings',
      '--import',
      inRoot('test/simulator/support/typescript-loader.mjs'),
      '--test',
      '--test-reporter=tap',
      inRoot('docs/examples/testing/meter.test.ts'),
    ],
    { cwd: inRoot('.') },
  );
  expect(stdout).toMatch(/^# pass 3$/m);
  expect(stdout).toMatch(/^# fail 0$/m);
});
