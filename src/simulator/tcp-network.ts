import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { MqttClient, type IClientOptions } from 'mqtt';
import type {
  BrokerConnection,
  BrokerMessage,
  BrokerNetwork,
  ConnectionListener,
  ConnectionTarget,
  Login,
  Qos,
} from './broker-network.js';
import { SeverableStream } from './severable-stream.js';

/** Where connections lead. */
export interface TcpNetworkOptions {
  /** Leads every connection to this broker, whatever MIPSTART names; TLS stays what the command said. */
  readonly redirect?: { readonly host: string; readonly port: number };
}

/** Real sockets, with MQTT.js on top once MCONNECT asks for it. Real time only. */
export function tcpNetwork({ redirect }: TcpNetworkOptions = {}): BrokerNetwork {
  return {
    open: (target, listener) => new TcpConnection({ ...target, ...redirect }, listener),
  };
}

class TcpConnection implements BrokerConnection {
  readonly #socket: Socket;
  readonly #stream: SeverableStream;
  #listener: ConnectionListener | undefined;
  #client: MqttClient | undefined;
  #established = false;

  constructor(target: ConnectionTarget, listener: ConnectionListener) {
    this.#listener = listener;
    this.#socket = dial(target, () => {
      this.#established = true;
      this.#listener?.connected();
    });
    this.#socket.setNoDelay(true);
    // What matters of an error is the close that follows it.
    this.#socket.on('error', () => undefined);
    this.#stream = new SeverableStream(this.#socket);
    this.#stream.on('error', () => undefined);
    // Until the MQTT client reads, the server's end of the connection would go unnoticed.
    this.#socket.on('close', () => {
      if (this.#client === undefined) this.#gone();
    });
  }

  login(login: Login): void {
    const client = new MqttClient(() => this.#stream, clientOptions(login));
    this.#client = client;
    client.on('error', () => undefined);
    client.on('close', () => this.#gone());
    client.on('message', (topic, payload, { qos, retain }) =>
      this.#listener?.message({ topic, payload, qos, retain }),
    );
    client.on('packetreceive', (packet) => {
      switch (packet.cmd) {
        case 'connack':
          this.#listener?.connack(packet.returnCode === 0);
          return;
        case 'suback':
          this.#listener?.suback();
          return;
        case 'unsuback':
          this.#listener?.unsuback();
          return;
        case 'puback':
          this.#listener?.puback();
          return;
        case 'pubrec':
          this.#listener?.pubrec();
          return;
        case 'pubcomp':
          this.#listener?.pubcomp();
          return;
        default:
      }
    });
  }

  subscribe(filter: string, qos: Qos): void {
    // A refused subscription (0x80) is an error here; the module prints SUBACK for it all the same.
    this.#client?.subscribe(filter, { qos }, () => undefined);
  }

  unsubscribe(filter: string): void {
    this.#client?.unsubscribe(filter, () => undefined);
  }

  publish({ topic, payload, qos, retain }: BrokerMessage): void {
    this.#client?.publish(topic, payload, { qos, retain }, () => undefined);
  }

  close(farewell: boolean): void {
    this.#listener = undefined;
    if (farewell && this.#client !== undefined) this.#client.end();
    else {
      this.#socket.destroy();
      this.#client?.end(true);
    }
  }

  silence(): void {
    this.#stream.sever();
  }

  abandon(): void {
    this.#listener = undefined;
    this.#stream.sever();
    if (!this.#established) this.#socket.destroy();
    this.#client?.end(true);
  }

  #gone(): void {
    const listener = this.#listener;
    this.#listener = undefined;
    if (this.#established) listener?.closed();
    else listener?.failed();
  }
}

function dial({ host, port, tls }: ConnectionTarget, established: () => void): Socket {
  if (tls === undefined) return connectTcp({ host, port }, established);
  const name = tls.serverName;
  return connectTls(
    {
      host,
      port,
      rejectUnauthorized: tls.level > 0,
      ...(tls.ca && { ca: tls.ca }),
      ...(tls.cert && { cert: tls.cert }),
      ...(tls.key && { key: tls.key }),
      ...(name !== undefined && isIP(name) === 0 && { servername: name }),
      // The module checks the chain; the name only where the host gave it one (SSLCFG "hostname").
      ...(name === undefined && { checkServerIdentity: () => undefined }),
    },
    established,
  );
}

function clientOptions(login: Login): IClientOptions {
  const { clientId, clean, keepalive, username, password, will } = login;
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
