import type { Clock } from '../clock/clock.js';
import type {
  BrokerConnection,
  BrokerMessage,
  BrokerNetwork,
  ConnectionListener,
  ConnectionTarget,
  Login,
  Qos,
} from './broker-network.js';
import type { Quirks } from './quirks.js';
import { OrderedQueue, Schedule } from './schedule.js';
import type { Timing, TimingName } from './timing.js';

/**
 * How far the module's one MQTT connection is:
 * `closed` -> `connecting` -> `tcp` -> `loggingIn` -> `online`; `disconnected` after MDISCONNECT until MIPCLOSE;
 * `stranded` when the bearer went away under it: MIPCLOSE then still answers OK.
 */
export type SessionState =
  'closed' | 'connecting' | 'tcp' | 'loggingIn' | 'online' | 'disconnected' | 'stranded';

/** The outcomes that an operation may still bring. */
export type Operation = 'MIPSTART' | 'MCONNECT' | 'MSUB' | 'MUNSUB' | 'MPUB';

export interface SessionPorts {
  readonly clock: Clock;
  readonly network: BrokerNetwork;
  readonly timing: Timing;
  readonly quirks: Quirks;
  urc(text: string): void;
  received(message: BrokerMessage): void;
}

/** The module's MQTT client: one TCP connection, one session. Outcomes are URCs, and carry no id. */
export class Session {
  readonly #ports: SessionPorts;
  readonly #downlink: OrderedQueue;
  readonly #strays: Schedule;
  #connection: BrokerConnection | undefined;
  #target: ConnectionTarget | undefined;
  /** Operations whose outcome is to be swallowed. */
  readonly #mutedOutcomes = new Set<Operation>();
  /** Acknowledgements that are still to come. */
  awaiting = 0;
  /** By how much the next CONNECT OK comes late; it then comes even when the connection is closed by that time. */
  lateConnectMs = 0;
  state: SessionState = 'closed';

  constructor(ports: SessionPorts) {
    this.#ports = ports;
    this.#downlink = new OrderedQueue(ports.clock);
    this.#strays = new Schedule(ports.clock);
  }

  /** AT+MQTTSTATU: 1 authenticated, 2 TCP up but MCONNECT needed, 0 otherwise. */
  get status(): 0 | 1 | 2 {
    if (this.state === 'online') return 1;
    return this.state === 'tcp' || this.state === 'loggingIn' || this.state === 'disconnected' ? 2 : 0;
  }

  /** Where it is connected to, for people. */
  get target(): ConnectionTarget | undefined {
    return this.state === 'closed' ? undefined : this.#target;
  }

  /** The next outcome of that operation is not printed. */
  muteOutcome(operation: Operation): void {
    this.#mutedOutcomes.add(operation);
  }

  /** The operation was accepted, and fails all the same. */
  failOutcome(delay: TimingName): void {
    this.#downlink.push(this.#ports.timing.draw(delay), () => this.#ports.urc('ERROR'));
  }

  open(target: ConnectionTarget): void {
    this.state = 'connecting';
    this.#target = target;
    const delay: TimingName = target.tls === undefined ? 'tcpConnect' : 'tlsConnect';
    const listener = this.#listener(delay, () => this.#connection === connection);
    const connection = this.#ports.network.open(target, listener);
    this.#connection = connection;
  }

  /** There is no bearer, or TLS is not set up: the TCP connection fails without having been tried. */
  failToOpen(): void {
    this.state = 'connecting';
    this.#downlink.push(this.#ports.timing.draw('tcpConnect'), () => this.#connectFailed());
  }

  login(login: Login): void {
    this.state = 'loggingIn';
    this.#connection?.login(login);
  }

  // The connection may have gone between the command and its OK: then there is nobody to acknowledge it.
  subscribe(filter: string, qos: Qos): void {
    if (this.#connection === undefined) return;
    this.awaiting += 1;
    this.#connection.subscribe(filter, qos);
  }

  unsubscribe(filter: string): void {
    if (this.#connection === undefined) return;
    this.awaiting += 1;
    this.#connection.unsubscribe(filter);
  }

  publish(message: BrokerMessage): void {
    if (this.#connection === undefined) return;
    if (message.qos > 0) this.awaiting += 1;
    this.#connection.publish(message);
  }

  /** AT+MDISCONNECT. */
  disconnect(): void {
    this.#release()?.close(!this.#ports.quirks.willOnDisconnect);
    this.state = 'disconnected';
  }

  /** AT+MIPCLOSE. */
  close(): void {
    this.#release()?.close(false);
    this.state = 'closed';
  }

  /** The TCP connection broke: the module says CLOSED, unless its firmware never does. */
  break(): void {
    if (this.#connection === undefined) return;
    this.#release()?.close(false);
    this.#closed();
  }

  /** Nothing passes any more and nobody says so. `noticed`: the module itself knows, and MQTTSTATU answers 0. */
  halfOpen(noticed: boolean): void {
    if (noticed) {
      this.#release()?.abandon();
      this.state = 'closed';
      return;
    }
    this.#connection?.silence();
    this.#downlink.clear();
  }

  /** The bearer went away: the broker is not told, and MIPCLOSE will answer OK. */
  strand(): void {
    if (this.#connection === undefined) return;
    this.#release()?.abandon();
    this.state = 'stranded';
  }

  /** Power is gone, or the module rebooted. */
  powerDown(): void {
    this.#release()?.abandon();
    this.state = 'closed';
    this.lateConnectMs = 0;
    this.#strays.clear();
    this.#mutedOutcomes.clear();
  }

  /** A message that arrives from nowhere, if there is a session to receive it. */
  inject(message: BrokerMessage): void {
    if (this.state === 'online') this.#ports.received(message);
  }

  #release(): BrokerConnection | undefined {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#downlink.clear();
    this.awaiting = 0;
    return connection;
  }

  #closed(): void {
    this.state = 'closed';
    if (!this.#ports.quirks.closedSuppressed) this.#ports.urc('CLOSED');
  }

  #connectFailed(): void {
    this.state = 'closed';
    this.#ports.urc('STATE: IP STATUS');
    this.#outcome('MIPSTART', 'CONNECT FAIL');
  }

  #outcome(operation: Operation, text: string): void {
    if (!this.#mutedOutcomes.has(operation)) this.#ports.urc(text);
    if (text !== 'PUBREC') this.#mutedOutcomes.delete(operation);
  }

  #acknowledged(operation: Operation, text: string): void {
    this.awaiting = Math.max(0, this.awaiting - 1);
    this.#outcome(operation, text);
  }

  #listener(connectDelay: TimingName, current: () => boolean): ConnectionListener {
    const after = (delayMs: number, task: () => void): void =>
      this.#downlink.push(delayMs, () => {
        if (current()) task();
      });
    const draw = (name: TimingName): number => this.#ports.timing.draw(name);
    const acknowledge = (operation: Operation, text: string) => (): void =>
      after(draw('acknowledgement'), () => this.#acknowledged(operation, text));
    return {
      connected: () => {
        const late = this.lateConnectMs;
        this.lateConnectMs = 0;
        after(draw(connectDelay), () => {
          this.state = 'tcp';
          if (late === 0) this.#outcome('MIPSTART', 'CONNECT OK');
          else this.#strays.after(late, () => this.#ports.urc('CONNECT OK'));
        });
      },
      failed: () =>
        after(draw(connectDelay), () => {
          this.#release()?.abandon();
          this.#connectFailed();
        }),
      closed: () =>
        after(0, () => {
          this.#release()?.abandon();
          this.#closed();
        }),
      connack: (accepted) =>
        after(draw('login'), () => {
          if (accepted) {
            this.state = 'online';
            this.#outcome('MCONNECT', 'CONNACK OK');
            return;
          }
          this.state = 'tcp';
          const { connackRefusal } = this.#ports.quirks;
          if (connackRefusal !== 'CLOSED') this.#outcome('MCONNECT', connackRefusal);
        }),
      suback: acknowledge('MSUB', 'SUBACK'),
      unsuback: acknowledge('MUNSUB', 'UNSUBACK'),
      puback: acknowledge('MPUB', 'PUBACK'),
      pubrec: () => after(draw('acknowledgement'), () => this.#outcome('MPUB', 'PUBREC')),
      pubcomp: acknowledge('MPUB', 'PUBCOMP'),
      message: (message) => after(0, () => this.#ports.received(message)),
    };
  }
}
