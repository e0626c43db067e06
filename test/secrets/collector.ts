import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { leaksIn } from './scanner.mjs';

/** Where something was said that must not tell a secret. */
export type Source = 'log' | 'status' | 'error' | 'process';

/** Set up before the test framework is there, so what the framework tells is asked for when it is needed. */
const runner = globalThis as {
  readonly expect?: { getState(): { readonly currentTestName?: string; readonly testPath?: string } };
};

const folder = process.env['TEST_OUTPUT_FOLDER'];
const seen = new Set<Source>();

/**
 * Everything that the product says in any test passes here on its way. What tells a planted secret is noted for the
 * reporter, which fails the run.
 */
export function collect(source: Source, text: string): void {
  if (folder === undefined) return;
  if (!seen.has(source)) {
    seen.add(source);
    appendFileSync(join(folder, 'sources'), `${source}\n`);
  }
  for (const secret of leaksIn(text)) {
    const { currentTestName = 'outside a test', testPath = '' } = runner.expect?.getState() ?? {};
    const leak = { secret, source, test: currentTestName, file: testPath };
    appendFileSync(join(folder, 'leaks'), `${JSON.stringify(leak)}\n`);
  }
}
