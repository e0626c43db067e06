import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { systemClock } from '../../src/clock/system.js';
import { SoftwareModem } from '../../src/simulator/modem.js';
import { servePty, type ServedModem } from '../../src/simulator/serve-pty.js';
import { tcpNetwork } from '../../src/simulator/tcp-network.js';
import { CliProcess } from './cli-process.js';

interface Published {
  readonly topic: string;
  readonly payload: Buffer;
}

type Command = 'run' | 'pub' | 'sub' | 'doctor';

/** A broker, a software modem on a pseudo-terminal, and room for the command line between them. */
export class RunScene {
  readonly modem: SoftwareModem;
  /** What clients published at the broker. */
  readonly published: Published[] = [];
  readonly #broker: Aedes;
  readonly #server: Server;
  readonly #served: ServedModem;
  readonly #folder = mkdtempSync(join(tmpdir(), 'luat-link-run-'));
  readonly #processes: CliProcess[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #filters = new Set<string>();

  static async set(): Promise<RunScene> {
    const broker = await Aedes.createBroker();
    const server = createServer((socket) => broker.handle(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const modem = new SoftwareModem({
      profile: 'air780ep',
      clock: systemClock,
      random: () => 0.5,
      network: tcpNetwork(),
      latency: 'none',
    });
    return new RunScene(broker, server, modem, await servePty(modem, { clock: systemClock }));
  }

  private constructor(broker: Aedes, server: Server, modem: SoftwareModem, served: ServedModem) {
    this.#broker = broker;
    this.#server = server;
    this.#served = served;
    this.modem = modem;
    broker.on('publish', ({ topic, payload }, client) => {
      if (client === null) return;
      this.published.push({ topic, payload: Buffer.from(payload) });
      for (const wake of this.#waiting.splice(0)) wake();
    });
    broker.on('subscribe', (subscriptions) => {
      for (const { topic } of subscriptions) this.#filters.add(topic);
      for (const wake of this.#waiting.splice(0)) wake();
    });
    modem.powerOn();
  }

  /** The port that leads to the modem. */
  get port(): string {
    return this.#served.path;
  }

  /** Starts `luat-link run`. */
  run(...flags: readonly string[]): CliProcess {
    return this.start('run', ...flags);
  }

  /** Starts a command on a configuration that leads to this modem and broker. */
  start(command: Command, ...flags: readonly string[]): CliProcess {
    return this.startIn({}, command, ...flags);
  }

  /** The same, with variables of the environment. */
  startIn(environment: NodeJS.ProcessEnv, command: Command, ...flags: readonly string[]): CliProcess {
    const file = join(this.#folder, 'link.json');
    const { port } = this.#server.address() as AddressInfo;
    const config = {
      port: this.#served.path,
      broker: { url: `mqtt://127.0.0.1:${port}`, clientId: 'meter' },
      subscriptions: [{ topic: 'cmd/#', qos: 1 }],
      log: { level: 'warn' },
    };
    writeFileSync(file, JSON.stringify(config));
    const cli = new CliProcess([command, '-c', file, ...flags], environment);
    this.#processes.push(cli);
    return cli;
  }

  /** Publishes from the broker to whoever subscribed. */
  async send(topic: string, payload: Buffer): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#broker.publish(
        { cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false },
        (error?: Error) => {
          if (error) reject(error);
          else resolve();
        },
      );
    });
  }

  /** Settles when clients have published so many messages. */
  async arrived(count: number): Promise<void> {
    while (this.published.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Settles when a client has subscribed to this filter. */
  async subscribed(filter: string): Promise<void> {
    while (!this.#filters.has(filter)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The commands that the modem heard. */
  heard(): readonly string[] {
    return this.modem.transcript.filter(({ direction }) => direction === 'host').map(({ text }) => text);
  }

  async close(): Promise<void> {
    for (const cli of this.#processes) cli.kill('SIGKILL');
    await Promise.all(this.#processes.map(async (cli) => cli.ended()));
    this.modem.powerOff();
    await this.#served.stop();
    await new Promise<void>((resolve) => this.#broker.close(() => resolve()));
    this.#server.close();
    rmSync(this.#folder, { recursive: true });
  }
}
