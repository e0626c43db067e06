import { usualQuirks, type Quirks } from './quirks.js';
import type { NitzForm } from './spellings.js';
import type { Range } from './timing.js';

/** A family of modules. */
export type ProfileName = 'air724' | 'air780e' | 'air780ep' | 'air780el';

/** What one module family is and does, as far as families differ. */
export interface Profile {
  readonly name: ProfileName;
  /** What ATI prints. */
  readonly firmware: string;
  /** How long a plain command takes, milliseconds. */
  readonly answerMs: Range;
  /** Longest MPUB and MPUBEX payloads, bytes. */
  readonly publishLimit: number;
  readonly rawPublishLimit: number;
  /** Flash for files, bytes. */
  readonly fileSpace: number;
  readonly hasTls: boolean;
  /** The URC of an active data bearer. */
  readonly bearerActive: string;
  readonly nitz: NitzForm;
  /** AT+CGATT? answers 0 while the bearer is down, even when the module is registered (Air720 V1066). */
  readonly attachMeansBearer: boolean;
  /** `+CEREG: 0,1 ` ends in a space. */
  readonly registrationTrailingSpace: boolean;
  /** `+CPIN: READY` is printed at boot; `SIM PIN` always is. */
  readonly announcesReadySim: boolean;
  /** Other texts at the end of a boot. */
  readonly bootTexts: readonly string[];
  /** Shortest low pulses that count, milliseconds. */
  readonly resetPulseMs: number;
  readonly powerKeyPulseMs: number;
  readonly quirks: Quirks;
}

/** Air724UG (RDA8910): the module of the vendor's article. */
const air724: Profile = {
  name: 'air724',
  firmware: 'AirM2M_724UG_V401858_LTE_AT',
  answerMs: [2, 8],
  publishLimit: 2348,
  rawPublishLimit: 4100,
  fileSpace: 512 * 1024,
  hasTls: true,
  bearerActive: '+CGEV: ME PDN ACT 1',
  nitz: 'short-year',
  attachMeansBearer: true,
  registrationTrailingSpace: false,
  announcesReadySim: true,
  bootTexts: ['UART Boot Completed', 'SMS READY'],
  resetPulseMs: 150,
  powerKeyPulseMs: 1200,
  quirks: {
    ...usualQuirks,
    bootNoise: 'none',
    adaptiveBaud: true,
    promptSpace: true,
    cachedForm: 'bare',
    deactSpelling: 'sapbr',
    receiveLimit: 1360,
  },
};

/** Air780E (EC618). */
const air780e: Profile = {
  name: 'air780e',
  firmware: 'AirM2M_780E_V1169_LTE_AT',
  answerMs: [1, 5],
  publishLimit: 2384,
  rawPublishLimit: 4100,
  fileSpace: 256 * 1024,
  hasTls: true,
  bearerActive: '+CGEV: ME PDN ACT 1,0',
  nitz: 'long-year',
  attachMeansBearer: false,
  registrationTrailingSpace: false,
  announcesReadySim: true,
  bootTexts: [],
  resetPulseMs: 500,
  powerKeyPulseMs: 1000,
  quirks: {
    ...usualQuirks,
    bootNoise: 'banner',
    cachedForm: 'spaced',
    receiveLimit: 1360,
    refusesEmptyLogin: true,
    resetPin: 'power-off',
  },
};

/** Air780EP (EC718P). */
const air780ep: Profile = {
  name: 'air780ep',
  firmware: 'AirM2M_780EP_V1007_LTE_AT',
  answerMs: [15, 35],
  publishLimit: 4100,
  rawPublishLimit: 4100,
  fileSpace: 96 * 1024,
  hasTls: true,
  bearerActive: '+CGEV: ME PDN ACT 1',
  nitz: 'no-daylight',
  attachMeansBearer: false,
  registrationTrailingSpace: true,
  announcesReadySim: false,
  bootTexts: [],
  resetPulseMs: 150,
  powerKeyPulseMs: 1000,
  quirks: { ...usualQuirks, defaultReceive: 'cached' },
};

/** Air780EL (EC716S), the `_MS` build: only that one has both MQTT and TLS. Little is documented; the rest is as 780EP. */
const air780el: Profile = {
  ...air780ep,
  name: 'air780el',
  firmware: 'AirM2M_780EL_V1006_LTE_AT_MS',
  answerMs: [1, 5],
  publishLimit: 2384,
  fileSpace: 16 * 1024,
  quirks: { ...usualQuirks, receiveLimit: 1360 },
};

/** The four families of modules, as far as they differ at the AT port. */
export const profiles: Readonly<Record<ProfileName, Profile>> = { air724, air780e, air780ep, air780el };
