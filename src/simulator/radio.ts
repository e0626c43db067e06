import type { Clock } from '../clock/clock.js';
import type { Profile } from './profiles.js';
import { Schedule, type Cancel } from './schedule.js';
import type { SimCard } from './sim-card.js';
import { deactLines, nitzLine, type DeactSpelling } from './spellings.js';
import type { Timing } from './timing.js';

export interface RadioPorts {
  readonly profile: Profile;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly sim: SimCard;
  readonly urc: (text: string) => void;
  /** The data bearer went away under whatever used it. */
  bearerLost(): void;
  /** The network told the time. */
  readonly timeTold: () => void;
}

/** AT+CFUN: 0 off, 1 on, 4 flight mode. */
export type RadioFunction = 0 | 1 | 4;

/** Registration, attach and the default data bearer. 4G does all three by itself as soon as it can. */
export class Radio {
  readonly #ports: RadioPorts;
  readonly #schedule: Schedule;
  #pending: Cancel | undefined;
  #function: RadioFunction = 1;
  #registered = false;
  #bearer = false;
  #address = '0.0.0.0';
  #addressCount = 0;
  /** The bearer that AT+SAPBR=1,1 opened on top of the default one. */
  opened = false;
  /** The network tells the time at registration (`+NITZ`); not all do. */
  tellsTime = true;
  /** There is a network to register with. */
  coverage = true;
  /** The network denies the registration (AT+CEREG: 3), as for a card that is not paid. */
  denied = false;
  /** The network grants data bearers. */
  grantsBearer = true;
  /** How long an opened bearer is still `connecting` (AT manual, SAPBR: state 0), milliseconds. */
  bearerTakesMs = 0;
  #openedAt = -Infinity;
  /** AT+CSQ: 0-31, 99 unknown. */
  signal = 22;
  /** The reporting modes of AT+CREG, AT+CGREG and AT+CEREG. */
  readonly reporting = { CREG: 0, CGREG: 0, CEREG: 0 };

  constructor(ports: RadioPorts) {
    this.#ports = ports;
    this.#schedule = new Schedule(ports.clock);
  }

  get function(): RadioFunction {
    return this.#function;
  }

  get registered(): boolean {
    return this.#registered;
  }

  get bearer(): boolean {
    return this.#bearer;
  }

  /** The address of the data bearer, or `0.0.0.0`. */
  get address(): string {
    return this.#bearer ? this.#address : '0.0.0.0';
  }

  get attached(): boolean {
    return this.#registered && (this.#bearer || !this.#ports.profile.attachMeansBearer);
  }

  /** 1 registered at home, 2 searching, 3 denied, 0 off. */
  get registrationState(): number {
    if (this.#registered) return 1;
    if (this.denied && this.#function === 1 && this.#ports.sim.state === 'ready') return 3;
    return this.#function === 1 && this.#ports.sim.state === 'ready' ? 2 : 0;
  }

  /** The module booted: everything is as after power-up, and registration is on its way. */
  boot(): void {
    this.powerDown();
    this.#function = 1;
    Object.assign(this.reporting, { CREG: 0, CGREG: 0, CEREG: 0 });
    this.search(this.#ports.timing.draw('registrationAfterBoot'));
  }

  /** Power is gone: nothing is announced. */
  powerDown(): void {
    this.#schedule.clear();
    this.#pending = undefined;
    this.#registered = false;
    this.#bearer = false;
    this.opened = false;
  }

  /** AT+CFUN. */
  setFunction(next: RadioFunction): void {
    const before = this.#function;
    this.#function = next;
    if (next === 1 && before !== 1) this.search(this.#ports.timing.draw('registrationAfterRadioOn'));
    if (next !== 1 && before === 1) this.lose('detach');
  }

  /** Registers after `delayMs`, if by then nothing stands against it. */
  search(delayMs: number): void {
    this.#pending?.();
    this.#pending = this.#schedule.after(delayMs, () => {
      if (!this.#mayRegister || this.#registered) return;
      this.#registered = true;
      const { urc, profile, clock, timeTold } = this.#ports;
      urc('^MODE: 17,17');
      urc('+E_UTRAN Service');
      for (const [name, mode] of Object.entries(this.reporting)) if (mode > 0) urc(`+${name}: 1`);
      if (this.grantsBearer) this.activate();
      if (!this.tellsTime) return;
      urc(nitzLine(profile.nitz, clock.wallTime()));
      timeTold();
    });
  }

  /** The default bearer comes up. @returns false when the network does not grant it */
  activate(): boolean {
    if (!this.#registered || !this.grantsBearer) return false;
    if (this.#bearer) return true;
    this.#bearer = true;
    this.#addressCount += 1;
    this.#address = `10.159.${1 + (this.#addressCount >> 8)}.${144 + (this.#addressCount & 63)}`;
    this.#ports.urc(this.#ports.profile.bearerActive);
    return true;
  }

  /** AT+SAPBR=1,1 on a default bearer that is up. */
  open(): void {
    this.opened = true;
    this.#openedAt = this.#ports.clock.now();
  }

  /** AT+SAPBR=2,1: 0 connecting, 1 connected, 3 closed. */
  get openedState(): 0 | 1 | 3 {
    if (!this.opened || !this.#bearer) return 3;
    return this.#ports.clock.now() - this.#openedAt < this.bearerTakesMs ? 0 : 1;
  }

  /** The data bearer is lost and announced so; `detach` and `mode` take the registration with them. */
  lose(spelling: DeactSpelling): void {
    if (spelling === 'detach' || spelling === 'mode') this.#registered = false;
    this.dropBearer();
    for (const line of deactLines[spelling]) this.#ports.urc(line);
    this.recover();
  }

  /** The data bearer is gone, without a word. */
  dropBearer(): void {
    this.#bearer = false;
    this.opened = false;
    this.#ports.bearerLost();
  }

  /** The network gives back what it can, after a while. */
  recover(): void {
    const delay = this.#ports.timing.draw('bearerReturn');
    if (!this.#registered) {
      this.search(delay);
      return;
    }
    this.#pending?.();
    this.#pending = this.#schedule.after(delay, () => void this.activate());
  }

  get #mayRegister(): boolean {
    return this.#function === 1 && this.coverage && !this.denied && this.#ports.sim.state === 'ready';
  }
}
