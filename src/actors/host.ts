import { inspect } from 'node:util';
import type { Logger } from 'pino';
import type { TraceEntry } from '../at/trace.js';
import type { Clock } from '../clock/clock.js';
import type { LinkConfig } from '../config/schema.js';
import type { InboundMessage } from '../inbound/message.js';
import type { Delivery } from '../outbox/delivery.js';
import type { TransportFactory } from '../transport/transport.js';
import type { ModuleInfo } from './module-info.js';
import type { Subscriptions } from './subscriptions.js';

/** What the invoked actors get from the composition root; the chart passes it on unopened. */
export interface LinkHost {
  readonly config: LinkConfig;
  readonly clock: Clock;
  readonly openTransport: TransportFactory;
  readonly delivery: Delivery;
  readonly subscriptions: Subscriptions;
  readonly log: Logger;
  readonly onMessage: (message: InboundMessage) => void;
  /** A line on the wire, masked. */
  readonly onWire: (entry: TraceEntry) => void;
  /** So many inbound messages are known to be lost. */
  readonly onLost: (count: number) => void;
  readonly onModule: (module: ModuleInfo) => void;
  /**
   * What exactly went wrong, in words or as an error: the detail of the failure that it leads to, if it does.
   * `undefined`: nothing so far.
   */
  readonly onProblem: (problem: unknown) => void;
  /** Fires when the chart is gone, however it ended: xstate leaves invoked actors running when an action throws. */
  readonly ended: AbortSignal;
  /** Hands the link out, so that subscriptions made while a session is up are served. */
  readonly onLink: (link: { serveSubscriptions(): void }) => void;
  /** Lets the reset driver reach the port's control lines. */
  readonly onPort: (port: ControlLines | undefined) => void;
  readonly reset: Driver;
  readonly power: Driver;
}

export interface ControlLines {
  setSignal(line: 'rts' | 'dtr', active: boolean): Promise<void>;
}

/** Acts on the module from outside; settles when the line is back at rest. */
export type Driver = (signal: AbortSignal) => Promise<void>;

/**
 * The host as the chart carries it: it stands in the context, which programs print and inspectors send on, and its
 * configuration holds secrets. So nothing of it is shown.
 */
export function unshown(host: LinkHost): LinkHost {
  return Object.defineProperties(host, {
    toJSON: { value: () => undefined },
    [inspect.custom]: { value: () => '[host]' },
  });
}

/** The chart's host, whose type the chart does not know. Set by the composition root alone. */
export function hostOf(input: { readonly host: unknown }): LinkHost {
  return input.host as LinkHost;
}
