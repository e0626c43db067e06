import type { SnapshotFrom } from 'xstate';
import type { Cause, supervisorMachine } from '../machines/index.js';
import type { ModuleInfo, SignalReport } from './actors/module-info.js';
import { LinkError } from './errors/link-error.js';
import type { InboxReport } from './inbound/inbox.js';
import type { OutboxReport } from './outbox/outbox.js';

/** What a person sees first. */
export type LinkStatus = 'stopped' | 'connecting' | 'online' | 'recovering' | 'needs-attention';

export type Snapshot = SnapshotFrom<typeof supervisorMachine>;

/** Why the link is not up, or went down last. */
export interface StatusCause {
  readonly code: Cause;
  readonly hint: string;
  /** What exactly, where more is known: the key of the configuration, the file. */
  readonly detail?: string;
}

/** Everything that `status()` tells. */
export interface StatusReport {
  readonly status: LinkStatus;
  /** The chart's state, dotted: `recovering.waiting`. */
  readonly path: string;
  /** When this status began, ISO 8601. */
  readonly since: string;
  readonly cause?: StatusCause;
  readonly modem: {
    readonly identity?: string;
    readonly profile: ModuleInfo['profile']['id'];
    readonly imei?: string;
    readonly iccid?: string;
  };
  /** Why and when it left `online` last. */
  readonly lastLoss?: StatusCause & { readonly at: string };
  /** The network, as it calls itself. */
  readonly operator?: string;
  /** As last asked: while it did not attach, soon after the session came up, and whenever the line was quiet. */
  readonly signal?: SignalReport;
  readonly outbox: OutboxReport;
  /** `lost`: messages that the module's cache overwrote before they could be read. */
  readonly inbound: InboxReport & { readonly lost: number };
  /** Times the link came back online after a loss. */
  readonly recoveries: number;
  /** `radioTokens`: radio attaches that are left of the hourly budget. */
  readonly recovery: { readonly rung: string; readonly failures: number; readonly radioTokens: number };
}

/**
 * The status of a chart's state. On the way up it is `connecting`, and `recovering` when a failure came before.
 */
export function statusOf(snapshot: Snapshot): LinkStatus {
  if (snapshot.hasTag('online')) return 'online';
  if (snapshot.hasTag('needs-attention')) return 'needs-attention';
  if (snapshot.hasTag('recovering')) return 'recovering';
  if (snapshot.hasTag('working')) return snapshot.context.cause === undefined ? 'connecting' : 'recovering';
  return 'stopped';
}

/** The dotted path of a chart's state. */
export function pathOf(value: Snapshot['value']): string {
  const names: string[] = [];
  let rest: unknown = value;
  while (typeof rest === 'object' && rest !== null) {
    const [entry] = Object.entries(rest);
    if (entry === undefined) break;
    names.push(entry[0]);
    rest = entry[1];
  }
  if (typeof rest === 'string') names.push(rest);
  return names.join('.');
}

export function causeOf(snapshot: Snapshot): StatusCause | undefined {
  const { cause } = snapshot.context;
  return cause === undefined ? undefined : { code: cause, hint: hintOf(cause) };
}

const hints = new Map<Cause, string>();

/** Making an error takes a stack; what it says of a code never changes. */
function hintOf(cause: Cause): string {
  const hint = hints.get(cause) ?? new LinkError(cause, '').hint;
  hints.set(cause, hint);
  return hint;
}
