import type { AtCommand } from '../../at/command.js';
import type { Accepted } from '../compose.js';
import { bare, order } from '../compose.js';
import type { Timings } from '../timings.js';

/** The radio. */
export function radioCommands({ commandTimeoutMs: timeoutMs }: Timings) {
  return {
    /**
     * 0 switches it off: `+CGEV: ME DETACH` follows, and most commands fail with CME 797 until 1 switches it on again.
     * Carriers punish frequent attaches.
     */
    radio: (on: 0 | 1): AtCommand<Accepted> =>
      order({ verb: '+CFUN', arguments: [bare(on === 1 ? 1 : 0)], timeoutMs }),
  };
}
