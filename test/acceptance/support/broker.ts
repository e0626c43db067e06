import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type MqttClient } from 'mqtt';

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

  /** @param more further lines of its configuration, such as listeners with TLS */
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
        `listener ${port} 127.0.0.1`,
        'allow_anonymous true',
        'persistence false',
        'log_dest stderr',
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
