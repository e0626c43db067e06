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
  story.startedAt ??= observation.at;
  story.at = Math.max(story.at, observation.at);
  switch (observation.kind) {
    case 'state':
      tellState(story, observation);
      return;
    case 'wire': {
      const { at, direction, text } = observation;
      const short = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
      push(story.wire, { at, direction, text: short });
      return;
    }
    case 'message':
      story.messages[observation.stage] += 1;
      push(story.log, { at: observation.at, text: messageWords(observation) });
      return;
    case 'signal': {
      const { at, signal } = observation;
      if (signal.dBm === undefined) return;
      push(story.signal, { at, value: signal.dBm });
      push(story.log, { at, text: `signal ${signal.dBm} dBm` });
      return;
    }
    case 'module':
      story.module = observation.identity ?? observation.profile;
      push(story.log, { at: observation.at, text: `module ${story.module}` });
      return;
    case 'outbox':
      push(story.queue, { at: observation.at, value: observation.waiting });
      return;
  }
}

function tellState(story: Story, next: StateObservation): void {
  const before = story.state;
  const { at, status, path, event, cause, edges } = next;
  push(story.log, {
    at,
    text: `${event}${cause === undefined || cause.code === before?.cause?.code ? '' : `: ${cause.code}`}`,
  });
  if (before?.status !== status) {
    if (before?.status === 'online') {
      story.onlineMs += at - story.statusSince;
      if (status !== 'stopped') story.lastLoss = { at, event, code: cause?.code, hint: cause?.hint };
    }
    story.statusSince = at;
  }
  if (!/^(after |always$|observed$)/.test(event)) story.lastWord = event;
  const loss = story.lastLoss;
  if (loss !== undefined && loss.backAt === undefined) {
    if (status === 'online') loss.backAt = at;
    else if (cause !== undefined && cause.code !== loss.code)
      loss.found = { code: cause.code, hint: cause.hint };
  }
  if (before?.path !== path || before.status !== status) {
    story.stateSince = at;
    story.edges = edges;
  } else if (edges.length > 0) story.edges = edges;
  const step = stepOf(path);
  if (before === undefined || stepOf(before.path) !== step || before.status !== status) {
    push(story.timeline, { at, status, path: step, event, ...(cause !== undefined && { code: cause.code }) });
  }
  story.state = next;
}

/** A state as the timeline tells it: each rung of the ladder, but not each question inside of a step of the flow. */
function stepOf(path: string): string {
  const names = path.split('.');
  return names.slice(0, names[0] === 'recovering' ? 2 : 1).join('.');
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
