import { restLevels } from '../actors/drivers.js';
import type { ModuleInfo } from '../actors/module-info.js';
import { unknownModule } from '../air/profiles.js';
import type { TraceEntry } from '../at/trace.js';
import type { Clock } from '../clock/clock.js';
import type { LinkConfig } from '../config/schema.js';
import { linesAtRest } from '../transport/lines-at-rest.js';
import { portTransport, type PortAddress } from '../transport/port-transport.js';
import type { TransportFactory } from '../transport/transport.js';
import { answering } from './answering.js';
import { brokerConnection, loopback } from './broker.js';
import type { Conversation } from './conversation.js';
import { behind, failure, ok, rungs, skipped, type Finding, type Rung } from './finding.js';
import { certificates, nodeVersion, outbox } from './host.js';
import { bearer, moduleClock, radio, sim } from './network.js';
import { openPort } from './port.js';
import { hostReach, type HostReach } from './reach.js';

/** How long is waited for what takes its time, in milliseconds. */
export interface Patience {
  /** A SIM that is not ready yet; the vendor gives it 10 s. */
  readonly simMs: number;
  /** Registration; normally it takes less than two minutes after power-on, and a module that runs has had them. */
  readonly registrationMs: number;
  /** The bearer. */
  readonly bearerMs: number;
  /** The message that comes back, after it was acknowledged. */
  readonly loopbackMs: number;
}

const defaultPatience: Patience = {
  simMs: 10_000,
  registrationMs: 60_000,
  bearerMs: 30_000,
  loopbackMs: 10_000,
};

/** What an examination needs of the world; tests put something else in its place. */
export interface ExaminationParts {
  readonly clock: Clock;
  /** The line to a module. */
  readonly connect?: (port: PortAddress) => TransportFactory;
  readonly reach?: HostReach;
  readonly patience?: Partial<Patience>;
  /** `process.version` */
  readonly nodeVersion?: string;
  /** Where the test message goes; absent: a topic named after the client id. */
  readonly topic?: string | undefined;
  /** Hears what is about to be looked at. */
  readonly onProgress?: (what: string) => void;
  readonly onFinding?: (finding: Finding) => void;
  readonly onTrace?: (entry: TraceEntry) => void;
  /** Hears the numbers of device and card, which an archive must not show. */
  readonly onIdentity?: (identity: string) => void;
  /** Ends it: what was not looked at is skipped. */
  readonly signal?: AbortSignal;
}

/** What the steps share. */
export interface Examination {
  readonly config: LinkConfig;
  readonly clock: Clock;
  readonly connect: (port: PortAddress) => TransportFactory;
  readonly reach: HostReach;
  readonly patience: Patience;
  readonly topic: string | undefined;
  readonly interrupted: () => boolean;
  readonly progress: (what: string) => void;
  readonly onTrace: (entry: TraceEntry) => void;
  /** The open line to the module, from the step that opened it on. */
  line: Conversation | undefined;
  readonly module: ModuleInfo;
  readonly learn: (facts: Partial<ModuleInfo>) => void;
}

/** What finds out about some rungs, in their order. It ends early, or throws a LinkError, where one has failed. */
interface Step {
  readonly rungs: readonly Rung[];
  /** Rungs that must have been found in order before. */
  readonly needs: readonly Rung[];
  readonly examine: (examination: Examination) => AsyncGenerator<Finding> | Generator<Finding>;
}

const steps: readonly Step[] = [
  { rungs: ['port', 'permissions', 'holder'], needs: [], examine: openPort },
  { rungs: ['at', 'baud', 'module'], needs: ['port', 'permissions', 'holder'], examine: answering },
  { rungs: ['sim'], needs: ['module'], examine: sim },
  { rungs: ['signal', 'registration'], needs: ['sim'], examine: radio },
  { rungs: ['bearer'], needs: ['registration'], examine: bearer },
  { rungs: ['clock'], needs: ['module'], examine: moduleClock },
  { rungs: ['certificates'], needs: [], examine: certificates },
  { rungs: ['dns', 'tcp', 'tls', 'login'], needs: ['bearer', 'certificates'], examine: brokerConnection },
  { rungs: ['loopback'], needs: ['login'], examine: loopback },
  { rungs: ['outbox'], needs: [], examine: outbox },
];

/**
 * Looks at everything that a link needs, rung by rung, and leaves the module as a link would find it: no session, the
 * port free. It keeps nothing up and recovers nothing. Where a rung fails, those that need it are skipped.
 * @param load gives the configuration, or throws the LinkError that says why it is none
 */
export async function examine(load: () => LinkConfig, parts: ExaminationParts): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const add = (finding: Finding): void => {
    findings.push(finding);
    parts.onFinding?.(finding);
  };
  add(nodeVersion(parts.nodeVersion ?? process.version));
  const config = configuration(load, add);
  if (config === undefined) {
    for (const rung of rungs.slice(2)) add(behind(rung, 'configuration'));
    return findings;
  }
  const examination = begin(config, parts);
  try {
    for (const step of steps) await take(step, examination, findings, add);
  } finally {
    await leave(examination);
  }
  return findings;
}

function configuration(load: () => LinkConfig, add: (finding: Finding) => void): LinkConfig | undefined {
  try {
    const config = load();
    add(ok('configuration', 'It is valid.'));
    return config;
  } catch (error) {
    add(failure('configuration', error));
    return undefined;
  }
}

function begin(config: LinkConfig, parts: ExaminationParts): Examination {
  const { clock, topic, signal } = parts;
  let module: ModuleInfo = { profile: unknownModule };
  return {
    config,
    clock,
    topic,
    connect: (port) => linesAtRest(parts.connect?.(port) ?? portTransport(port, clock), restLevels(config)),
    reach: parts.reach ?? hostReach(clock),
    patience: { ...defaultPatience, ...parts.patience },
    progress: (what) => parts.onProgress?.(what),
    onTrace: (entry) => parts.onTrace?.(entry),
    interrupted: () => signal?.aborted === true,
    line: undefined,
    get module() {
      return module;
    },
    learn: (facts) => {
      module = { ...module, ...facts };
      for (const identity of [facts.imei, facts.iccid])
        if (identity !== undefined) parts.onIdentity?.(identity);
    },
  };
}

async function take(
  { rungs: own, needs, examine: look }: Step,
  examination: Examination,
  findings: readonly Finding[],
  add: (finding: Finding) => void,
): Promise<void> {
  const left = [...own];
  let needed = failedOf(needs, findings);
  if (needed === undefined && !examination.interrupted()) {
    try {
      for await (const finding of look(examination)) {
        // What had no time to come right is no fault.
        if (examination.interrupted() && finding.verdict === 'fail') break;
        left.splice(left.indexOf(finding.rung), 1);
        add(finding);
        if (examination.interrupted()) break;
      }
    } catch (error) {
      const rung = examination.interrupted() ? undefined : left.shift();
      if (rung !== undefined) add(failure(rung, error));
    }
    needed = failedOf(own, findings);
  }
  for (const rung of left) add(needed === undefined ? skipped(rung, 'interrupted') : behind(rung, needed));
}

/** The failed rung that stands in the way of those that need these. */
function failedOf(needs: readonly Rung[], findings: readonly Finding[]): Rung | undefined {
  const inTheWay = findings.find(
    ({ rung, verdict, needs: behindRung }) =>
      needs.includes(rung) && (verdict === 'fail' || behindRung !== undefined),
  );
  return inTheWay?.needs ?? inTheWay?.rung;
}

/** Ends the session and the connection, if there are any, and gives the port free. */
async function leave({ line, progress }: Examination): Promise<void> {
  if (line === undefined) return;
  progress('closing the session and the port');
  try {
    await line.ask(line.commands.disconnect());
    await line.ask(line.commands.closeTcp());
  } catch {
    // The port is gone, and the session with it.
  }
  await line.close();
}
