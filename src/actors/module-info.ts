import type { Reception, Signal, SignalQuality } from '../air/commands/network.js';
import type { AtResult } from '../at/command.js';
import { moduleProfiles, profileOf, unknownModule, type ModuleProfile } from '../air/profiles.js';
import type { LinkConfig } from '../config/schema.js';

/** What is known of the module that answers now. */
export interface ModuleInfo {
  readonly profile: ModuleProfile;
  /** Module and firmware in one word: `AirM2M_780E_V1169_LTE_AT`. */
  readonly identity?: string;
  readonly imei?: string;
  readonly iccid?: string;
  /** The network, as it calls itself. */
  readonly operator?: string;
  /** As last asked: while it did not attach, soon after the session came up, and whenever the line was quiet. */
  readonly signal?: SignalReport;
}

/** How the network is received. Figures that the module does not know are left out. */
export interface SignalReport {
  /** AT+CSQ, received signal strength. */
  readonly dBm?: number;
  /** AT+CESQ, reference signal received power; on LTE the vendor prefers it. */
  readonly rsrpDBm?: number;
  /** AT+CESQ, reference signal received quality, dB. */
  readonly rsrqDB?: number;
  /** By the LTE figure where there is one. */
  readonly reception: Reception;
}

/** @returns undefined when the module answered neither question */
export function signalOf(
  strength: AtResult<Signal>,
  quality: AtResult<SignalQuality>,
): SignalReport | undefined {
  const csq = strength.kind === 'done' ? strength.answer : undefined;
  const cesq = quality.kind === 'done' ? quality.answer : undefined;
  if (csq === undefined && cesq === undefined) return undefined;
  const { rsrpDBm, rsrqDB } = cesq ?? {};
  return {
    ...(csq?.dBm !== undefined && { dBm: csq.dBm }),
    ...(rsrpDBm !== undefined && { rsrpDBm }),
    ...(rsrqDB !== undefined && { rsrqDB }),
    reception: (rsrpDBm === undefined ? csq : cesq)?.reception ?? 'unknown',
  };
}

/** The profile of a module: what it says about itself, unless the configuration names the family. */
export function moduleProfile(choice: LinkConfig['module'], identity: string | undefined): ModuleProfile {
  const read = identity === undefined ? unknownModule : profileOf(identity);
  if (choice === 'auto' || read.id === choice) return read;
  return { ...moduleProfiles[choice], firmware: read.firmware };
}

/** Fills `{imei}` and `{iccid}` in. @returns undefined while the module has not told what is asked for */
export function fillTemplate(template: string, module: ModuleInfo): string | undefined {
  const { imei, iccid } = module;
  if (template.includes('{imei}') && imei === undefined) return undefined;
  if (template.includes('{iccid}') && iccid === undefined) return undefined;
  return template.replaceAll('{imei}', imei ?? '').replaceAll('{iccid}', iccid ?? '');
}
