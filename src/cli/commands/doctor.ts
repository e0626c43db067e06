import { checkSendable } from '../../actors/preflight.js';
import type { TraceEntry } from '../../at/trace.js';
import { loadConfig, type LoadedConfig } from '../../config/load.js';
import { writeBundle } from '../../doctor/bundle.js';
import { examine } from '../../doctor/examination.js';
import type { Finding } from '../../doctor/finding.js';
import { availablePorts } from '../../transport/available-ports.js';
import type { CliContext } from '../context.js';
import { exitCode, exitCodeOf, type ExitCode } from '../exit-codes.js';
import { progressOn } from '../progress.js';
import { findingLine, verdictOf } from '../finding-text.js';

export interface DoctorOptions {
  readonly config?: string;
  /** What flags set, in groups as in the file. */
  readonly overrides: object;
  readonly json: boolean;
  /** Where the support archive goes. */
  readonly bundle?: string;
  /** Where the test message goes. */
  readonly topic?: string;
  /** Of luat-link, for the archive. */
  readonly version: string;
}

/**
 * `doctor`: looks at every rung, one line each, and ends with the code of the first failure. It makes no link: one that
 * runs holds the port, and it says so.
 */
export async function doctor(options: DoctorOptions, context: CliContext): Promise<ExitCode> {
  const { clock, environment, stdout } = context;
  const ended = new AbortController();
  const interrupt = (): void => ended.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const progress = progressOn(context);
  const transcript: TraceEntry[] = [];
  const identities = new Set<string>();
  let loaded: LoadedConfig | undefined;
  const load = () => {
    loaded = loadConfig({ file: options.config, environment, overrides: options.overrides });
    checkSendable(loaded.config);
    return loaded.config;
  };
  try {
    const findings = await examine(load, {
      clock,
      topic: options.topic,
      signal: ended.signal,
      onProgress: (what) => progress.show(what),
      onTrace: (entry) => transcript.push(entry),
      onIdentity: (identity) => identities.add(identity),
      onFinding: (finding) => {
        progress.clear();
        if (!options.json) stdout.write(findingLine(finding, context));
      },
    });
    progress.clear();
    const code = ended.signal.aborted ? exitCode.interrupted : codeOf(findings);
    if (options.json)
      stdout.write(`${JSON.stringify({ ok: code === exitCode.done, exitCode: code, findings })}\n`);
    else stdout.write(verdictOf(findings, ended.signal.aborted));
    if (options.bundle !== undefined) {
      writeBundle(options.bundle, {
        version: options.version,
        at: new Date(clock.wallTime()).toISOString(),
        loaded,
        findings,
        transcript,
        ports: await availablePorts(),
        variables: Object.keys(environment).filter((name) => name.startsWith('LUAT_LINK_')),
        identities: [...identities],
      });
    }
    return code;
  } finally {
    progress.clear();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function codeOf(findings: readonly Finding[]): ExitCode {
  const code = findings.find(({ verdict }) => verdict === 'fail')?.code;
  return code === undefined ? exitCode.done : exitCodeOf(code);
}
