import type { Logger } from 'pino';
import type { Commands } from '../air/commands/index.js';
import type { Timings } from '../air/timings.js';
import type { LinkConfig } from '../config/schema.js';
import type { Credentials } from '../tls/credentials.js';
import type { ModuleInfo } from './module-info.js';
import type { Subscriptions } from './subscriptions.js';

/** What operations read and learn. */
export interface OperationContext {
  readonly config: LinkConfig;
  readonly commands: Commands;
  readonly timings: Timings;
  readonly subscriptions: Subscriptions;
  readonly module: ModuleInfo;
  /** Tells what exactly is wrong, for the status. */
  readonly explain: (problem: string) => void;
  readonly learn: (facts: Partial<ModuleInfo>) => void;
  readonly tls: TlsMemory;
  readonly cards: CardMemory;
  readonly survey: Survey;
  /** Milliseconds since the epoch. */
  readonly wallTime: () => number;
  readonly log: Logger;
  /** How long the line has been quiet, in milliseconds. */
  readonly quietMs: () => number;
}

/** What the module was told of TLS since it booted. */
export interface TlsMemory {
  /** Reads and checks the configured files. @throws LinkError TLS_SETUP_FAILED */
  read(): Credentials;
  digest(): string | undefined;
  remember(digest: string | undefined): void;
}

/** The numbers of SIM cards, undefined where a card or firmware does not tell it. */
export interface CardMemory {
  /** The card in the module now. */
  present: string | undefined;
  /** The card that the PIN was entered on last. */
  enteredOn: string | undefined;
}

/** The first question of a session is for signal, network and card; `isDue` until it was asked. */
export interface Survey {
  isDue: boolean;
}
