import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, connectAsync, type MqttClient } from 'mqtt';

const PROGRAM = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'].find(
  (path) => existsSync(path),
);

export const hasMosquitto = PROGRAM !== undefined;

interface Received {
  readonly topic: string;
  readonly payload: Buffer;
}

/** A Mosquitto on a loopback port of its own, and a client that sees everything that passes through it. */
export class Broker {
  readonly port: number;
  readonly #folder: string;
  readonly #observer: MqttClient;
  readonly #received: Received[] = [];
  #process: ChildProcess | undefined;
  #waiters: (() => void)[] = [];

  /** @param more further lines of its configuration: listeners, each with who is let in */
  static async start(more: readonly string[] = []): Promise<Broker> {
    const broker = new Broker(await freePort(), more);
    await broker.resume();
    await broker.observe();
    return broker;
  }

  private constructor(port: number, more: readonly string[]) {
    this.port = port;
    this.#folder = mkdtempSync(join(tmpdir(), 'luat-link-broker-'));
    writeFileSync(
      join(this.#folder, 'mosquitto.conf'),
      [
        // Has to stand first.
        'per_listener_settings true',
        'persistence false',
        'log_dest stderr',
        `listener ${port} 127.0.0.1`,
        'allow_anonymous true',
        ...more,
        '',
      ].join('\n'),
    );
    this.#observer = connect(`mqtt://127.0.0.1:${port}`, { manualConnect: true, reconnectPeriod: 50 });
    // It comes back by itself after the broker was stopped.
    this.#observer.on('error', () => undefined);
    this.#observer.on('message', (topic, payload) => {
      this.#received.push({ topic, payload });
      for (const wake of this.#waiters.splice(0)) wake();
    });
  }

  /** How many messages it has seen. */
  get seen(): number {
    return this.#received.length;
  }

  /** Starts the program; settles when it listens. */
  async resume(): Promise<void> {
    const child = spawn(String(PROGRAM), ['-c', join(this.#folder, 'mosquitto.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    let said = '';
    for await (const text of child.stderr) {
      said += String(text);
      if (/mosquitto version \S+ running/.test(said)) break;
    }
    if (child.exitCode !== null) throw new Error(`Mosquitto ended: ${said}`);
  }

  /** Ends the program; settles when it is gone. */
  async halt(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill();
    await gone;
  }

  /** Lets it read its password files anew. */
  reload(): void {
    this.#process?.kill('SIGHUP');
  }

  /** Another client logs in with this id, and stays until it is thrown out in turn; settles when it is in. */
  async takeOver(clientId: string): Promise<void> {
    const other = await connectAsync(`mqtt://127.0.0.1:${this.port}`, { clientId, reconnectPeriod: 0 });
    other.on('error', () => undefined);
  }

  /** Settles when the observer sees everything (again). */
  async observe(): Promise<void> {
    if (!this.#observer.connected) {
      const connected = new Promise<void>((resolve) => {
        this.#observer.once('connect', () => resolve());
      });
      if (!this.#observer.reconnecting) this.#observer.connect();
      await connected;
    }
    await this.#observer.subscribeAsync('#', { qos: 2 });
  }

  /** The payloads on a topic so far, among the messages from the `since`th on. */
  payloadsOn(topic: string, since = 0): readonly string[] {
    return this.#received
      .slice(since)
      .filter((message) => message.topic === topic)
      .map(({ payload }) => payload.toString('utf8'));
  }

  /** The first message on a topic, among those from the `since`th on. */
  async published(topic: string, since: number, withinMs = 20_000): Promise<Buffer> {
    const deadline = AbortSignal.timeout(withinMs);
    for (;;) {
      const found = this.#received.slice(since).find((message) => message.topic === topic);
      if (found) return found.payload;
      if (deadline.aborted) throw new Error(`nothing was published on ${topic} within ${withinMs} ms`);
      await new Promise<void>((resolve) => {
        this.#waiters.push(resolve);
        deadline.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** Publishes to whoever subscribed. */
  async publish(topic: string, payload: Buffer, qos: 0 | 1 | 2 = 1): Promise<void> {
    await this.#observer.publishAsync(topic, payload, { qos });
  }

  /** What a client that subscribes now gets as retained. */
  async retained(topic: string): Promise<Buffer> {
    const client = await connectAsync(`mqtt://127.0.0.1:${this.port}`, { reconnectPeriod: 0 });
    try {
      const got = new Promise<Buffer>((resolve) => {
        client.on('message', (_, payload) => resolve(payload));
      });
      await client.subscribeAsync(topic);
      return await got;
    } finally {
      await client.endAsync(true);
    }
  }

  async close(): Promise<void> {
    await this.#observer.endAsync(true);
    await this.halt();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Lines for a listener with TLS. @param certificate name of the server's certificate and key, without ending */
export function tlsListener(port: number, certificate: string, { mutual = false } = {}): readonly string[] {
  return [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    `cafile ${tlsFile('ca.crt')}`,
    `certfile ${tlsFile(`${certificate}.crt`)}`,
    `keyfile ${tlsFile(`${certificate}.key`)}`,
    `require_certificate ${mutual}`,
  ];
}

/** A certificate or key of the tests. */
export function tlsFile(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url));
}
