/**
 * Text and its bytes on the wire. The AT channel moves strings of one character a byte (latin1); what people write is
 * Unicode and goes out as UTF-8.
 */

/** The UTF-8 bytes of a text, one character each. */
export function toWire(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** What UTF-8 bytes, one character each, say. Bytes that are no UTF-8 become U+FFFD. */
export function fromWire(wire: string): string {
  return Buffer.from(wire, 'latin1').toString('utf8');
}

/** How many bytes a text takes on the wire. */
export function wireBytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** ASCII and C1 controls: they end a command line (CR), abort or end a data entry (ESC, 0x1A), or cut a text off (NUL). */
export function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

/** Half of a surrogate pair has no UTF-8 form: it would reach the broker as U+FFFD. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
