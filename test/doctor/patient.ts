import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodeOf } from '../../src/cli/exit-codes.js';
import type { Clock } from '../../src/clock/clock.js';
import { systemClock } from '../../src/clock/system.js';
import { VirtualClock } from '../../src/clock/virtual.js';
import { parseOptions } from '../../src/config/schema.js';
import type { LinkOptions } from '../../src/config/schema.js';
import { examine, type ExaminationParts } from '../../src/doctor/examination.js';
import type { Finding, Rung } from '../../src/doctor/finding.js';
import { MemoryNetwork } from '../../src/simulator/memory-network.js';
import { SoftwareModem, type SoftwareModemOptions } from '../../src/simulator/modem.js';
import { tcpNetwork } from '../../src/simulator/tcp-network.js';
import { memoryTransport } from '../../src/testing/memory-transport.js';
import type { TransportFactory } from '../../src/transport/transport.js';

type BrokerOptions = Partial<LinkOptions['broker']>;

export interface PatientOptions {
  readonly modem?: Partial<SoftwareModemOptions>;
  readonly link?: Omit<Partial<LinkOptions>, 'broker'> & { readonly broker?: BrokerOptions };
  readonly parts?: Partial<ExaminationParts>;
  /** The wall time at which it begins, milliseconds since the epoch. */
  readonly startMs?: number;
}

/** What an examination came to. */
export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** The first failure; undefined when there is none. */
  readonly fault: Finding | undefined;
  /** What the command line would end with. */
  readonly exitCode: number;
  verdictOf(rung: Rung): string | undefined;
}

/** A software modem in a broken set-up, and its examination: on a virtual clock, or with real sockets on real time. */
export class Patient {
  readonly folder = mkdtempSync(join(tmpdir(), 'luat-link-doctor-'));
  readonly network: MemoryNetwork;
  readonly modem: SoftwareModem;
  readonly cable;
  readonly clock: Clock;
  readonly #options: PatientOptions;

  private constructor(clock: Clock, options: PatientOptions, real: boolean) {
    this.clock = clock;
    this.#options = options;
    this.network = new MemoryNetwork(clock, { latencyMs: 20 });
    this.modem = new SoftwareModem({
      profile: 'air780ep',
      clock,
      random: () => 0.5,
      network: real ? tcpNetwork() : this.network,
      latency: 'none',
      ...options.modem,
    });
    this.cable = memoryTransport(this.modem);
    // Something that is there under the port's name; what is said goes through the cable.
    writeFileSync(this.port, '');
    this.modem.powerOn();
  }

  static async booted(options: PatientOptions = {}): Promise<Patient> {
    const clock = new VirtualClock(options.startMs);
    const patient = new Patient(clock, options, false);
    await clock.advance(20_000);
    return patient;
  }

  /** With sockets of this machine behind the modem. */
  static withSockets(options: PatientOptions = {}): Patient {
    return new Patient(systemClock, options, true);
  }

  get port(): string {
    return join(this.folder, 'ttyUSB2');
  }

  async examined(): Promise<Diagnosis> {
    const { link = {}, parts = {} } = this.#options;
    const { broker, ...rest } = link;
    const examining = examine(
      () =>
        parseOptions({
          port: this.port,
          outbox: { directory: join(this.folder, 'outbox') },
          ...rest,
          broker: { url: 'mqtt://127.0.0.1:1883', clientId: 'meter-17', ...broker },
        }),
      {
        clock: this.clock,
        connect: () => this.cable,
        reach: { resolve: nowhere, dial: nowhere, handshake: nowhere },
        ...parts,
      },
    );
    const findings = await this.#settled(examining);
    const fault = findings.find(({ verdict }) => verdict === 'fail');
    return {
      findings,
      fault,
      exitCode: fault?.code === undefined ? 0 : exitCodeOf(fault.code),
      verdictOf: (rung) => findings.find((finding) => finding.rung === rung)?.verdict,
    };
  }

  /** Lets virtual time pass. */
  async pass(ms: number): Promise<void> {
    if (this.clock instanceof VirtualClock) await this.clock.advance(ms);
  }

  close(): void {
    this.modem.powerOff();
    rmSync(this.folder, { recursive: true });
  }

  async #settled<T>(work: Promise<T>): Promise<T> {
    const clock = this.clock;
    if (clock instanceof VirtualClock) {
      let settled = false;
      const end = (): void => void (settled = true);
      work.then(end, end);
      await clock.advanceUntil(() => settled, 600_000);
    }
    return work;
  }
}

/** A module whose line makes sense at one rate only; at others both sides hear noise. */
export function talkingAt(rate: number, cable: TransportFactory): Required<ExaminationParts>['connect'] {
  return (port) => {
    if (port.kind === 'tcp' || port.baudRate === rate) return cable;
    return (listener) => {
      const transport = cable({
        lost: (reason) => listener.lost(reason),
        data: (bytes) => listener.data(garbled(bytes)),
      });
      return {
        name: transport.name,
        open: () => transport.open(),
        write: (bytes) => transport.write(garbled(bytes)),
        close: () => transport.close(),
        setSignal: (line, active) => transport.setSignal(line, active),
      };
    };
  };
}

function garbled(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => byte ^ 0xa5));
}

function nowhere(): Promise<never> {
  return Promise.reject(new Error('this set-up is not to be looked at from the host'));
}
