import fc from '../../support/fast-check.js';
import { createSupervisor } from '../../../src/supervisor.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { Bench, type BenchOptions } from '../../../src/testing/bench.js';
import { benchRig } from '../../../src/testing/model/bench-rig.js';
import { runSequence, sequenceSteps, type SequenceRig } from '../../../src/testing/model/sequence.js';
import type { TransportFactory } from '../../../src/transport/transport.js';

/** Where a run is to be repeated from. */
export interface Repeat {
  readonly seed: number;
  /** fast-check's path to the case; absent: the whole run. */
  readonly path?: string;
}

export interface SequencesOptions extends Repeat {
  readonly runs: number;
  /** Breaks the line between module and host. */
  readonly line?: (transport: TransportFactory) => TransportFactory;
}

/** What random sequences came to. */
export type Outcome =
  | { readonly failed: false; readonly runs: number }
  | {
      readonly failed: true;
      /** The smallest sequence that fails. */
      readonly steps: readonly string[];
      readonly problems: readonly string[];
      readonly repeat: Repeat;
      /** How often a smaller sequence was found that fails as well. */
      readonly shrinks: number;
    };

const LONGEST = 16;
const names = sequenceSteps(sequenceRig().deeds);

/** A link on a module that has booted, with every rung wired. */
export function sequenceRig(
  options: BenchOptions = {},
  line: (transport: TransportFactory) => TransportFactory = (transport) => transport,
): SequenceRig {
  const bench = new Bench({ startMs: Date.UTC(2027, 0, 1), ...options });
  const link = createSupervisor(
    {
      port: '/dev/null',
      broker: { url: 'mqtt://broker.example', clientId: 'meter-17', keepalive: 60 },
      announce: { topic: 'meter-17/status', payload: 'online', qos: 1, retain: true },
      subscriptions: [{ topic: 'cmd/#', qos: 1 }],
      ...bench.drivers,
    },
    {
      ...bench.parts,
      openTransport: line(bench.parts.openTransport),
      logger: createLogger({ level: 'silent' }),
    },
  );
  bench.modem.powerOn();
  return benchRig(bench, link);
}

/** Runs random sequences of faults and host calls, and shrinks the first that fails. */
export async function runSequences({ runs, seed, path, line }: SequencesOptions): Promise<Outcome> {
  const found = new Map<string, readonly string[]>();
  const steps = fc.array(fc.constantFrom(...names), { maxLength: LONGEST, size: 'max' });
  const property = fc.asyncProperty(steps, fc.nat({ max: 99 }), async (sequence, benchSeed) => {
    const problems = await runSequence(sequence, sequenceRig({ seed: 1 + benchSeed }, line));
    found.set(JSON.stringify([sequence, benchSeed]), problems);
    return problems.length === 0;
  });
  const details = await fc.check(property, { numRuns: runs, seed, ...(path !== undefined && { path }) });
  if (!details.failed) return { failed: false, runs: details.numRuns };
  if (details.counterexample === null) throw new Error('fast-check was interrupted');
  const [sequence] = details.counterexample;
  const problems = found.get(JSON.stringify(details.counterexample)) ?? [String(details.errorInstance)];
  const repeat = { seed: details.seed, path: details.counterexamplePath };
  return { failed: true, steps: sequence, problems, repeat, shrinks: details.numShrinks };
}

/** What a failure says: the steps, what is wrong, and the command that does it again. */
export function report(outcome: Extract<Outcome, { failed: true }>): string {
  const { steps, problems, repeat, shrinks } = outcome;
  return [
    `This sequence fails (found smaller ${shrinks} times):`,
    ...steps.map((step) => `  ${step}`),
    ...problems.map((problem) => `! ${problem}`),
    `repeat: ${repeatCommand(repeat)}`,
  ].join('\n');
}

/** The command that does one case again. */
export function repeatCommand({ seed, path }: Repeat): string {
  return `npm run model -- --seed ${seed}${path === undefined ? '' : ` --path ${path}`}`;
}
