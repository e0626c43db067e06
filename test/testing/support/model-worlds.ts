import type { LinkOptions } from '../../../src/config/schema.js';
import { createSupervisor } from '../../../src/supervisor.js';
import { Bench, type BenchOptions } from '../../../src/testing/bench.js';
import { benchDeeds } from '../../../src/testing/model/bench-deeds/index.js';
import { benchRig } from '../../../src/testing/model/bench-rig.js';
import type { SequenceRig } from '../../../src/testing/model/sequence.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { tlsFiles } from '../../matrix/approaches.js';

/** A board, a firmware and a configuration that between them decide which edges there are. */
export interface ModelWorld {
  readonly name: string;
  readonly modem: BenchOptions['modem'];
  readonly isWired: boolean;
  readonly isPatient: boolean;
  readonly options: LinkOptions;
}

const PIN = '1234';
const attempts = { reconnect: 1, bearer: 1, radio: 1, restart: 1, reset: 1 };

const plain: LinkOptions = {
  port: '/dev/null',
  broker: { url: 'mqtt://broker.example', clientId: 'meter-17', keepalive: 60 },
  subscriptions: [{ topic: 'cmd/#', qos: 1 }],
  outbox: { store: 'memory' },
  recovery: { commandTimeoutMs: 2_000, radioAttachesPerHour: 1, attempts },
};

const secured: LinkOptions = {
  ...plain,
  broker: { ...plain.broker, url: 'mqtts://broker.example', tls: tlsFiles },
  announce: { topic: 'meter-17/status', payload: 'online', qos: 1, retain: true },
};

export const modelWorlds: readonly ModelWorld[] = [
  { name: 'nothing wired', modem: {}, isWired: false, isPatient: false, options: plain },
  {
    name: 'everything wired, TLS, announcement, PIN',
    modem: { sim: { pin: PIN } },
    isWired: true,
    isPatient: false,
    options: {
      ...secured,
      sim: { pin: PIN },
      recovery: { ...plain.recovery, radioAttachesPerHour: 2 },
    },
  },
  {
    // The chart's own limits are a backstop behind those of the link: here they run out first.
    name: 'a patient link, a firmware that says no RDY',
    modem: { quirks: { readyCount: 0 } },
    isWired: true,
    isPatient: true,
    options: {
      ...secured,
      recovery: {
        commandTimeoutMs: 300_000,
        radioAttachesPerHour: 2,
        attempts: { ...attempts, reconnect: 3 },
      },
    },
  },
];

export interface BenchRig extends SequenceRig {
  readonly bench: Bench;
  readonly options: LinkOptions;
}

/** A healthy world, its module booted, and a link that was not started. */
export async function rigIn({ modem = {}, isWired, isPatient, options: own }: ModelWorld): Promise<BenchRig> {
  // This profile hears the first AT: others are deaf until they have learnt the baud rate.
  const bench = new Bench({ profile: 'air780ep', startMs: Date.UTC(2027, 0, 1), modem });
  const options = { ...own, ...(isWired && bench.drivers) };
  const link = createSupervisor(options, { ...bench.parts, logger: createLogger({ level: 'silent' }) });
  bench.modem.powerOn();
  await bench.clock.advance(10_000);
  return {
    bench,
    options,
    ...benchRig(bench, link, benchDeeds(bench, { patient: isPatient })),
  };
}
