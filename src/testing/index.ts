/**
 * `luat-link/testing`: what services and this project's own tests need to run against a module that is not there.
 */
export type { Clock, TimerHandle } from '../clock/clock.js';
export { systemClock } from '../clock/system.js';
export { VirtualClock } from '../clock/virtual.js';
export * from '../simulator/index.js';
export type { Transport, TransportFactory, TransportListener } from '../transport/transport.js';
export { BenchDisk } from './bench-disk.js';
export { Bench, type BenchOptions, type DriverMood } from './bench.js';
export { faultKinds, type FaultKind, type FaultLayer } from './faults/index.js';
export * from './model/index.js';
export { VirtualHost } from './virtual-host.js';
export {
  memoryTransport,
  type MemoryTransportFactory,
  type MemoryTransportOptions,
  type ModemPin,
} from './memory-transport.js';
