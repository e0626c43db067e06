import type { FaultKind } from './fault-kind.js';
import { hostFaults } from './host-faults.js';
import { moduleFaults, simFaults } from './module-faults.js';
import { brokerFaults, networkFaults } from './network-faults.js';
import { interfaceFaults, wireFaults } from './wire-faults.js';

export type { FaultKind, FaultLayer } from './fault-kind.js';

/** Every way in which a link's world goes wrong that the bench knows, each with a name of its own. */
export const faultKinds: readonly FaultKind[] = [
  ...interfaceFaults,
  ...wireFaults,
  ...moduleFaults,
  ...simFaults,
  ...networkFaults,
  ...brokerFaults,
  ...hostFaults,
];
