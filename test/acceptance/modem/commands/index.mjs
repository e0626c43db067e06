import { generalCommands } from './general.mjs';
import { networkCommands } from './network.mjs';
import { sessionCommands } from './session.mjs';
import { tlsCommands } from './tls.mjs';

/**
 * Every command the module knows: a pattern, and what answers it. A handler gets the module and the match and returns
 * the lines of the answer, the final result last, or nothing when it answers in its own time.
 */
export const commands = [...generalCommands, ...networkCommands, ...sessionCommands, ...tlsCommands];
