import { describe } from '@jest/globals';
import { hasMosquitto } from './broker.js';

/** A group of tests that need Mosquitto. Without it they are skipped, and that is said; under SKIP_NOTHING they fail. */
export function onMosquitto(file: string, name: string, tests: () => void): void {
  const skipsNothing = process.env['SKIP_NOTHING'] === '1';
  if (hasMosquitto || skipsNothing) {
    describe(name, tests);
    return;
  }
  process.stderr.write(`SKIPPED ${file}: Mosquitto is not installed (apt install mosquitto)\n`);
  describe.skip(name, tests);
}
