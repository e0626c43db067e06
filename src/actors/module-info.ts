import type { Signal } from '../air/commands/network.js';
import { moduleProfiles, profileOf, unknownModule, type ModuleProfile } from '../air/profiles.js';
import type { LinkConfig } from '../config/schema.js';

/** What is known of the module that answers now. */
export interface ModuleInfo {
  readonly profile: ModuleProfile;
  /** Module and firmware in one word: `AirM2M_780E_V1169_LTE_AT`. */
  readonly identity?: string;
  readonly imei?: string;
  readonly iccid?: string;
  /** As last asked, while the line was quiet. */
  readonly signal?: Signal;
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
