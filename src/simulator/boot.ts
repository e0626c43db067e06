import type { Printer } from './printer.js';
import type { Profile } from './profiles.js';
import type { Quirks } from './quirks.js';
import type { Schedule } from './schedule.js';
import type { SimState } from './sim-card.js';
import type { Timing } from './timing.js';

export interface BootPorts {
  readonly printer: Printer;
  readonly schedule: Schedule;
  readonly timing: Timing;
  readonly quirks: Quirks;
  readonly profile: Profile;
  readonly random: () => number;
}

/** Why the module booted, as AT*EXINFO? tells it afterwards (AT manual, EXINFO). */
export const bootCauses = { powerKey: 0, software: 3, resetPin: 5, crash: 6 } as const;

export type BootCause = keyof typeof bootCauses;

/** Literal backslash and n: so the ROM prints it. */
const ROM_BANNER = "^boot.rom'v'!\\n";

/**
 * From power to the first command that is heard: noise of the ROM, then `RDY` as often as this firmware says it.
 * @param readyCount RDY lines; between two of them commands are lost
 * @param done the module listens
 */
export function boot(ports: BootPorts, readyCount: number, done: () => void): void {
  const { printer, schedule, timing, quirks } = ports;
  schedule.after(timing.draw('bootNoise'), () => {
    if (quirks.bootNoise === 'banner') printer.raw(ROM_BANNER);
    if (quirks.bootNoise === 'garbage')
      printer.raw(String.fromCharCode(0x80 + Math.floor(ports.random() * 0x7f)));
    schedule.after(timing.draw('ready'), () => ready(readyCount));
  });

  function ready(left: number): void {
    if (left > 0) printer.urc('RDY');
    if (left > 1) schedule.after(timing.draw('betweenReadies'), () => ready(left - 1));
    else done();
  }
}

const simTexts: Readonly<Partial<Record<SimState, string>>> = {
  ready: '+CPIN: READY',
  pin: '+CPIN: SIM PIN',
  puk: '+CPIN: SIM PUK',
};

/** What is printed once the card was read: its state, and what this firmware adds. */
export function bootTexts(sim: SimState, profile: Profile): readonly string[] {
  const text = sim === 'ready' && !profile.announcesReadySim ? undefined : simTexts[sim];
  return [...(text === undefined ? [] : [text]), ...profile.bootTexts];
}
