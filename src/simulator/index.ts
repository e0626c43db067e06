/** The software modem: what users of `luat-link/testing` and the command line build on. */
export type {
  BrokerConnection,
  BrokerMessage,
  BrokerNetwork,
  ConnectionListener,
  ConnectionTarget,
  Login,
  Qos,
  TlsClient,
} from './broker-network.js';
export type { Faults } from './faults.js';
export { MemoryBroker, type PublishedMessage } from './memory-broker.js';
export { MemoryNetwork, type MemoryNetworkOptions } from './memory-network.js';
export { SoftwareModem, type ModemPower, type ModemState, type SoftwareModemOptions } from './modem.js';
export { profiles, type Profile, type ProfileName } from './profiles.js';
export { usualQuirks, type Quirks } from './quirks.js';
export type { SimOptions, SimState } from './sim-card.js';
export { deactLines, deactSpellings, type CachedForm, type DeactSpelling } from './spellings.js';
export type { TranscriptEntry, Violation, ViolationRule } from './transcript.js';
