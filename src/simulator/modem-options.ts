import type { Clock } from '../clock/clock.js';
import type { BrokerNetwork } from './broker-network.js';
import type { ProfileName } from './profiles.js';
import type { Quirks } from './quirks.js';
import type { Session } from './session.js';
import type { SimCard, SimOptions } from './sim-card.js';

/** What a software modem is made of. */
export interface SoftwareModemOptions {
  readonly profile: ProfileName;
  readonly clock: Clock;
  /** Uniform in [0, 1): jitter, garbage and byte loss are drawn from it. */
  readonly random: () => number;
  /** Where MIPSTART leads to. */
  readonly network: BrokerNetwork;
  readonly quirks?: Partial<Quirks>;
  /** Line rate in bits per second; 0, the default, lets bytes pass at once. */
  readonly baudRate?: number;
  /** Output comes in pieces of so many bytes; 0, the default, leaves it whole. */
  readonly cut?: number;
  /** `captured`, the default: times as in the vendor's captures; `none`: everything at once. */
  readonly latency?: 'captured' | 'none';
  readonly imei?: string;
  readonly iccid?: string;
  /** What ATI prints. */
  readonly firmware?: string;
  readonly sim?: SimOptions;
  /** PWRKEY is tied to ground: a power-off by the RESET pin then ends in a boot. */
  readonly powerKeyTied?: boolean;
}

/** `off` without power; `booting` deaf; `running`; `hung` and `asleep` deaf and dumb until reset. */
export type ModemPower = 'off' | 'booting' | 'running' | 'hung' | 'asleep';

/** How the module stands. */
export interface ModemState {
  readonly profile: ProfileName;
  readonly power: ModemPower;
  readonly sim: SimCard['state'];
  readonly registered: boolean;
  readonly attached: boolean;
  readonly bearer: boolean;
  readonly session: Session['state'];
  /** `host:port` while there is a connection. */
  readonly broker: string | undefined;
}
