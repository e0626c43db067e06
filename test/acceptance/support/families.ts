import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ModemSetup } from './modem.js';
import { Rig } from './rig.js';

/** Two families of modules that differ in all that matters, each in the worst of its manners. */
const setups: readonly ModemSetup[] = [
  { profile: 'air780e', echo: true, pieces: 3, glueMs: 5, rdy: 2 },
  { profile: 'air724', echo: true, pieces: 3, glueMs: 5, rdy: 2 },
];

/** What has to hold on one rig. */
export type Check = (rig: Rig) => Promise<void>;

/**
 * A rig of each family, for a group of tests that run one after the other on both at once: most of a case is waiting.
 * After each the modem must have seen no breach of the vendor's rules.
 */
export class Families {
  #rigs: readonly Rig[] = [];

  /** Call it where tests are declared. */
  constructor() {
    beforeAll(async () => {
      this.#rigs = await Promise.all(setups.map((setup) => Rig.start(setup)));
    });
    afterAll(async () => {
      await Promise.all(this.#rigs.map((rig) => rig.close()));
    });
  }

  /** A test on both families. */
  judged(name: string, check: Check): void {
    test(name, () => this.check(check));
  }

  async check(check: Check): Promise<void> {
    const ends = await Promise.allSettled(
      this.#rigs.map((rig) =>
        rig.judged(async () => {
          await check(rig);
          expect(await rig.modem.violations()).toEqual([]);
        }),
      ),
    );
    const faults = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
    if (faults.length > 0) throw new Error(faults.join('\n\n'));
  }
}
