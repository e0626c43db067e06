import { bearerCommands } from './bearer.js';
import type { CommandFamily } from './family.js';
import { fileCommands } from './files.js';
import { generalCommands } from './general.js';
import { mqttCommands } from './mqtt.js';
import { networkCommands } from './network.js';
import { publishCommands } from './publish.js';
import { receiveCommands } from './receive.js';
import { simCommands } from './sim.js';
import { tlsCommands } from './tls.js';

/** Every command that the module knows; any other answers ERROR. */
export const commands: CommandFamily = {
  ...generalCommands,
  ...simCommands,
  ...networkCommands,
  ...bearerCommands,
  ...mqttCommands,
  ...publishCommands,
  ...receiveCommands,
  ...fileCommands,
  ...tlsCommands,
};
