import { VirtualClock } from '../../src/clock/virtual.js';
import type { LinkOptions } from '../../src/config/schema.js';
import { createSupervisor, type StateEvent, type Supervisor } from '../../src/supervisor.js';
import { MemoryNetwork } from '../../src/simulator/memory-network.js';
import { SoftwareModem, type SoftwareModemOptions } from '../../src/simulator/modem.js';
import type { Logger } from '../../src/telemetry/logger.js';
import { memoryTransport, type MemoryTransportFactory } from '../../src/testing/memory-transport.js';
import type { TransportFactory } from '../../src/transport/transport.js';
import { collectedLogger } from '../secrets/collected-logger.js';
import { collect } from '../secrets/collector.js';
import { planted } from '../secrets/scanner.mjs';

export interface SceneOptions {
  readonly modem?: Partial<SoftwareModemOptions>;
  readonly link?: Partial<LinkOptions>;
  /** The wall time at which it begins, milliseconds since the epoch. */
  readonly startMs?: number;
  readonly logger?: Logger;
  /** Entropy of the supervisor, 0..1. */
  readonly random?: () => number;
}

/** A supervisor on a software modem with a broker in memory, all on one virtual clock. */
export class Scene {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly modem: SoftwareModem;
  /** The cable between the two: it can be pulled. */
  readonly cable: MemoryTransportFactory;
  readonly supervisor: Supervisor;
  /** Ports opened and closed by the supervisor so far. */
  opened = 0;
  closed = 0;
  readonly states: StateEvent[] = [];
  readonly received: { topic: string; payload: string }[] = [];

  constructor({ modem, link, logger, random: entropy, startMs }: SceneOptions = {}) {
    this.clock = new VirtualClock(startMs);
    let seed = 1;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    this.network = new MemoryNetwork(this.clock, { latencyMs: 20 });
    this.modem = new SoftwareModem({
      profile: 'air724',
      clock: this.clock,
      random,
      network: this.network,
      ...modem,
    });
    this.cable = memoryTransport(this.modem);
    this.supervisor = createSupervisor(
      {
        port: '/dev/null',
        broker: {
          url: `mqtt://${planted.urlUser}:${encodeURIComponent(planted.urlPassword)}@lbsmqtt.airm2m.com:1884`,
          clientId: '866289037465624',
          keepalive: 60,
        },
        log: { level: 'trace', trace: true },
        ...link,
        outbox: { store: 'memory', ...link?.outbox },
      },
      {
        clock: this.clock,
        random: entropy ?? random,
        openTransport: this.#countingTransport(),
        logger: logger ?? collectedLogger(),
      },
    );
    this.supervisor.on('state', (state) => {
      this.states.push(state);
      collect('status', JSON.stringify([state, this.supervisor.status()]));
    });
    this.supervisor.on('message', ({ topic, payload }) => {
      this.received.push({ topic, payload: payload.toString('latin1') });
    });
  }

  /** Power, start, and time until the link is online. */
  async online(limitMs = 120_000): Promise<void> {
    this.modem.powerOn();
    await this.clock.advance(10_000);
    await this.supervisor.start();
    await this.clock.advanceUntil(() => this.supervisor.status().status === 'online', limitMs);
  }

  /** A clean stop, with the time it takes. */
  async end(): Promise<void> {
    const stopping = this.supervisor.stop();
    await this.clock.advance(30_000);
    await stopping;
  }

  /** What the host sent, without the answers, since the transcript had `from` entries. */
  sent(from = 0): string[] {
    return this.modem.transcript
      .slice(from)
      .filter(({ direction }) => direction === 'host')
      .map(({ text }) => text);
  }

  #countingTransport(): TransportFactory {
    return (listener) => {
      const transport = this.cable(listener);
      let isOpen = false;
      return {
        name: transport.name,
        open: async () => {
          await transport.open();
          isOpen = true;
          this.opened += 1;
        },
        write: (bytes) => transport.write(bytes),
        close: async () => {
          if (isOpen) this.closed += 1;
          isOpen = false;
          await transport.close();
        },
        setSignal: (line, active) => transport.setSignal(line, active),
      };
    };
  }
}
