import type { Clock } from '../clock/clock.js';
import type { Flash } from './flash.js';
import { MessageCache } from './message-cache.js';
import type { Profile } from './profiles.js';
import type { Quirks } from './quirks.js';
import type { Radio } from './radio.js';
import type { RealTimeClock } from './real-time-clock.js';
import type { Session } from './session.js';
import type { SimCard } from './sim-card.js';
import type { Timing } from './timing.js';
import { TlsContexts } from './tls-contexts.js';
import type { LineRecord } from './transcript.js';
import type { Login } from './broker-network.js';

/** What the module's settings are after a boot; AT&W keeps some of them. */
export interface Settings {
  echo: boolean;
  /** AT+CMEE: every capture shows numeric codes without it being set. */
  errorMode: number;
  /** AT+IPR: 0 is adaptive. */
  baudRate: number;
  /** AT+CSDT: card detection is reported. */
  cardDetection: boolean;
}

export interface MqttConfiguration {
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  readonly will?: Login['will'];
}

/** What a reboot wipes, besides session, radio and settings. */
export interface Ram {
  readonly cache: MessageCache;
  readonly tls: TlsContexts;
  mqtt: MqttConfiguration;
  /** AT+MQTTMODE: payloads as hex digits. */
  hex: boolean;
  /** AT+MQTTMSGSET: received messages go to the cache. */
  cached: boolean;
  /** Values of settings that change nothing here, for their queries. */
  readonly registers: Map<string, string>;
}

/** Echo on, numeric errors, the module's own baud rate. */
export function factorySettings({ adaptiveBaud }: Quirks): Settings {
  return { echo: true, errorMode: 1, baudRate: adaptiveBaud ? 0 : 115_200, cardDetection: false };
}

/** What stands in RAM after a boot. */
export function freshRam({ defaultReceive }: Quirks): Ram {
  return {
    cache: new MessageCache(),
    tls: new TlsContexts(),
    mqtt: { clientId: '' },
    hex: false,
    cached: defaultReceive === 'cached',
    registers: new Map(),
  };
}

/** What a command can reach: the parts on the module's board. */
export interface Board {
  readonly profile: Profile;
  readonly quirks: Quirks;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly identity: { readonly imei: string; readonly iccid: string; readonly firmware: string };
  readonly settings: Settings;
  readonly ram: Ram;
  readonly sim: SimCard;
  readonly flash: Flash;
  readonly radio: Radio;
  readonly rtc: RealTimeClock;
  readonly session: Session;
  readonly record: LineRecord;
  /** Clock.now() of the last boot. */
  readonly bootedAt: number;
  /** AT*EXINFO. */
  readonly bootCause: number;
  /** Whether the SIM answers already. */
  readonly simSettled: boolean;
  /** Keeps the settings over reboots (AT&W). */
  saveSettings(): void;
  restoreDefaults(): void;
  restart(): void;
  shutDown(): void;
  /** The UART falls asleep for good. */
  sleep(): void;
}
