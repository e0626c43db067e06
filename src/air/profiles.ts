/** What differs between the modules, and how the one at hand is told from what it says about itself. */

/** The families by chip: RDA8910, EC618, EC718, EC716S. */
export type ModuleId = 'air724' | 'air780e' | 'air780ep' | 'air780el';

export interface ModuleProfile {
  readonly id: ModuleId | 'unknown';
  readonly limits: MessageLimits;
  /** What pulling the RESET pin low does. After `powers off` the power key must be pulsed as well. */
  readonly resetPin: 'reboots' | 'powers off' | 'unknown';
  /** Whether SSLMIPSTART is there; on Air780EL it depends on the build. */
  readonly tls: 'yes' | 'no' | 'unknown';
  /**
   * Whether MCONNECT takes two arguments. `three`: this build answers ERROR to two. `unknown`: after an ERROR, one try
   * with three is due.
   */
  readonly connectMode: 'two' | 'three' | 'unknown';
  /** The number in the firmware's name, `1169` of V1169; undefined where none was read. */
  readonly firmware: number | undefined;
}

/** In bytes. */
export interface MessageLimits {
  /** Of a message in MPUB, escapes included: whether the module counts before or after is not documented. */
  readonly inline: number;
  /** Of a message in MPUBEX. */
  readonly data: number;
  /** Of a received message. */
  readonly receive: number;
}

/** What every known firmware takes. */
const cautious: MessageLimits = { inline: 1024, data: 1360, receive: 1360 };

/** The modules with current firmware. */
export const moduleProfiles: Readonly<Record<ModuleId, ModuleProfile>> = {
  air724: {
    id: 'air724',
    limits: { inline: 2348, data: 4100, receive: 1360 },
    resetPin: 'reboots',
    tls: 'yes',
    connectMode: 'two',
    firmware: undefined,
  },
  air780e: {
    id: 'air780e',
    limits: { inline: 2384, data: 4100, receive: 1360 },
    resetPin: 'powers off', // Air780E hardware guide, power: RESET_N shuts down, it does not restart
    tls: 'yes',
    connectMode: 'two',
    firmware: undefined,
  },
  air780ep: {
    id: 'air780ep',
    limits: { inline: 4100, data: 4100, receive: 4100 },
    resetPin: 'reboots',
    tls: 'yes',
    connectMode: 'two',
    firmware: undefined,
  },
  air780el: {
    id: 'air780el',
    limits: cautious,
    resetPin: 'unknown',
    tls: 'unknown',
    connectMode: 'unknown',
    firmware: undefined,
  },
};

/** A module that nothing is known of. */
export const unknownModule: ModuleProfile = {
  id: 'unknown',
  limits: cautious,
  resetPin: 'unknown',
  tls: 'unknown',
  connectMode: 'unknown',
  firmware: undefined,
};

/** Names as they stand in the firmware's name, by family. */
const families: readonly (readonly [RegExp, ModuleId])[] = [
  [/^7(?:20|22|23|24)[A-Z]*$/, 'air724'],
  [/^(?:780E|780EG|780EX|700E|600E)$/, 'air780e'],
  [/^780EP[A-Z]*$/, 'air780ep'],
  [/^780EL$/, 'air780el'],
];

/**
 * The profile of the module that answered ATI or AT+CGMR with `identity`, such as `AirM2M_780E_V1169_LTE_AT`. Known
 * families get their limits only with a firmware number, others cautious ones.
 */
export function profileOf(identity: string): ModuleProfile {
  const words = identity.trim().replaceAll('"', '').toUpperCase().split('_');
  const family = familyOf(words);
  const firmware = firmwareOf(words);
  if (!family) return { ...unknownModule, firmware };
  const profile = { ...moduleProfiles[family], firmware };
  switch (family) {
    case 'air724':
      // V838 raised MPUB to its present length.
      return firmware === undefined || firmware < 838 ? { ...profile, limits: cautious } : profile;
    case 'air780e':
      if (firmware === undefined) return { ...profile, limits: cautious, connectMode: 'unknown' };
      return words.includes('LPAT') && firmware < 1156 ? { ...profile, connectMode: 'three' } : profile;
    case 'air780ep':
      return firmware === undefined ? { ...profile, limits: cautious } : profile;
    case 'air780el':
      return { ...profile, tls: tlsOfBuild(words), connectMode: connectModeOfBuild(words, firmware) };
  }
}

function familyOf(words: readonly string[]): ModuleId | undefined {
  for (const word of words) {
    const family = families.find(([name]) => name.test(word.replace(/^AIR/, '')));
    if (family) return family[1];
  }
  return undefined;
}

function firmwareOf(words: readonly string[]): number | undefined {
  for (const word of words) {
    const match = /^V(\d+)/.exec(word);
    if (match) return Number(match[1]);
  }
  return undefined;
}

/** Of the Air780EL builds that have MQTT, only MS has TLS (EC716S change log). */
function tlsOfBuild(words: readonly string[]): ModuleProfile['tls'] {
  if (words.includes('MS')) return 'yes';
  return words.some((word) => /^(?:MU|FU|MULP2?)$/.test(word)) ? 'no' : 'unknown';
}

/** The MU build rejects two arguments before V1006 (EC716S change log); of the others nothing is said. */
function connectModeOfBuild(
  words: readonly string[],
  firmware: number | undefined,
): ModuleProfile['connectMode'] {
  if (!words.includes('MU') || firmware === undefined) return 'unknown';
  return firmware < 1006 ? 'three' : 'two';
}
