import type { MessageObservation, Observation, StateObservation } from '../../observer.js';

/**
 * What a link's observations add up to: where it is, how it came there, and the recent past in bounded lists. Plain
 * data: the server keeps one, the page and the terminal build theirs from the same observations.
 */
export interface Story {
  startedAt: number | undefined;
  /** The last observation's time. */
  at: number;
  state: StateObservation | undefined;
  /** When the present status and the present state began. */
  statusSince: number;
  stateSince: number;
  /** What the chart last reacted to, timers and choices of its own aside: the module's word, mostly. */
  lastWord: string | undefined;
  /** The edges of the last step that changed the state, until the next one. */
  edges: readonly string[];
  lastLoss: Loss | undefined;
  /** Time online before the present status began, in milliseconds. */
  onlineMs: number;
  module: string | undefined;
  messages: Record<MessageObservation['stage'], number>;
  readonly timeline: TimelineEntry[];
  readonly log: LogEntry[];
  readonly wire: WireEntry[];
  readonly signal: Sample[];
  readonly queue: Sample[];
}

/** Why the link left `online`, and when it was back. */
export interface Loss {
  readonly at: number;
  readonly event: string;
  readonly code: string | undefined;
  readonly hint: string | undefined;
  /** What recovery found out later, when it is something else: the module does not answer at all. */
  found?: { readonly code: string; readonly hint: string };
  backAt?: number;
}

export interface TimelineEntry {
  readonly at: number;
  readonly status: StateObservation['status'];
  readonly path: string;
  readonly event: string;
  readonly code?: string;
}

/** Something that happened, in a few words. */
export interface LogEntry {
  readonly at: number;
  readonly text: string;
}

export interface WireEntry {
  readonly at: number;
  readonly direction: 'host' | 'module';
  readonly text: string;
}

/** A point of a graph. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

const MOST_ENTRIES = 300;
const LONGEST_TEXT = 240;

export function emptyStory(): Story {
  return {
    startedAt: undefined,
    at: 0,
    state: undefined,
    statusSince: 0,
    stateSince: 0,
    lastWord: undefined,
    edges: [],
    lastLoss: undefined,
    onlineMs: 0,
    module: undefined,
    messages: { received: 0, accepted: 0, delivered: 0, failed: 0 },
    timeline: [],
    log: [],
    wire: [],
    signal: [],
    queue: [],
  };
}

/** The story after one more observation; it is changed in place. */
export function tell(story: Story, observation: Observation): void {
  list(story, observation);
  sum(story, observation);
}

/** What happened lately: every event, every line, every step; those that change the status are in the sum. */
function list(story: Story, observation: Observation): void {
  const { at } = observation;
  switch (observation.kind) {
    case 'wire': {
      const { direction, text } = observation;
      const short = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
      push(story.wire, { at, direction, text: short });
      return;
    }
    case 'state': {
      const before = story.state;
      push(story.log, { at, text: stepWords(observation, before) });
      if (before?.status === observation.status && stepOf(before.path) !== stepOf(observation.path))
        push(story.timeline, timelineEntry(observation));
      return;
    }
    case 'message':
      push(story.log, { at, text: messageWords(observation) });
      return;
    case 'signal':
      if (observation.signal.dBm !== undefined)
        push(story.log, { at, text: `signal ${observation.signal.dBm} dBm` });
      return;
    case 'module':
      push(story.log, { at, text: `module ${observation.identity ?? observation.profile}` });
      return;
    case 'outbox':
      return;
  }
}

/** What is left of an observation when it is long ago: `tell` without its lists. */
export function sum(story: Story, observation: Observation): void {
  story.startedAt ??= observation.at;
  story.at = Math.max(story.at, observation.at);
  switch (observation.kind) {
    case 'wire':
      return;
    case 'state':
      sumState(story, observation);
      return;
    case 'message':
      story.messages[observation.stage] += 1;
      return;
    case 'signal': {
      const { at, signal } = observation;
      if (signal.dBm !== undefined) push(story.signal, { at, value: signal.dBm });
      return;
    }
    case 'module':
      story.module = observation.identity ?? observation.profile;
      return;
    case 'outbox':
      push(story.queue, { at: observation.at, value: observation.waiting });
      return;
  }
}

function sumState(story: Story, next: StateObservation): void {
  const before = story.state;
  const { at, status, path, event, cause } = next;
  if (before?.status !== status) {
    if (before?.status === 'online') {
      story.onlineMs += at - story.statusSince;
      if (status !== 'stopped') story.lastLoss = { at, event, code: cause?.code, hint: cause?.hint };
    }
    story.statusSince = at;
    push(story.timeline, timelineEntry(next));
  }
  if (isWord(event)) story.lastWord = event;
  const loss = story.lastLoss;
  if (loss !== undefined && loss.backAt === undefined) {
    if (status === 'online') loss.backAt = at;
    else if (cause !== undefined && cause.code !== loss.code)
      loss.found = { code: cause.code, hint: cause.hint };
  }
  const moved = before?.path !== path || before.status !== status;
  if (moved) story.stateSince = at;
  if (moved || next.edges.length > 0) story.edges = next.edges;
  story.state = next;
}

function timelineEntry({ at, status, path, event, cause }: StateObservation): TimelineEntry {
  return { at, status, path: stepOf(path), event, ...(cause !== undefined && { code: cause.code }) };
}

/** Whether somebody said it: not a timer or a choice of the chart's own. */
function isWord(event: string): boolean {
  return !event.startsWith('after ') && event !== 'always' && event !== 'observed';
}

/** A state as the timeline tells it: each rung of the ladder, but not each question inside of a step of the flow. */
function stepOf(path: string): string {
  const end = path.indexOf('.', path.startsWith('recovering.') ? 'recovering.'.length : 0);
  return end === -1 ? path : path.slice(0, end);
}

function stepWords({ event, cause }: StateObservation, before: StateObservation | undefined): string {
  return cause === undefined || cause.code === before?.cause?.code ? event : `${event}: ${cause.code}`;
}

function messageWords({ stage, bytes, qos, code }: MessageObservation): string {
  const size = `${bytes} bytes${qos === undefined ? '' : `, QoS ${qos}`}`;
  return `message ${stage}: ${size}${code === undefined ? '' : `, ${code}`}`;
}

/** Total time online up to `now`, in milliseconds. */
export function onlineTime(story: Story, now: number): number {
  return story.onlineMs + (story.state?.status === 'online' ? Math.max(now - story.statusSince, 0) : 0);
}

function push<T>(list: T[], entry: T): void {
  list.push(entry);
  if (list.length > MOST_ENTRIES) list.shift();
}
