const BOOT = Date.UTC(2000, 0, 1);
const MS_PER_QUARTER_HOUR = 900_000;

/** The module's own clock: it knows nothing after a boot, until the network's NITZ or AT+CCLK tells it. */
export class ModuleClock {
  #offset;

  constructor() {
    this.reset();
  }

  reset() {
    this.#put(BOOT);
  }

  /** Milliseconds since the epoch, as far as it knows. */
  get now() {
    return performance.now() + this.#offset;
  }

  /** As AT+CCLK? writes it, in UTC. */
  get text() {
    const [date, time] = new Date(this.now).toISOString().split('T');
    return `${date.slice(2).replaceAll('-', '/')},${time.slice(0, 8)}+00`;
  }

  /** @param stamp `24/08/22,07:27:15+32`, also with a year of four digits; @returns whether it is one */
  set(stamp) {
    const match = /^(?:20)?(\d\d)\/(\d\d)\/(\d\d),(\d\d):(\d\d):(\d\d)([+-]\d{1,2})/.exec(stamp);
    if (!match) return false;
    const [year, month, day, hour, minute, second, zone] = match.slice(1).map(Number);
    this.#put(Date.UTC(2000 + year, month - 1, day, hour, minute, second) - zone * MS_PER_QUARTER_HOUR);
    return true;
  }

  #put(instant) {
    this.#offset = instant - performance.now();
  }
}
