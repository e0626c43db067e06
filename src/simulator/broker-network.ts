/**
 * The world behind the antenna, as the module's MQTT client sees it. Two implementations: real sockets
 * (`tcpNetwork`) and a small broker in memory (`MemoryNetwork`).
 */
export interface BrokerNetwork {
  /** Opens a TCP connection, with TLS where asked. Never calls the listener before it returned. */
  open(target: ConnectionTarget, listener: ConnectionListener): BrokerConnection;
}

/** Where MIPSTART connects to. */
export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsClient;
}

/** What SSLCFG set up for context 88. */
export interface TlsClient {
  /** 0 verifies nothing, 1 the server, 2 both sides. */
  readonly level: 0 | 1 | 2;
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  /** SNI; absent: none is sent. */
  readonly serverName?: string;
  /** Certificates are taken whatever the module's clock says. */
  readonly ignoresTime?: boolean;
}

/** MQTT quality of service. */
export type Qos = 0 | 1 | 2;

/** A message as MQTT carries it. */
export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: Qos;
  readonly retain: boolean;
}

/** What MCONNECT says to the broker. */
export interface Login {
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  readonly clean: boolean;
  /** Seconds. */
  readonly keepalive: number;
  readonly will?: BrokerMessage;
}

/** One TCP connection with at most one MQTT session in it. Acknowledgements come by the listener. */
export interface BrokerConnection {
  /** CONNECT; the listener hears CONNACK. */
  login(login: Login): void;
  /** SUBSCRIBE; the listener hears SUBACK. */
  subscribe(filter: string, qos: Qos): void;
  /** UNSUBSCRIBE; the listener hears UNSUBACK. */
  unsubscribe(filter: string): void;
  /** PUBLISH; the listener hears PUBACK, or PUBREC and PUBCOMP. */
  publish(message: BrokerMessage): void;
  /** Closes the TCP connection; with `farewell` an MQTT DISCONNECT goes first, and the broker keeps the will to itself. */
  close(farewell: boolean): void;
  /** From now on nothing passes in either direction and nobody is told; the client itself may notice by its pings. */
  silence(): void;
  /** The module forgot it (power, reboot, bearer): as `silence`, and the listener is never called again. */
  abandon(): void;
}

/** Topics are text; the module converts them from and to the bytes of the line. */
export interface ConnectionListener {
  /** The TCP connection is there. */
  connected(): void;
  /** The TCP connection could not be made. */
  failed(): void;
  /** The connection is gone after it had been there, and not by close(). */
  closed(): void;
  /** The broker took the login, or refused it. */
  connack(accepted: boolean): void;
  /** The subscription is acknowledged. */
  suback(): void;
  /** The subscription is gone. */
  unsuback(): void;
  /** A message of QoS 1 is acknowledged. */
  puback(): void;
  /** A message of QoS 2 was received. */
  pubrec(): void;
  /** A message of QoS 2 is complete. */
  pubcomp(): void;
  /** A message for the module. */
  message(message: BrokerMessage): void;
}
