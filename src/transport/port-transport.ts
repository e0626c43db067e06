import type { Clock } from '../clock/clock.js';
import type { TransportFactory } from './transport.js';
export function portTransport(_port: unknown, _clock: Clock): TransportFactory {
  throw new Error('pending');
}
