import { fileURLToPath } from 'node:url';
import { Broker } from './broker.js';
import { Configuration } from './configuration.js';
import type { JsonLine } from './heard-lines.js';
import type { LineProcess } from './line-process.js';
import { Modem, type ModemSetup } from './modem.js';

const RESET = fileURLToPath(new URL('../press-reset.mjs', import.meta.url));

/** Milliseconds, short, so that every rung of the ladder is seen in a test. */
export const recovery = {
  backoff: { minMs: 50, maxMs: 500 },
  // Every case begins at the bottom of the ladder.
  stableMs: 0,
  heartbeatMs: 1_000,
  commandTimeoutMs: 1_500,
  attempts: { reconnect: 3, bearer: 3, radio: 1, restart: 1, reset: 2 },
  radioAttachesPerHour: 3_600,
};

/** What differs from one rig to the next. */
export interface RigOptions {
  /** Further lines of Mosquitto's configuration. */
  readonly listeners?: readonly string[];
  /** Keys of the configuration that take the place of the usual ones. */
  readonly link?: object;
}

/** A broker, a modem, and the product between them. */
export class Rig {
  readonly broker: Broker;
  readonly modem: Modem;
  readonly #configuration: Configuration;
  #product: LineProcess;
  #messages = 0;

  static async start(setup: ModemSetup, { listeners, link }: RigOptions = {}): Promise<Rig> {
    const broker = await Broker.start(listeners);
    const modem = await Modem.start(setup);
    const configuration = new Configuration({
      port: modem.path,
      broker: { url: `mqtt://127.0.0.1:${broker.port}`, clientId: 'judge', keepalive: 30 },
      will: { topic: 'judge/status', payload: 'offline', qos: 1, retain: false },
      announce: { topic: 'judge/status', payload: 'online', qos: 1, retain: false },
      subscriptions: [{ topic: 'judge/cmd/#', qos: 1 }],
      reset: { command: [process.execPath, RESET, String(modem.pid)] },
      recovery,
      log: { level: 'debug', trace: true },
      ...link,
    });
    return new Rig(setup.profile, broker, modem, configuration);
  }

  private constructor(
    readonly name: string,
    broker: Broker,
    modem: Modem,
    configuration: Configuration,
  ) {
    this.broker = broker;
    this.modem = modem;
    this.#configuration = configuration;
    this.#product = this.#spawn();
  }

  /** A place in what the product says, to wait from. */
  get mark(): number {
    return this.#product.out.lines.length;
  }

  /** Settles when the link is online, at or after the mark. */
  async online(since = 0, withinMs?: number): Promise<void> {
    await this.#product.out.heard('online', (line) => isStatus(line, 'online'), since, withinMs);
  }

  /** Does something that costs the session; settles when the link has gone down, come back, and carries messages. */
  async survives(fault: () => Promise<unknown>): Promise<void> {
    const before = this.mark;
    await fault();
    await this.comesBack(before);
  }

  /** Settles when the link has gone down since the mark, come back, and carries messages. */
  async comesBack(since: number, withinMs?: number): Promise<void> {
    await this.online(await this.goesDown(since), withinMs);
    await this.carries(Buffer.from('still here'));
  }

  /** Settles when the link has gone down since the mark. @returns the place where it says so */
  async goesDown(since: number): Promise<number> {
    const down = await this.#product.out.heard(
      'loss of the session',
      (line) => line['type'] === 'state' && line['status'] !== 'online',
      since,
    );
    return this.#product.out.lines.indexOf(down);
  }

  /** Settles when these bytes went out and in, and were the same on the other side. */
  async carries(payload: Buffer): Promise<void> {
    await this.delivers(payload, 1);
    await this.receives(payload);
  }

  /** Publishes; settles when it was acknowledged, and the broker got the same bytes. */
  async delivers(payload: Buffer, qos: 0 | 1 | 2): Promise<void> {
    this.#messages += 1;
    const id = String(this.#messages);
    const [since, seen] = [this.mark, this.broker.seen];
    const topic = `judge/data/${id}`;
    this.#product.say({ id, topic, payload: payload.toString('base64'), encoding: 'base64', qos });
    const settled = await this.#product.out.heard(
      `settlement of message ${id}`,
      (line) => line['id'] === id && line['type'] !== 'accepted',
      since,
    );
    if (settled['type'] !== 'delivered') throw new Error(`not delivered: ${JSON.stringify(settled)}`);
    same(await this.broker.published(topic, seen), payload);
  }

  /** Publishes to the product's subscription; settles when it handed on the same bytes. */
  async receives(payload: Buffer): Promise<void> {
    this.#messages += 1;
    const topic = `judge/cmd/${this.#messages}`;
    const since = this.mark;
    await this.broker.publish(topic, payload);
    same(await this.message(topic, since), payload);
  }

  /** Settles when the product handed on a message, at or after the mark. @returns its payload */
  async message(topic: string, since = 0): Promise<Buffer> {
    const line = await this.#product.out.heard(
      `message on ${topic}`,
      (one) => one['type'] === 'message' && one['topic'] === topic,
      since,
    );
    return Buffer.from(String(line['payload']), line['encoding'] as BufferEncoding);
  }

  /** The statuses told since the mark. */
  statusesSince(mark: number): readonly unknown[] {
    return this.#product.out.lines
      .slice(mark)
      .filter((line) => line['type'] === 'state')
      .map((line) => line['status']);
  }

  /** Settles when the link tells a state with a cause, at or after the mark. @returns the code of the cause */
  async cause(since = 0): Promise<unknown> {
    const line = await this.#product.out.heard(
      'cause',
      (one) => one['type'] === 'state' && one['cause'] !== undefined,
      since,
    );
    return line['cause'];
  }

  /** Settles when the link says at or after the mark that a person is needed. @returns the code of the cause */
  async needsAttention(since = 0): Promise<unknown> {
    const line = await this.#product.out.heard(
      'a call for a person',
      (one) => isStatus(one, 'needs-attention'),
      since,
    );
    return line['cause'];
  }

  /** What the product wrote on stderr last. */
  get log(): string {
    return this.#product.stderr;
  }

  /** Settles when the product logged something with this in its message. @returns the entry */
  async logged(text: string): Promise<JsonLine> {
    return await this.#product.log.heard(`"${text}"`, (entry) => String(entry['msg']).includes(text));
  }

  /** Kills the product without a chance to say goodbye, and starts it again, after what happens in between. */
  async hostCrash(meanwhile?: () => Promise<unknown>): Promise<void> {
    await this.#product.end('SIGKILL');
    await meanwhile?.();
    this.#product = this.#spawn();
  }

  /** @returns the product's exit code */
  async terminate(): Promise<number | null> {
    return await this.#product.end('SIGTERM');
  }

  /** Runs a case. What a failure needs for judging it is added to it: what passed on the wire, and what was said. */
  async judged(check: () => Promise<void>): Promise<void> {
    const [logged, said] = [(await this.modem.log()).length, this.mark];
    try {
      await check();
    } catch (error) {
      const wire = (await this.modem.log()).slice(logged);
      const lines = [
        `${this.name}: ${error instanceof Error ? error.message : String(error)}`,
        '--- wire, as the modem saw it',
        ...wire.map(({ t, direction, text }) => `${t} ${direction} ${JSON.stringify(text)}`),
        '--- product, stdout',
        ...this.#product.out.lines.slice(said).map((line) => JSON.stringify(line)),
        '--- product, stderr',
        this.#product.stderr.slice(-4_000),
      ];
      throw new Error(lines.join('\n'), { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#product.end('SIGKILL');
    await this.modem.close();
    await this.broker.close();
    this.#configuration.remove();
  }

  #spawn(): LineProcess {
    return this.#configuration.run('run');
  }
}

function isStatus(line: JsonLine, status: string): boolean {
  return line['type'] === 'state' && line['status'] === status;
}

function same(got: Buffer, wanted: Buffer): void {
  if (!got.equals(wanted)) {
    throw new Error(`bytes changed: ${wanted.toString('hex')} became ${got.toString('hex')}`);
  }
}
