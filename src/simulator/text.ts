/** The longest topic that MSUB, MUNSUB, MPUB and MCONFIG take, bytes. */
export const LONGEST_TOPIC = 256;

/** Bytes of the serial line, held as latin1, read as the UTF-8 that they are for the broker. */
export function toText(line: string): string {
  return Buffer.from(line, 'latin1').toString('utf8');
}

/** Text of the broker as bytes of the serial line, held as latin1. */
export function toLine(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
