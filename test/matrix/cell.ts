import type { LinkOptions } from '../../src/config/schema.js';
import type { LinkStatus } from '../../src/status.js';
import type { Receipt } from '../../src/outbox/receipts.js';
import { createSupervisor, type Supervisor } from '../../src/supervisor.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { Bench } from '../../src/testing/bench.js';
import type { FaultKind } from '../../src/testing/faults/index.js';
import type { TransportListener } from '../../src/transport/transport.js';
import { tlsFiles, type Approach } from './approaches.js';
import { Promises } from '../../src/testing/model/promises.js';

/** How one run of a cell ended. */
export interface CellResult {
  /** What was wrong, in plain words; absent when all was well. */
  readonly failure?: string;
  /** From the end of the fault to online, virtual milliseconds. */
  readonly backMs: number;
}

/** The latest at which a state is reached, and at which the link is back; six hours cover every backoff and budget. */
const REACH_LIMIT_MS = 3_600_000;
const BACK_LIMIT_MS = 6 * 3_600_000;

const profiles = ['air724', 'air780e', 'air780ep', 'air780el'] as const;
const silent = createLogger({ level: 'silent' });
const PIN = '1234';
/** Quotes and braces, so that MPUBEX with its prompt is the cheaper command. */
const body = (what: string): string => JSON.stringify({ what, values: ['1', '2', '3'] });

/** A fault that strikes when the chart enters a state, and what became of the link. */
export class Cell {
  readonly bench: Bench;
  readonly link: Supervisor;
  /** Sees what the host writes, for people. */
  onHostBytes: (bytes: Buffer) => void = () => undefined;
  readonly #fault: FaultKind;
  readonly #approach: Approach;
  readonly #again: boolean;
  readonly #promises = new Promises();
  readonly #received: string[] = [];
  /** What QoS 1 and 2 promise: these must arrive. */
  readonly #owed: string[] = [];
  #breaks = false;
  #struck = false;
  /** Entering the state counts from now on. */
  #armed = false;
  #status: LinkStatus = 'stopped';
  #cause: string | undefined;

  constructor(fault: FaultKind, approach: Approach, seed: number) {
    this.#fault = fault;
    this.#approach = approach;
    // With unusual firmware a state may be passed by the second time.
    this.#again = approach.again !== undefined && fault.quirks === undefined && seed % 2 === 0;
    const pin = approach.pin === true || seed % 3 === 0;
    const tls = approach.tls === true || fault.tls === true;
    this.bench = new Bench({
      seed,
      profile: profiles[seed % profiles.length] ?? 'air724',
      startMs: Date.UTC(2027, 0, 1),
      modem: { quirks: fault.quirks ?? {}, ...(pin && { sim: { pin: PIN } }) },
    });
    const { openTransport } = this.bench.parts;
    this.link = createSupervisor(this.#options({ pin, tls }), {
      ...this.bench.parts,
      logger: silent,
      openTransport: (listener: TransportListener) => {
        if (this.#breaks) {
          this.#breaks = false;
          throw new Error('a defect in the link actor');
        }
        const transport = openTransport(listener);
        const write = transport.write.bind(transport);
        transport.write = (bytes) => {
          this.onHostBytes(bytes);
          return write(bytes);
        };
        return transport;
      },
    });
    this.link.on('message', ({ payload }) => this.#received.push(payload.toString('latin1')));
    this.link.on('state', ({ status, path, cause }) => {
      this.#status = status;
      this.#cause = cause?.code;
      this.#onState(path);
    });
  }

  /** Runs it to its end. */
  async run(): Promise<CellResult> {
    try {
      await this.#reach();
      await this.bench.clock.advance(this.#fault.lastsMs);
      if (this.#fault.person !== undefined) await this.#personActs(this.#fault.person);
      this.#fault.end?.(this.bench);
      const since = this.bench.clock.now();
      await this.#comesBack();
      const backMs = this.bench.clock.now() - since;
      await this.#carriesBothWays();
      await this.#endsCleanly();
      return { backMs };
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error), backMs: 0 };
    } finally {
      // Whatever is left is let go of, so that ten thousand runs fit into one process.
      void this.link.stop().catch(() => undefined);
    }
  }

  #options({ pin, tls }: { pin: boolean; tls: boolean }): LinkOptions {
    const { link } = this.#approach;
    return {
      port: '/dev/null',
      broker: {
        url: tls ? 'mqtts://broker.example' : 'mqtt://broker.example',
        clientId: 'meter-17',
        keepalive: 60,
        ...(tls && { tls: tlsFiles }),
      },
      announce: { topic: 'meter-17/status', payload: 'online', qos: 1, retain: true },
      subscriptions: [{ topic: 'cmd/#', qos: 1 }],
      ...(pin && { sim: { pin: PIN } }),
      ...this.bench.drivers,
      ...link,
    };
  }

  /** Leads the chart to the state; the fault strikes from within, at the moment of entry. */
  async #reach(): Promise<void> {
    const { bench, link } = this;
    const { from, lead, again, state } = this.#approach;
    bench.modem.powerOn();
    // It has booted, and its stack is ready, before the host begins.
    await bench.clock.advance(10_000 + (this.#fault.quirks?.stackNotReadyMs ?? 0));
    if (from === 'start' && !this.#again) {
      lead?.(bench);
      this.#armed = true;
      if (state === 'stopped') this.#strike();
    }
    this.#promises.track('start()', link.start());
    this.#promises.track('online()', link.online());
    if (this.#again || from !== 'start') {
      await this.#until(
        'the link is online for the first time',
        () => this.#status === 'online',
        REACH_LIMIT_MS,
      );
      this.#armed = true;
      if (this.#again) again?.(bench);
      else if (from === 'online') this.#leadOn(lead);
      else this.#promises.track('stop()', link.stop());
    }
    await this.#until(`the chart enters ${state}`, () => this.#struck, REACH_LIMIT_MS);
    if (from === 'stop') await this.#restart();
  }

  #leadOn(lead: Approach['lead']): void {
    if (this.#approach.state === 'broken') {
      this.#breaks = true;
      this.bench.cable.unplug();
      this.bench.cable.plug();
    }
    lead?.(this.bench);
  }

  #onState(path: string): void {
    if (this.#armed && !this.#struck && path === this.#approach.state) this.#strike();
  }

  #strike(): void {
    this.#struck = true;
    this.#approach.undo?.(this.bench);
    this.#fault.strike(this.bench);
    if (this.#approach.from === 'stop') {
      this.#promises.track(
        'publish()',
        this.link.publish('data', body('while stopping'), { qos: 1 }),
        'may fail',
      );
      return;
    }
    for (const qos of [1, 0, 2] as const) this.#publish(body(`qos ${qos} during the fault`), qos);
    this.#promises.track('subscribe()', this.link.subscribe('more/#', { qos: 1 }), 'may fail');
  }

  #publish(payload: string, qos: 0 | 1 | 2): void {
    const mayFail = qos === 0 || this.#fault.refusesMessages === true ? 'may fail' : undefined;
    const accepted = this.link.publish('data', payload, { qos });
    this.#promises.track(`publish() with QoS ${qos}`, accepted, mayFail);
    if (mayFail === undefined) this.#owed.push(payload);
    void accepted.then(
      (receipt: Receipt) => this.#promises.track(`delivered of QoS ${qos}`, receipt.delivered, mayFail),
      () => undefined,
    );
  }

  /** It is stopped and started again, with a fault in the middle of it. */
  async #restart(): Promise<void> {
    await this.#until('stop() settles', () => this.#promises.settled('stop()'), REACH_LIMIT_MS);
    this.#promises.track('start() again', this.link.start());
    this.#promises.track('online() again', this.link.online());
  }

  async #personActs(act: (bench: Bench) => void): Promise<void> {
    const { link, bench } = this;
    await this.#until('a person is asked for', () => this.#status === 'needs-attention', REACH_LIMIT_MS);
    if (bench.modem.sim.pinTries === 1) throw new Error('a PIN was tried twice');
    act(bench);
    link.retry();
  }

  async #comesBack(): Promise<void> {
    if (this.#approach.state === 'checkingSim.unlocking') {
      // Whether the card refused the PIN whose answer was lost, only a person can tell: it is not entered again.
      await this.#until(
        'it is online or asks about the PIN',
        () => this.#status === 'online' || this.#pinInDoubt,
        BACK_LIMIT_MS,
      );
      if (this.#pinInDoubt) this.link.retry();
    }
    await this.#until(
      'the link is online again and every message is delivered',
      () => this.#status === 'online' && this.#promises.pending().length === 0,
      BACK_LIMIT_MS,
    );
  }

  get #pinInDoubt(): boolean {
    return this.#cause === 'SIM_PIN_WRONG' && this.bench.modem.sim.pinTries === 3;
  }

  async #carriesBothWays(): Promise<void> {
    const { bench } = this;
    this.#publish(body('after the fault'), 2);
    const before = this.#received.length;
    const arrived = (): boolean => this.#received.length > before;
    // A loss that began during the fault may still come to light: then it is sent once more, as its sender would.
    for (let tries = 0; tries < 3 && !arrived(); tries += 1) {
      bench.network.broker.publish('cmd/x', 'after the fault', { qos: 1 });
      const patience = bench.clock.now() + 60_000;
      bench.clock.setTimeout(() => undefined, 60_000);
      await bench.clock.advanceUntil(() => arrived() || bench.clock.now() >= patience, 61_000);
      await this.#comesBack();
    }
    if (!arrived()) throw new Error('nothing is received any more');
    const missing = this.#owed.filter(
      (payload) => !bench.network.broker.published.some((message) => message.payload.toString() === payload),
    );
    if (missing.length > 0) throw new Error(`accepted and lost: ${missing.join(', ')}`);
  }

  async #endsCleanly(): Promise<void> {
    const { link, bench } = this;
    this.#promises.track('the last stop()', link.stop());
    await this.#until('stop() settles', () => this.#promises.pending().length === 0, REACH_LIMIT_MS);
    if (link.status().status !== 'stopped') throw new Error(`stopped, it is ${link.status().status}`);
    this.#promises.check();
    const violation = bench.modem.violations.find(({ rule }) => rule !== this.#fault.provokes);
    if (violation !== undefined) {
      throw new Error(
        `${violation.rule} at ${Math.round(violation.at)} ms: ${JSON.stringify(violation.text)}`,
      );
    }
  }

  async #until(what: string, condition: () => boolean, limitMs: number): Promise<void> {
    try {
      await this.bench.clock.advanceUntil(condition, limitMs);
    } catch {
      const { status, path, cause } = this.link.status();
      const waiting = this.#promises.pending().join(', ');
      throw new Error(
        `not so within ${limitMs / 1_000} s: ${what}. It is ${status} in ${path} (${cause?.code ?? 'no cause'}); waiting: ${waiting || 'nothing'}`,
      );
    }
  }
}
