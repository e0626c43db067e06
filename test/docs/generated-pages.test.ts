import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { linkErrorCodes } from '../../src/errors/link-error.js';

const root = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

test.each(['errors', 'configuration'])('the page of %s is as the code has it: npm run docs', (page) => {
  const { status, stderr } = spawnSync(process.execPath, [root(`tools/generate-${page}.mjs`), '--check'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('the page of errors has a row for every code', () => {
  const page = readFileSync(root('docs/errors.md'), 'utf8');
  for (const code of linkErrorCodes) expect(page).toMatch(new RegExp(`^\\| \`${code}\` +\\|`, 'm'));
});
