import type { Clock } from '../clock/clock.js';
import type { BrokerConnection, BrokerMessage, ConnectionListener, Login, Qos } from './broker-network.js';
import type { BrokerClient, MemoryBroker } from './memory-broker.js';
import { OrderedQueue, Schedule, type Cancel } from './schedule.js';

export interface MemoryConnectionPorts {
  readonly clock: Clock;
  readonly broker: MemoryBroker;
  readonly listener: ConnectionListener;
  readonly reachable: boolean;
  readonly latencyMs: number;
  readonly loginTimeoutMs: number;
  /** The broker no longer knows of it. */
  ended(): void;
}

/** How long after the last packet a broker gives a client up, in keepalives (MQTT 3.1.1, 3.1.2.10). */
const KEEPALIVE_GRACE = 1.5;

/** One client connection to the broker in memory: two directions with their delay, and the keepalive of both ends. */
export class MemoryConnection implements BrokerConnection, BrokerClient {
  readonly #ports: MemoryConnectionPorts;
  readonly #up: OrderedQueue;
  readonly #down: OrderedQueue;
  readonly #schedule: Schedule;
  #login: Login | undefined;
  #online = false;
  #silent = false;
  #abandoned = false;
  #ended = false;
  readonly #loginTimeout: Cancel;

  constructor(ports: MemoryConnectionPorts) {
    this.#ports = ports;
    this.#up = new OrderedQueue(ports.clock);
    this.#down = new OrderedQueue(ports.clock);
    this.#schedule = new Schedule(ports.clock);
    this.#loginTimeout = this.#schedule.after(ports.loginTimeoutMs, () => this.drop());
    if (ports.reachable) this.#toClient((listener) => listener.connected());
    else {
      this.#toClient((listener) => {
        this.#end();
        listener.failed();
      });
    }
  }

  login(login: Login): void {
    this.#toBroker(() => {
      this.#loginTimeout();
      if (!this.#ports.broker.login(this, login)) {
        this.#toClient((listener) => listener.connack(false));
        this.drop();
        return;
      }
      this.#login = login;
      this.#online = true;
      this.#toClient((listener) => listener.connack(true));
      this.#ports.broker.resume(login.clientId);
    });
  }

  subscribe(filter: string, qos: Qos): void {
    this.#inSession((broker, clientId) => {
      broker.subscribe(clientId, filter, qos);
      this.#toClient((listener) => listener.suback());
      broker.sendRetained(clientId, filter, qos);
    });
  }

  unsubscribe(filter: string): void {
    this.#inSession((broker, clientId) => {
      broker.unsubscribe(clientId, filter);
      this.#toClient((listener) => listener.unsuback());
    });
  }

  publish(message: BrokerMessage): void {
    this.#inSession((broker, clientId) => {
      broker.accept(clientId, message);
      if (message.qos === 1) this.#toClient((listener) => listener.puback());
      if (message.qos < 2) return;
      this.#toClient((listener) => {
        listener.pubrec();
        this.#toBroker(() => this.#toClient((later) => later.pubcomp()));
      });
    });
  }

  close(farewell: boolean): void {
    this.#abandoned = true;
    this.#toBroker(() => this.#leave(farewell));
  }

  silence(): void {
    if (this.#silent || this.#ended) return;
    this.#silent = true;
    this.#loginTimeout();
    this.#down.clear();
    this.#up.clear();
    const { keepalive } = this.#login ?? {};
    const grace = keepalive === undefined ? this.#ports.loginTimeoutMs : keepalive * 1000 * KEEPALIVE_GRACE;
    this.#schedule.after(grace, () => {
      this.#leave(false);
      if (!this.#abandoned) this.#ports.listener.closed();
    });
  }

  abandon(): void {
    this.#abandoned = true;
    this.silence();
  }

  /** The broker closes it. */
  drop(): void {
    if (this.#ended) return;
    this.#leave(false);
    this.#toClient((listener) => listener.closed());
  }

  kick(): void {
    this.#online = false;
    this.drop();
  }

  deliver(message: BrokerMessage, received: () => void): void {
    this.#toClient((listener) => {
      listener.message(message);
      this.#toBroker(received);
    });
  }

  #leave(farewell: boolean): void {
    if (this.#online && this.#login !== undefined) {
      this.#online = false;
      this.#ports.broker.leave(this.#login.clientId, this, farewell);
    }
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#loginTimeout();
    this.#ports.ended();
  }

  #inSession(task: (broker: MemoryBroker, clientId: string) => void): void {
    this.#toBroker(() => {
      if (this.#online && this.#login !== undefined) task(this.#ports.broker, this.#login.clientId);
    });
  }

  #toBroker(task: () => void): void {
    if (this.#silent || this.#ended) return;
    this.#up.push(this.#ports.latencyMs, task);
  }

  #toClient(task: (listener: ConnectionListener) => void): void {
    if (this.#silent) return;
    this.#down.push(this.#ports.latencyMs, () => {
      if (!this.#abandoned) task(this.#ports.listener);
    });
  }
}
