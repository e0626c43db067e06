/** How the modules spell the same thing differently. */

/** The ways in which the loss of the data bearer is announced. */
export type DeactSpelling = 'sapbr' | 'cgev-nw' | 'cgev-me' | 'detach' | 'pdp' | 'pdp-colon' | 'mode';

/** The URC lines of each announcement. `mode` and `detach` also mean that the registration is gone. */
export const deactLines: Readonly<Record<DeactSpelling, readonly string[]>> = {
  sapbr: ['+SAPBR 1: DEACT'],
  'cgev-nw': ['+CGEV: NW PDN DEACT 1'],
  'cgev-me': ['+CGEV: ME PDN DEACT 1'],
  detach: ['+CGEV: ME DETACH'],
  pdp: ['+PDP DEACT'],
  'pdp-colon': ['+PDP: DEACT'],
  mode: ['^MODE: 0,0', '+NO Service'],
};

/** Every spelling, for tests that go through them. */
export const deactSpellings = Object.keys(deactLines) as readonly DeactSpelling[];

/** `+MSUB:t,3 byte,abc` (source article), `+MSUB: t,3 byte,abc` (AT manual), `+MSUB: "t",3 byte,abc` (Air780EP). */
export type CachedForm = 'bare' | 'spaced' | 'quoted';

/** One received message as MQTTMSGGET prints it. */
export function cachedLine(form: CachedForm, topic: string, byteCount: number, payload: string): string {
  const tail = `${byteCount} byte,${payload}`;
  switch (form) {
    case 'bare':
      return `+MSUB:${topic},${tail}`;
    case 'spaced':
      return `+MSUB: ${topic},${tail}`;
    case 'quoted':
      return directLine(topic, byteCount, payload);
  }
}

/** One received message as it is printed unasked. The length carries the suffix ` byte`; the payload is never quoted. */
export function directLine(topic: string, byteCount: number, payload: string): string {
  return `+MSUB: "${topic}",${byteCount} byte,${payload}`;
}

/** The network's time: two- or four-digit year, offset in quarters of an hour; some firmware omits the daylight digit. */
export type NitzForm = 'short-year' | 'long-year' | 'no-daylight';

/** @param wallMs milliseconds since the epoch */
export function nitzLine(form: NitzForm, wallMs: number): string {
  const { date, time } = clockParts(wallMs);
  switch (form) {
    case 'short-year':
      return `+NITZ: ${date.slice(2)},${time}+32,0`;
    case 'long-year':
      return `+NITZ: ${date},${time}+0,0`;
    case 'no-daylight':
      return `+NITZ: ${date.slice(2)},${time}+32, `;
  }
}

/** `2026/01/31` and `23:59:59`, UTC. */
export function clockParts(wallMs: number): { readonly date: string; readonly time: string } {
  const iso = new Date(wallMs).toISOString();
  return { date: iso.slice(0, 10).replaceAll('-', '/'), time: iso.slice(11, 19) };
}
