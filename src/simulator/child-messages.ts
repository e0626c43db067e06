import type { Quirks } from './quirks.js';
import type { ProfileName } from './profiles.js';
import type { SimOptions } from './sim-card.js';

/** What a software modem in a process of its own is made of: everything must survive the way there. */
export interface ChildModemOptions {
  readonly profile: ProfileName;
  /** A symbolic link to the terminal. */
  readonly link?: string;
  /** Leads every MQTT connection to this broker, whatever MIPSTART names. */
  readonly broker?: { readonly host: string; readonly port: number };
  readonly quirks?: Partial<Quirks>;
  readonly baudRate?: number;
  readonly cut?: number;
  readonly latency?: 'captured' | 'none';
  readonly imei?: string;
  readonly iccid?: string;
  readonly firmware?: string;
  readonly sim?: SimOptions;
  /** Seeds the entropy; the same seed gives the same jitter. */
  readonly seed?: number;
}

export type ToChild =
  | { readonly type: 'serve'; readonly options: ChildModemOptions }
  | { readonly type: 'control'; readonly id: number; readonly line: string }
  | { readonly type: 'stop' };

export type FromChild =
  /** It listens for messages. */
  | { readonly type: 'ready' }
  | { readonly type: 'serving'; readonly path: string }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | { readonly type: 'answer'; readonly id: number; readonly text: string };
