import type { Clock } from '../clock/clock.js';
import { VirtualClock } from '../clock/virtual.js';
import { LinkError } from '../errors/link-error.js';
import { seededRandom } from '../simulator/entropy.js';
import { MemoryNetwork } from '../simulator/memory-network.js';
import { SoftwareModem, type SoftwareModemOptions } from '../simulator/modem.js';
import type { ProfileName } from '../simulator/profiles.js';
import type { TransportFactory } from '../transport/transport.js';
import { usbTransport } from '../transport/usb.js';
import { BenchDisk } from './bench-disk.js';
import { memoryTransport, type MemoryTransportFactory } from './memory-transport.js';
import { VirtualHost } from './virtual-host.js';

/** What stands on the bench, and how its chance is seeded. */
export interface BenchOptions {
  /** Everything that is drawn on the bench comes from it; the same seed gives the same run. Default 1. */
  readonly seed?: number;
  /** Default `air724`. */
  readonly profile?: ProfileName;
  readonly modem?: Partial<Omit<SoftwareModemOptions, 'clock' | 'network' | 'random' | 'profile'>>;
  /** The wall time at which it begins, milliseconds since the epoch. */
  readonly startMs?: number;
}

/** What a RESET or power driver does when it is called. */
export type DriverMood = 'works' | 'fails' | 'hangs';

const USB = { vendorId: '19d1', productId: '0001' };

/**
 * A module, its network and the host's side of the cable on one virtual clock: everything that a supervisor touches,
 * and everything that can go wrong with it.
 *
 *     createSupervisor({ ...yours, ...bench.drivers }, bench.parts)
 */
export class Bench {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly modem: SoftwareModem;
  /** The port: it can be pulled, be refused, die without a word. */
  readonly cable: MemoryTransportFactory;
  /** The process that the supervisor runs in. */
  readonly host: VirtualHost;
  /** What the outbox is kept on. */
  readonly disk = new BenchDisk();
  /** The path under which the port is found now; the supervisor looks it up by its USB ids. */
  portPath = '/dev/ttyUSB2';
  reset: DriverMood = 'works';
  power: DriverMood = 'works';
  /** Entropy of this bench, 0..1, for whoever draws on it. */
  readonly random: () => number;
  /** The second argument of createSupervisor. */
  readonly parts: {
    readonly clock: Clock;
    readonly random: () => number;
    readonly openTransport: TransportFactory;
    readonly outboxStore: BenchDisk;
  };
  /** The RESET pin and the supply of the board, as a configuration's `reset` and `power`. */
  readonly drivers: Readonly<Record<'reset' | 'power', () => Promise<void>>>;

  constructor({ seed = 1, profile = 'air724', modem, startMs }: BenchOptions = {}) {
    this.clock = new VirtualClock(startMs);
    this.random = seededRandom(seed * 7_919_317);
    this.network = new MemoryNetwork(this.clock, { latencyMs: 20 });
    this.modem = new SoftwareModem({
      ...modem,
      profile,
      clock: this.clock,
      random: this.random,
      network: this.network,
    });
    this.cable = memoryTransport(this.modem);
    this.host = new VirtualHost(this.clock);
    this.parts = {
      clock: this.host.clock,
      random: this.random,
      outboxStore: this.disk,
      openTransport: usbTransport(USB, {
        clock: this.host.clock,
        list: () => Promise.resolve([{ path: this.portPath, ...USB }]),
        connect: (path) => this.host.transport(this.#portAt(path)),
      }),
    };
    this.drivers = {
      reset: () => this.#drive('reset', () => this.#pulseReset()),
      power: () => this.#drive('power', () => this.#cyclePower()),
    };
  }

  #portAt(path: string): TransportFactory {
    if (path === this.portPath) return this.cable;
    throw new LinkError('PORT_NOT_FOUND', `There is no port ${path}.`);
  }

  /** Its mood may still change while whoever called it is being told of the call. */
  async #drive(driver: 'reset' | 'power', act: () => void): Promise<void> {
    await Promise.resolve();
    if (this[driver] === 'hangs') await new Promise<never>(() => undefined);
    if (this[driver] === 'fails') throw new Error('the driver of the bench fails');
    act();
  }

  /** On an Air780E the pin powers off: the board presses its power key too. */
  #pulseReset(): void {
    this.modem.pulseReset(600);
    if (this.modem.power === 'off') this.modem.pulsePowerKey(2_000);
  }

  #cyclePower(): void {
    this.modem.powerOff();
    this.modem.powerOn();
  }
}
