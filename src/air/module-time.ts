/**
 * A time as the module writes it in `+NITZ:` and `+CCLK:`. Firmware differs in what it means: the same stamp is local
 * time on one module and UTC on the next, and `+0` may say "UTC" or "no zone received". So the fields are handed on as
 * written, and no instant is made of them.
 */
export interface ModuleTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** The zone in quarters of an hour east of Greenwich, as written; undefined where there is none. */
  readonly quarterHours: number | undefined;
}

/**
 * Reads `24/08/22,07:27:15+32`, with a year of two or four digits, and whatever follows the zone: NITZ appends a
 * daylight-saving digit, which may be missing (`+32, `).
 * @returns undefined when it is no possible time
 */
export function readModuleTime(text: string): ModuleTime | undefined {
  const match =
    /^\s*(\d{2}|\d{4})\/(\d\d?)\/(\d\d?)\s*,\s*(\d\d?):(\d\d):(\d\d)\s*([+-]\d{1,2})?\s*(?:,.*)?$/.exec(text);
  if (!match) return undefined;
  const [year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN] = match
    .slice(1, 7)
    .map(Number);
  const possible =
    month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 && minute <= 59 && second <= 60;
  if (!possible) return undefined;
  return {
    year: year < 100 ? 2000 + year : year,
    month,
    day,
    hour,
    minute,
    second,
    quarterHours: match[7] === undefined ? undefined : Number(match[7]),
  };
}

/** Writes an instant as AT+CCLK takes it, in UTC: `24/08/22,07:27:15+00`. @param instant milliseconds since the epoch */
export function writeModuleTime(instant: number): string {
  const [date = '', time = ''] = new Date(instant).toISOString().split('T');
  return `${date.slice(2).replaceAll('-', '/')},${time.slice(0, 8)}+00`;
}
