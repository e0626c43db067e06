import type { Clock } from '../../clock/clock.js';
import { systemClock } from '../../clock/system.js';
import type { Rig } from './deed.js';

const LOOK_EVERY_MS = 20;

/**
 * The `until` of a rig on which real time passes, such as one with hardware: the condition is looked at fifty times a
 * second.
 */
export function realTime(clock: Clock = systemClock): Rig['until'] {
  return (condition, limitMs) =>
    new Promise((resolve, reject) => {
      const end = clock.now() + limitMs;
      const look = (): void => {
        if (condition()) resolve();
        else if (clock.now() >= end) reject(new Error(`It did not come true within ${limitMs} ms.`));
        else clock.setTimeout(look, LOOK_EVERY_MS);
      };
      look();
    });
}
