import type { Clock } from '../../src/clock/clock.js';
import { VirtualClock } from '../../src/clock/virtual.js';
import { MemoryNetwork } from '../../src/simulator/memory-network.js';
import { SoftwareModem } from '../../src/simulator/modem.js';
import type { ProfileName } from '../../src/simulator/profiles.js';
import { createSupervisor, type Supervisor } from '../../src/supervisor.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { memoryTransport, type MemoryTransportFactory } from '../../src/testing/memory-transport.js';
import type { TransportFactory } from '../../src/transport/transport.js';

export interface WorldOptions {
  readonly profile: ProfileName;
  /** Uniform in [0, 1): the one source of everything that is left to chance. */
  readonly random: () => number;
  readonly heartbeatMs?: number;
}

/** How often an hour the radio may attach, and as often at once (`radioAttachesPerHour`). */
export const ATTACHES_PER_HOUR = 4;

const CLIENT_ID = 'meter-17';
/** The commands that make the radio attach anew. */
const attaching = /^AT\+(?:CFUN=1|RESET)\b/m;

/** One modem with its supervisor, its broker and its cable, all on one virtual clock; what they do is counted. */
export class World {
  readonly clock = new VirtualClock();
  readonly random: () => number;
  readonly network: MemoryNetwork;
  readonly modem: SoftwareModem;
  readonly cable: MemoryTransportFactory;
  readonly supervisor: Supervisor;
  /** The clock as the supervisor sees it: its timers are counted apart from the world's. */
  readonly supervisorClock = new CountingClock(this.clock);
  /** The times at which the supervisor made the radio attach: by AT+CFUN=1, AT+RESET, the RESET pin or the supply. */
  readonly attaches: number[] = [];
  refusesLogins = false;
  /** Sessions that the broker opened for this client, ours or not. */
  sessions = 0;

  constructor({ profile, random, heartbeatMs }: WorldOptions) {
    this.random = random;
    this.network = new MemoryNetwork(this.clock, { latencyMs: 20 });
    this.network.broker.accepts = () => {
      this.sessions += 1;
      return !this.refusesLogins;
    };
    this.modem = new SoftwareModem({ profile, clock: this.clock, random, network: this.network });
    this.cable = memoryTransport(this.modem);
    this.supervisor = createSupervisor(
      {
        port: '/dev/null',
        broker: { url: 'mqtt://broker.example', clientId: CLIENT_ID },
        subscriptions: [{ topic: 'cmd/#', qos: 1 }],
        outbox: { store: 'memory' },
        reset: () => this.#pulseReset(),
        power: () => this.#cyclePower(),
        recovery: {
          radioAttachesPerHour: ATTACHES_PER_HOUR,
          ...(heartbeatMs !== undefined && { heartbeatMs }),
        },
      },
      {
        clock: this.supervisorClock,
        random,
        openTransport: this.#watchedTransport(),
        logger: createLogger({ level: 'silent' }),
      },
    );
  }

  /** Power, start, and time until the link is online for the first time. */
  async begin(): Promise<void> {
    this.modem.powerOn();
    await this.clock.advance(10_000);
    await this.supervisor.start();
    await this.clock.advanceUntil(() => this.supervisor.status().status === 'online', 300_000);
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.random() * from.length)];
    if (picked === undefined) throw new Error('there is nothing to pick from');
    return picked;
  }

  /** Another device logs in under our client id, and leaves after a while. */
  takeOver(): void {
    const { broker } = this.network;
    const other = { deliver: () => undefined, kick: () => undefined };
    if (!broker.login(other, { clientId: CLIENT_ID, clean: true, keepalive: 60 })) return;
    this.clock.setTimeout(() => broker.leave(CLIENT_ID, other, true), this.random() * 60_000);
  }

  /** What the broker and its network noted of a long life. */
  forgetHistory(): void {
    this.network.broker.logins.length = 0;
    this.network.targets.length = 0;
  }

  async #pulseReset(): Promise<void> {
    this.attaches.push(this.clock.now());
    this.modem.pulseReset(600);
    // On an Air780E RESET is a power-off (hardware guide): its board's driver presses the power key as well.
    if (this.modem.power === 'off') this.modem.pulsePowerKey(2_000);
    await Promise.resolve();
  }

  async #cyclePower(): Promise<void> {
    this.attaches.push(this.clock.now());
    this.modem.powerOff();
    await new Promise<void>((resolve) => this.clock.setTimeout(resolve, 5_000));
    this.modem.powerOn();
  }

  #watchedTransport(): TransportFactory {
    return (listener) => {
      const transport = this.cable(listener);
      return {
        name: transport.name,
        open: () => transport.open(),
        write: (bytes) => {
          if (attaching.test(bytes.toString('latin1'))) this.attaches.push(this.clock.now());
          return transport.write(bytes);
        },
        close: () => transport.close(),
        setSignal: (line, active) => transport.setSignal(line, active),
      };
    };
  }
}

/** Passes everything on to another clock and counts what is armed. */
export class CountingClock implements Clock {
  readonly #clock: Clock;
  readonly #armed = new Set<object>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get armed(): number {
    return this.#armed.size;
  }

  wallTime(): number {
    return this.#clock.wallTime();
  }

  now(): number {
    return this.#clock.now();
  }

  setTimeout(callback: () => void, ms: number): object {
    const entry = { handle: undefined as unknown };
    entry.handle = this.#clock.setTimeout(() => {
      this.#armed.delete(entry);
      callback();
    }, ms);
    this.#armed.add(entry);
    return entry;
  }

  clearTimeout(handle: unknown): void {
    const entry = handle as { readonly handle: unknown } | undefined;
    if (entry === undefined || !this.#armed.delete(entry)) return;
    this.#clock.clearTimeout(entry.handle);
  }
}
