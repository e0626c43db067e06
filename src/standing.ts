import type { Cause } from '../machines/index.js';
import type { ModuleInfo } from './actors/module-info.js';
import { unknownModule } from './air/profiles.js';
import type { Clock } from './clock/clock.js';
import {
  causeOf,
  pathOf,
  statusOf,
  type LinkStatus,
  type Snapshot,
  type StatusCause,
  type StatusReport,
} from './status.js';

/** A change of the chart's state. */
export interface StateEvent {
  readonly status: LinkStatus;
  /** The chart's state, dotted. */
  readonly path: string;
  /** ISO 8601. */
  readonly at: string;
  /** Why the link is not up, or went down last; absent while nothing went wrong. */
  readonly cause?: StatusCause;
}

type Facts = Pick<StatusReport, 'status' | 'path' | 'cause' | 'recoveries'>;

/** Where the link stands, why, and what it has been through: what the chart alone does not tell. */
export class Standing {
  readonly #clock: Clock;
  status: LinkStatus = 'stopped';
  path = 'stopped';
  module: ModuleInfo = { profile: unknownModule };
  /** Messages that the module's cache overwrote before they could be read. */
  lost = 0;
  #since: number;
  #snapshot: Snapshot | undefined;
  /** What the last operation found to be wrong, and what the failure that is told consisted in. */
  #found: string | undefined;
  #detail: string | undefined;
  #cause: Cause | undefined;
  #wasOnline = false;
  #recoveries = 0;
  #lastLoss: StatusReport['lastLoss'];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.wallTime();
  }

  /** The chart is in a state, perhaps a new one. @returns the change, if it is one */
  reached(snapshot: Snapshot): StateEvent | undefined {
    this.#snapshot = snapshot;
    const path = pathOf(snapshot.value);
    const status = statusOf(snapshot);
    this.#explain(snapshot.context.cause, path);
    if (path === this.path && status === this.status) return undefined;
    const cause = this.#causeOf(snapshot);
    if (status === 'online' && this.status !== 'online') {
      if (this.#wasOnline) this.#recoveries += 1;
      this.#wasOnline = true;
    }
    if (this.status === 'online' && status !== 'online' && cause !== undefined) {
      this.#lastLoss = { ...cause, at: this.#now() };
    }
    return this.#change(status, path, cause);
  }

  /** There is no chart any more. @returns the change */
  ended(status: LinkStatus): StateEvent {
    this.#snapshot = undefined;
    return this.#change(status, 'stopped');
  }

  /** An operation found something to be wrong. */
  found(problem: unknown): void {
    this.#found = describe(problem);
    if (this.#found !== undefined && hasFailed(this.path)) this.#detail = this.#found;
  }

  /** What observers and a report both tell. */
  facts(): Facts {
    const cause = this.#snapshot && this.#causeOf(this.#snapshot);
    return {
      status: this.status,
      path: this.path,
      recoveries: this.#recoveries,
      ...(cause !== undefined && { cause }),
    };
  }

  report(): Omit<StatusReport, 'outbox' | 'inbound' | 'recovery'> {
    const { profile, identity, imei, iccid, operator, signal } = this.module;
    return {
      ...this.facts(),
      since: new Date(this.#since).toISOString(),
      modem: {
        profile: profile.id,
        ...(identity !== undefined && { identity }),
        ...(imei !== undefined && { imei }),
        ...(iccid !== undefined && { iccid }),
      },
      ...(this.#lastLoss !== undefined && { lastLoss: this.#lastLoss }),
      ...(operator !== undefined && { operator }),
      ...(signal !== undefined && { signal }),
    };
  }

  #change(status: LinkStatus, path: string, cause?: StatusCause): StateEvent {
    if (status !== this.status) this.#since = this.#clock.wallTime();
    this.status = status;
    this.path = path;
    return { status, path, at: this.#now(), ...(cause !== undefined && { cause }) };
  }

  /** What an operation found to be wrong belongs to the failure that it ends in, and to others of the same cause. */
  #explain(cause: Cause | undefined, path: string): void {
    const fails = hasFailed(path) && !hasFailed(this.path);
    if (cause !== this.#cause) this.#detail = this.#found;
    else if (fails) this.#detail = this.#found ?? this.#detail;
    this.#cause = cause;
  }

  #causeOf(snapshot: Snapshot): StatusCause | undefined {
    const cause = causeOf(snapshot);
    return cause && { ...cause, ...(this.#detail !== undefined && { detail: this.#detail }) };
  }

  #now(): string {
    return new Date(this.#clock.wallTime()).toISOString();
  }
}

function describe(problem: unknown): string | undefined {
  if (problem instanceof Error) return problem.message;
  return typeof problem === 'string' ? problem : undefined;
}

function hasFailed(path: string): boolean {
  return /^(?:recovering|needsAttention)\b/.test(path);
}
