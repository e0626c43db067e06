import type { Cause } from './events.js';
import { bottomOfLadder, type Ladder } from './ladder.js';
import { defaultSettings, type Settings } from './settings.js';

/** What the chart is given when it starts. */
export interface SupervisorInput {
  readonly settings: Settings;
  /** Entropy for the backoff, 0..1. Absent: always the longest wait, which is what a model wants. */
  readonly jitter?: () => number;
  /** Radio attaches that are left of the budget, as remembered from before. Absent: the whole burst. */
  readonly radioTokens?: number;
  /** The configured PIN was refused by the card, as remembered from before. */
  readonly pinRefused?: boolean;
  /** Handed to the invoked actors as it is: their ports, drivers and clocks. */
  readonly host?: unknown;
}

/** What the chart remembers. */
export interface SupervisorContext {
  readonly settings: Settings;
  /** Entropy for the backoff, 0..1. */
  readonly jitter: () => number;
  readonly host: unknown;
  /** Why the session is not up, or why it last went down. */
  readonly cause: Cause | undefined;
  readonly ladder: Ladder;
  readonly portOpen: boolean;
  /** What became of the configured PIN: never entered a second time by itself on the same card. */
  readonly pin: 'unused' | 'entered' | 'refused';
  /** The present session has lasted long enough to be called stable. */
  readonly stable: boolean;
  /** The module was asked for signal, network and card since the session came up. */
  readonly surveyed: boolean;
  /** How long the line had been quiet when the session was last asked for. */
  readonly quietMs: number;
}

/** What the invoked actors get. */
export interface ActorInput {
  readonly host: unknown;
}

/** Without input, as in a visualiser, the documented defaults hold. */
export function initialContext({ input }: { input?: SupervisorInput | undefined }): SupervisorContext {
  const settings = input?.settings ?? defaultSettings;
  return {
    settings,
    jitter: input?.jitter ?? longest,
    host: input?.host,
    cause: undefined,
    ladder: bottomOfLadder(input?.radioTokens ?? settings.radioBurst),
    portOpen: false,
    pin: input?.pinRefused === true ? 'refused' : 'unused',
    stable: false,
    surveyed: false,
    quietMs: 0,
  };
}

function longest(): number {
  return 1;
}
