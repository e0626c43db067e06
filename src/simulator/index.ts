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
export type { ChildModemOptions } from './child-messages.js';
export { control } from './control.js';
export { seededRandom } from './entropy.js';
export type { Faults } from './faults.js';
export { MemoryBroker, type BrokerClient, type PublishedMessage } from './memory-broker.js';
export { MemoryNetwork, type MemoryNetworkOptions } from './memory-network.js';
export { SoftwareModem, type ModemPower, type ModemState, type SoftwareModemOptions } from './modem.js';
export { profiles, type Profile, type ProfileName } from './profiles.js';
export { usualQuirks, type Quirks } from './quirks.js';
export type { PseudoTerminalProvider } from './pseudo-terminal.js';
export { servePty, type ServedModem, type ServePtyOptions } from './serve-pty.js';
export { serveTcp, type ServedTcpModem, type ServeTcpOptions } from './serve-tcp.js';
export type { SimOptions, SimState } from './sim-card.js';
export type { SessionState } from './session.js';
export type { Range } from './timing.js';
export type { NitzForm } from './spellings.js';
export { SimulatorError, type SimulatorErrorCode } from './simulator-error.js';
export { spawnSoftwareModem, type SpawnedModem, type SpawnOptions } from './spawn.js';
export { deactLines, deactSpellings, type CachedForm, type DeactSpelling } from './spellings.js';
export { tcpNetwork, type TcpNetworkOptions } from './tcp-network.js';
export type { TranscriptEntry, Violation, ViolationRule } from './transcript.js';
