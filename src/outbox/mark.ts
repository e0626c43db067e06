/** Which message: sequences may begin anew where none waits. */
export interface Mark {
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
}

const ACCEPTED_AT = 8;
const MARK_BYTES = 16;

/**
 * The one message that was checked off last: `sequence, 8 │ accepted at, 8`, written in one piece into one sector. Made
 * without a new buffer and without a checksum, since the line waits for it; who reads it finds the message or does not.
 */
export class MarkWriter {
  readonly #bytes = Buffer.alloc(MARK_BYTES);

  /** @returns to be written before the next one is asked for */
  of({ sequence, acceptedAt }: Mark): Buffer {
    this.#bytes.writeDoubleLE(sequence);
    this.#bytes.writeDoubleLE(acceptedAt, ACCEPTED_AT);
    return this.#bytes;
  }
}

/** @returns undefined when it names none: the next sequence is counted from it, so rubbish must not pass */
export function readMark(bytes: Buffer): Mark | undefined {
  if (bytes.length !== MARK_BYTES) return undefined;
  const [sequence, acceptedAt] = [bytes.readDoubleLE(), bytes.readDoubleLE(ACCEPTED_AT)];
  const isPlausible = [sequence, acceptedAt].every((number) => Number.isSafeInteger(number) && number >= 0);
  return isPlausible ? { sequence, acceptedAt } : undefined;
}
