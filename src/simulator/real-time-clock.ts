import type { Clock } from '../clock/clock.js';

/** Where a clock begins that lost its supply: the modules show years long gone until the network tells the time. */
const POWER_UP_MS = Date.UTC(2000, 0, 1);

/** No certificate is issued for so short a time that an error below this would matter. */
const TOLERATED_ERROR_MS = 30 * 86_400_000;

/** The module's own clock (AT+CCLK): right once the network told it the time (`+NITZ`) or the host set it. */
export class RealTimeClock {
  readonly #clock: Clock;
  #errorMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since the epoch, as the module believes. */
  now(): number {
    return this.#clock.wallTime() + this.#errorMs;
  }

  /** Whether certificates can be checked against it. */
  get right(): boolean {
    return Math.abs(this.#errorMs) < TOLERATED_ERROR_MS;
  }

  /** @param text as AT+CCLK takes it: `26/01/31,23:59:59+00`; @returns false when it is none */
  set(text: string): boolean {
    const parts = /^(\d\d)\/(\d\d)\/(\d\d),(\d\d):(\d\d):(\d\d)/.exec(text)?.slice(1).map(Number);
    if (parts === undefined) return false;
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
    this.#errorMs = Date.UTC(2000 + year, month - 1, day, hour, minute, second) - this.#clock.wallTime();
    return true;
  }

  /** `+NITZ`: the network told the time. */
  correct(): void {
    this.#errorMs = 0;
  }

  /** Its supply was gone. */
  forget(): void {
    this.#errorMs = POWER_UP_MS - this.#clock.wallTime();
  }
}
