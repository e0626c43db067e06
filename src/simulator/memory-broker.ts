import type { Clock } from '../clock/clock.js';
import type { BrokerMessage, Login, Qos } from './broker-network.js';
import { filterCovers } from './topic-filter.js';

/** A message as the broker took it. */
export interface PublishedMessage extends BrokerMessage {
  /** Clock.now() */
  readonly at: number;
  /** Who published it; undefined: the test, by publish(). */
  readonly clientId: string | undefined;
}

/** The connection of a client, as the broker sees it. */
export interface BrokerClient {
  /** Hands a message out. `received` is called when the client acknowledged it. */
  deliver(message: BrokerMessage, received: () => void): void;
  /** The broker closes the connection. */
  kick(): void;
}

/** What the broker keeps of a client id. */
interface BrokerSession {
  readonly clientId: string;
  readonly subscriptions: Map<string, Qos>;
  /** Messages of QoS 1 and 2 that are not acknowledged yet, kept over connections unless the session is clean. */
  pending: BrokerMessage[];
  login: Login;
  client: BrokerClient | undefined;
}

/** An MQTT broker at the level of calls: sessions, subscriptions, retained messages, wills. No packets, no sockets. */
export class MemoryBroker {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, BrokerSession>();
  readonly #retained = new Map<string, BrokerMessage>();
  /** Every message that was published, by clients and tests, wills included. */
  readonly published: PublishedMessage[] = [];
  /** Every login that was tried. */
  readonly logins: Login[] = [];
  /** Whether a login is accepted. */
  accepts: (login: Login) => boolean = () => true;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Publishes as somebody else would. */
  publish(topic: string, payload: string | Buffer, options: { qos?: Qos; retain?: boolean } = {}): void {
    const message = {
      topic,
      payload: Buffer.from(payload),
      qos: options.qos ?? 0,
      retain: options.retain ?? false,
    };
    this.#route(message, undefined);
  }

  /** The client ids that are connected now. */
  get connected(): readonly string[] {
    return [...this.#sessions.values()]
      .filter(({ client }) => client !== undefined)
      .map(({ clientId }) => clientId);
  }

  /** Topic filter -> QoS of a client. */
  subscriptionsOf(clientId: string): ReadonlyMap<string, Qos> {
    return this.#sessions.get(clientId)?.subscriptions ?? new Map<string, Qos>();
  }

  /** @returns whether the login was accepted; an older connection of the same client id is closed, its will published */
  login(client: BrokerClient, login: Login): boolean {
    this.logins.push(login);
    if (!this.accepts(login)) return false;
    const before = this.#sessions.get(login.clientId);
    const former = before?.client;
    if (former !== undefined) {
      this.leave(login.clientId, former, false);
      former.kick();
    }
    const kept = before !== undefined && !login.clean && !before.login.clean ? before : undefined;
    const session = kept ?? {
      clientId: login.clientId,
      subscriptions: new Map(),
      pending: [],
      login,
      client,
    };
    session.login = login;
    session.client = client;
    this.#sessions.set(login.clientId, session);
    return true;
  }

  /** Hands out what a persistent session kept; called once the client has its CONNACK. */
  resume(clientId: string): void {
    const session = this.#sessions.get(clientId);
    if (session === undefined) return;
    for (const message of session.pending) this.#hand(session, message);
  }

  /**
   * A client’s connection ended.
   * @param farewell the client said DISCONNECT: its will is dropped
   */
  leave(clientId: string, client: BrokerClient, farewell: boolean): void {
    const session = this.#sessions.get(clientId);
    if (session?.client !== client) return;
    session.client = undefined;
    if (session.login.clean) this.#sessions.delete(clientId);
    const { will } = session.login;
    if (!farewell && will !== undefined) this.#route(will, clientId);
  }

  /** A client’s SUBSCRIBE. */
  subscribe(clientId: string, filter: string, qos: Qos): void {
    this.#sessions.get(clientId)?.subscriptions.set(filter, qos);
  }

  /** Hands out the retained messages of a filter; called once the client has its SUBACK. */
  sendRetained(clientId: string, filter: string, qos: Qos): void {
    const session = this.#sessions.get(clientId);
    if (session === undefined) return;
    for (const message of this.#retained.values()) {
      if (filterCovers(filter, message.topic))
        this.#queue(session, { ...message, qos: lower(message.qos, qos) });
    }
  }

  /** A client’s UNSUBSCRIBE. */
  unsubscribe(clientId: string, filter: string): void {
    this.#sessions.get(clientId)?.subscriptions.delete(filter);
  }

  /** A client's PUBLISH. */
  accept(clientId: string, message: BrokerMessage): void {
    this.#route(message, clientId);
  }

  #route(message: BrokerMessage, clientId: string | undefined): void {
    this.published.push({ ...message, at: this.#clock.now(), clientId });
    if (message.retain) {
      if (message.payload.length === 0) this.#retained.delete(message.topic);
      else this.#retained.set(message.topic, message);
    }
    for (const session of [...this.#sessions.values()]) {
      const granted = [...session.subscriptions].filter(([filter]) => filterCovers(filter, message.topic));
      if (granted.length === 0) continue;
      const highest = granted.reduce<Qos>((most, [, qos]) => (qos > most ? qos : most), 0);
      this.#queue(session, { ...message, retain: false, qos: lower(message.qos, highest) });
    }
  }

  #queue(session: BrokerSession, message: BrokerMessage): void {
    if (message.qos > 0) session.pending.push(message);
    this.#hand(session, message);
  }

  #hand(session: BrokerSession, message: BrokerMessage): void {
    session.client?.deliver(message, () => {
      session.pending = session.pending.filter((other) => other !== message);
    });
  }
}

function lower(one: Qos, other: Qos): Qos {
  return one < other ? one : other;
}
