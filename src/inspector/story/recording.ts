import type { Observation } from '../../observer.js';

/** The first line of a recorded run; one observation a line follows. */
export interface RecordingHead {
  readonly kind: 'recording';
  readonly version: 1;
  /** When it began, ISO 8601. */
  readonly startedAt: string;
}

export interface Recording {
  readonly startedAt: string;
  readonly observations: readonly Observation[];
}

export const RECORDING_VERSION = 1;

export function recordingHead(at: number): string {
  const head: RecordingHead = { kind: 'recording', version: 1, startedAt: new Date(at).toISOString() };
  return `${JSON.stringify(head)}\n`;
}

/**
 * Reads a recorded run. A last line that was cut off, as by a lost supply, is left out.
 * @throws Error that says which line is not of a recording
 */
export function readRecording(text: string): Recording {
  const [first = '', ...lines] = text.split('\n');
  const head = parse(first);
  if (!isRecord(head) || head['kind'] !== 'recording' || typeof head['startedAt'] !== 'string')
    throw new Error('This is not a recording: its first line should be {"kind":"recording",…}.');
  if (head['version'] !== RECORDING_VERSION)
    throw new Error(`This recording has version ${String(head['version'])}; this luat-link reads version 1.`);
  const observations: Observation[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const value = parse(line);
    if (isObservation(value)) observations.push(value);
    else if (index < lines.length - 1)
      throw new Error(`Line ${index + 2} of the recording is no observation.`);
  }
  return { startedAt: head['startedAt'], observations };
}

const kinds: readonly string[] = [
  'state',
  'wire',
  'message',
  'signal',
  'module',
  'outbox',
] satisfies Observation['kind'][];

function isObservation(value: unknown): value is Observation {
  return (
    isRecord(value) &&
    typeof value['at'] === 'number' &&
    typeof value['kind'] === 'string' &&
    kinds.includes(value['kind']) &&
    (value['kind'] !== 'state' ||
      (typeof value['path'] === 'string' && Array.isArray(value['edges']) && Array.isArray(value['timers'])))
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
