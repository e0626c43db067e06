import net from 'node:net';
import tls from 'node:tls';
import { MqttClient, type IClientOptions } from 'mqtt';
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
import { CuttableStream } from './cuttable-stream.js';

export interface TcpNetworkOptions {
  readonly clock: Clock;
  /** Connect here, whatever MIPSTART names. */
  readonly override?: { readonly host: string; readonly port: number };
}

/** How long TCP and TLS may take together before MIPSTART fails. */
const CONNECT_LIMIT_MS = 30_000;
/** After an abandoned connection's keep-alive, times the broker's patience, its socket is closed for good. */
const KEEPALIVE_GRACE = 1.5;

/** Real sockets to a real broker, with MQTT.js for the protocol. In real time only. */
export function tcpNetwork(options: TcpNetworkOptions): BrokerNetwork {
  return {
    open: (target, listener) => new TcpConnection({ ...target, ...options.override }, listener, options.clock),
  };
}

class TcpConnection implements BrokerConnection {
  readonly #clock: Clock;
  readonly #socket: net.Socket;
  readonly #stream: CuttableStream;
  #listener: ConnectionListener | undefined;
  #client: MqttClient | undefined;
  #connected = false;
  #keepaliveMs = 0;

  constructor(target: ConnectionTarget, listener: ConnectionListener, clock: Clock) {
    this.#clock = clock;
    this.#listener = listener;
    this.#socket = connect(target);
    this.#stream = new CuttableStream(this.#socket);
    this.#socket.setNoDelay(true);
    const limit = clock.setTimeout(() => this.#socket.destroy(), CONNECT_LIMIT_MS);
    this.#socket.once(target.tls === undefined ? 'connect' : 'secureConnect', () => {
      clock.clearTimeout(limit);
      this.#connected = true;
      this.#listener?.connected();
    });
    // 'close' follows and tells the module.
    this.#socket.on('error', () => undefined);
    this.#stream.on('error', () => undefined);
    this.#stream.once('close', () => {
      clock.clearTimeout(limit);
      this.#lost();
    });
  }

  login(login: Login): void {
    this.#keepaliveMs = login.keepalive * 1_000;
    const client = new MqttClient(() => this.#stream, clientOptions(login));
    this.#client = client;
    client.on('connect', () => this.#listener?.connack(true));
    // A refused CONNECT is an error with the return code; anything else shows as 'close'.
    client.on('error', (error) => {
      if ('code' in error && typeof error.code === 'number') this.#listener?.connack(false);
    });
    client.on('packetreceive', ({ cmd }) => {
      if (cmd === 'suback') this.#listener?.suback();
      else if (cmd === 'unsuback') this.#listener?.unsuback();
      else if (cmd === 'puback') this.#listener?.puback();
      else if (cmd === 'pubrec') this.#listener?.pubrec();
      else if (cmd === 'pubcomp') this.#listener?.pubcomp();
    });
    client.on('message', (topic, payload, { qos, retain }) =>
      this.#listener?.message({ topic, payload, qos, retain }),
    );
  }

  subscribe(filter: string, qos: Qos): void {
    this.#client?.subscribe(filter, { qos }, ignored);
  }

  unsubscribe(filter: string): void {
    this.#client?.unsubscribe(filter, ignored);
  }

  publish({ topic, payload, qos, retain }: BrokerMessage): void {
    this.#client?.publish(topic, payload, { qos, retain }, ignored);
  }

  close(farewell: boolean): void {
    this.#listener = undefined;
    if (farewell && this.#client?.connected === true) this.#client.end(false);
    else this.#stream.destroy();
  }

  silence(): void {
    this.#stream.cut();
  }

  abandon(): void {
    this.#listener = undefined;
    this.#stream.cut();
    this.#client?.end(true);
    this.#clock.setTimeout(() => this.#socket.destroy(), this.#keepaliveMs * KEEPALIVE_GRACE);
  }

  #lost(): void {
    const listener = this.#listener;
    this.#listener = undefined;
    if (this.#connected) listener?.closed();
    else listener?.failed();
  }
}

/** Whoever cares hears of it by its acknowledgement, or by the connection's end. */
function ignored(): void {
  // Nothing to do.
}

function connect({ host, port, tls: secure }: ConnectionTarget): net.Socket {
  if (secure === undefined) return net.connect({ host, port });
  const { level, ca, cert, key, serverName } = secure;
  return tls.connect({
    host,
    port,
    rejectUnauthorized: level > 0,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    // Without a name set, the module checks the chain alone.
    ...(serverName === undefined ? { checkServerIdentity: () => undefined } : { servername: serverName }),
  });
}

function clientOptions({ clientId, username, password, clean, keepalive, will }: Login): IClientOptions {
  return {
    clientId,
    clean,
    keepalive,
    protocolVersion: 4,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(will !== undefined && { will }),
  };
}
