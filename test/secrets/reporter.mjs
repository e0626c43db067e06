import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leaksIn } from './scanner.mjs';

/**
 * Fails the run when anything that was said in it tells a planted secret: what the tests collected from logs, statuses,
 * errors and child processes (`collector.ts`), and what the tests themselves printed or failed with.
 */
export default class SecretsReporter {
  #folder = mkdtempSync(join(tmpdir(), 'luat-link-output-'));
  #leaks = [];

  constructor() {
    // Workers are started later, with this environment.
    process.env.TEST_OUTPUT_FOLDER = this.#folder;
  }

  onTestResult(test, { console: printed, failureMessage }) {
    const said = { console: printed?.map(({ message }) => message).join('\n'), failure: failureMessage };
    for (const [source, text] of Object.entries(said)) {
      for (const secret of leaksIn(text ?? ''))
        this.#leaks.push({ secret, source, test: '', file: test.path });
    }
  }

  onRunComplete() {
    this.#leaks.push(...this.#lines('leaks').map((line) => JSON.parse(line)));
    const sources = [...new Set(this.#lines('sources'))].sort();
    rmSync(this.#folder, { recursive: true, force: true });
    process.stderr.write(`Secrets: looked for in ${['console', 'failures', ...sources].join(', ')}.\n`);
    for (const line of this.#told()) process.stderr.write(`${line}\n`);
  }

  /** An error here makes the run a failed one; jest does not print it. */
  getLastError() {
    return this.#leaks.length === 0 ? undefined : new Error(this.#told().join('\n'));
  }

  #told() {
    if (this.#leaks.length === 0) return [];
    const places = this.#leaks.map(
      ({ secret, source, test, file }) => `  ${secret} in ${source}: ${test} (${file})`,
    );
    return ['Planted secrets were told:', ...new Set(places)];
  }

  #lines(name) {
    const file = join(this.#folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  }
}
