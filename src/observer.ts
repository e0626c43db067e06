/**
 * What can be seen of a link from outside: the one seam that inspector, metrics and recorder share. Observing costs
 * nothing while nobody does, and whoever looks can do the link no harm. No secret is in an observation: wire lines come
 * masked, messages are counted and not shown.
 */
import type { Rung } from '../machines/index.js';
import type { SignalReport } from './actors/module-info.js';
import type { LinkErrorCode } from './errors/link-error.js';
import type { LinkStatus, StatusCause } from './status.js';

/** One thing that happened. `at` is wall time, milliseconds since the epoch. */
export type Observation =
  | StateObservation
  /** A line on the wire, as a log may have it: secrets masked, payloads and unknown lines as lengths. */
  | {
      readonly kind: 'wire';
      readonly at: number;
      readonly direction: 'host' | 'module';
      readonly text: string;
    }
  | MessageObservation
  /** What the module last told of its reception. */
  | { readonly kind: 'signal'; readonly at: number; readonly signal: SignalReport }
  | { readonly kind: 'module'; readonly at: number; readonly profile: string; readonly identity?: string }
  /** Messages that wait for the link, and their bytes. */
  | { readonly kind: 'outbox'; readonly at: number; readonly waiting: number; readonly bytes: number };

/** The chart took a step. It may stay in its state: an answer that is asked for again, a rung that is reset. */
export interface StateObservation {
  readonly kind: 'state';
  readonly at: number;
  readonly status: LinkStatus;
  /** The chart's state, dotted. */
  readonly path: string;
  /** What the chart reacted to, in the words of its edges (`CLOSED`, `after backoff`); `observed` when the looking begins. */
  readonly event: string;
  /** The edges just taken, by the ids that `luat-link diagram --format json` has. */
  readonly edges: readonly string[];
  /** Why the link is not up, or went down last. */
  readonly cause?: StatusCause;
  /** Where on the recovery ladder the chart is, and its failures in a row. */
  readonly rung: Rung;
  readonly failures: number;
  /** Radio attaches that may be spent now. */
  readonly radioTokens: number;
  /** Times the link came back online after a loss. */
  readonly recoveries: number;
  /** What happens by itself if nothing else does, soonest first. */
  readonly timers: readonly RunningTimer[];
}

/** A timer that will move the chart as things stand; one whose edge is closed now is not among them. */
export interface RunningTimer {
  /** `after backoff` */
  readonly event: string;
  /** Wall time, milliseconds since the epoch. */
  readonly dueAt: number;
  /** The state that it leads to; absent when it acts without leaving. */
  readonly target?: string;
}

/** A message passed a stage. QoS 0 counts as delivered when the modem took it. */
export interface MessageObservation {
  readonly kind: 'message';
  readonly at: number;
  readonly stage: 'received' | 'accepted' | 'delivered' | 'failed';
  /** Of the payload. */
  readonly bytes: number;
  /** Of messages on their way out. */
  readonly qos?: 0 | 1 | 2;
  /** Why it failed. */
  readonly code?: LinkErrorCode;
}

/** Is told what happens, in the turn of the control loop: take what you need and return at once. */
export type Observer = (observation: Observation) => void;
