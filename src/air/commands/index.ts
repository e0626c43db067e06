import type { Timings } from '../timings.js';
import { defaultTimings } from '../timings.js';
import { bearerCommands } from './bearer.js';
import { generalCommands } from './general.js';
import { networkCommands } from './network.js';
import { publishCommands } from './publish.js';
import { radioCommands } from './radio.js';
import { receiveCommands } from './receive.js';
import { sessionCommands } from './session.js';
import { simCommands } from './sim.js';
import { tlsCommands } from './tls.js';

/** Every command of the dialect, as a function from its arguments to an `AtCommand`. */
export type Commands = ReturnType<typeof createCommands>;

/**
 * The commands of the dialect, with their time limits. The builders check their arguments and throw a LinkError
 * (CONFIG_INVALID, TOPIC_INVALID) for what cannot go on the wire as it is.
 */
export function createCommands(timings: Timings = defaultTimings) {
  return {
    ...generalCommands(timings),
    ...simCommands(timings),
    ...networkCommands(timings),
    ...bearerCommands(timings),
    ...receiveCommands(timings),
    ...sessionCommands(timings),
    ...publishCommands(timings),
    ...tlsCommands(timings),
    ...radioCommands(timings),
  };
}
