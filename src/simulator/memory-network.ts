import type { Clock } from '../clock/clock.js';
import type {
  BrokerConnection,
  BrokerNetwork,
  ConnectionListener,
  ConnectionTarget,
} from './broker-network.js';
import { MemoryBroker } from './memory-broker.js';
import { MemoryConnection } from './memory-connection.js';

/** How the network in memory behaves. */
export interface MemoryNetworkOptions {
  /** One way, milliseconds. */
  readonly latencyMs?: number;
  /** How long the broker waits for CONNECT on a new connection; some close it after five seconds. */
  readonly loginTimeoutMs?: number;
}

const LOGIN_TIMEOUT_MS = 5000;

/**
 * A network with one broker in memory, on the injected clock. Every host and port leads to that broker. The same calls
 * at the same times give the same events.
 */
export class MemoryNetwork implements BrokerNetwork {
  readonly broker: MemoryBroker;
  readonly #clock: Clock;
  readonly #options: Required<MemoryNetworkOptions>;
  readonly #connections = new Set<MemoryConnection>();
  #up = true;
  #silent = false;
  /** Every connection that was asked for. */
  readonly targets: ConnectionTarget[] = [];

  constructor(clock: Clock, options: MemoryNetworkOptions = {}) {
    this.#clock = clock;
    this.#options = { latencyMs: 0, loginTimeoutMs: LOGIN_TIMEOUT_MS, ...options };
    this.broker = new MemoryBroker(clock);
  }

  open(target: ConnectionTarget, listener: ConnectionListener): BrokerConnection {
    this.targets.push(target);
    const connection = new MemoryConnection({
      clock: this.#clock,
      broker: this.broker,
      listener,
      reachable: this.#up,
      ended: () => void this.#connections.delete(connection),
      ...this.#options,
    });
    this.#connections.add(connection);
    if (this.#silent) connection.silence();
    return connection;
  }

  /** The broker is gone: its connections close, new ones fail. */
  goDown(): void {
    this.#up = false;
    this.dropConnections();
  }

  /** Connections can be made again. */
  comeUp(): void {
    this.#up = true;
  }

  /** The broker closes every connection. */
  dropConnections(): void {
    for (const connection of [...this.#connections]) connection.drop();
  }

  /** Packets vanish in both directions, of these connections for good and of new ones until speak(). */
  goSilent(): void {
    this.#silent = true;
    for (const connection of this.#connections) connection.silence();
  }

  /** New connections work again. */
  speak(): void {
    this.#silent = false;
  }

  /** Another client logs in with this client id: the broker closes the older connection, here the module's. */
  takeOver(clientId: string): void {
    const stranger = { deliver: () => undefined, kick: () => undefined };
    this.broker.login(stranger, { clientId, clean: true, keepalive: 60 });
  }

  /** Refuses every login, or accepts them again. */
  refuseLogins(on = true): void {
    this.broker.accepts = () => !on;
  }
}
