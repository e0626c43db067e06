/** What ended a line: its own CRLF, or the guard, which puts a line end where the wire has none. */
export type LineEnd = 'crlf' | 'cut';

export interface LineGuardOptions {
  /**
   * Takes bytes on the way to the line splitter. With `end` they complete a line, and are the last bytes of at most
   * one: whatever that line brings about has happened when the call returns.
   */
  readonly forward: (bytes: Buffer, end: LineEnd | undefined) => void;
  /** The data prompt came; everything before it has been forwarded, with a line end. */
  readonly prompt: () => void;
  /** Whether the bytes that come next belong to a payload. */
  readonly insidePayload: () => boolean;
}

/** A line without an end is cut here, so that noise (a wrong baud rate) cannot fill memory. */
export const LONGEST_LINE = 64 * 1024;

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const PROMPT = 0x3e;
const lineEnd = Buffer.from('\r\n', 'latin1');

/**
 * Stands in front of a splitter that knows only CRLF, and gives a line end to what the module sends without one: the
 * data prompt `>` (Air724 from V401857 on: `> `), tokens known to be whole, and noise beyond all measure. It walks byte
 * by byte and forwards line by line, so that the cuts do not depend on how the bytes were chunked.
 */
export class LineGuard {
  readonly #options: LineGuardOptions;
  #tailLength = 0;
  /** Nothing but CR and LF since the last line end: a prompt may still follow. */
  #tailBlank = true;
  #previous: number | undefined;
  #promptExpected = false;
  #afterPrompt = false;
  /** Counts resets, so that a chunk under way notices that it has become void. */
  #epoch = 0;

  constructor(options: LineGuardOptions) {
    this.#options = options;
  }

  /** Whether a `>` at the start of a line is the data prompt; ends by itself when one came. */
  expectPrompt(expected: boolean): void {
    this.#promptExpected = expected;
  }

  /** Whether anything came since the last line end. */
  get hasTail(): boolean {
    return this.#tailLength > 0;
  }

  /** Whether the next bytes begin a line, and no prompt is looked for. */
  get isIdle(): boolean {
    return this.#tailLength === 0 && !this.#promptExpected && !this.#afterPrompt;
  }

  push(chunk: Buffer): void {
    const epoch = this.#epoch;
    let from = 0;
    // By index: an iterator would make an array for each byte of everything that ever comes.
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#afterPrompt) {
        this.#afterPrompt = false;
        if (byte === SPACE) {
          from = at + 1;
          continue;
        }
      }
      if (byte === PROMPT && this.#promptExpected && this.#tailBlank && !this.#options.insidePayload()) {
        this.#hold(chunk.subarray(from, at));
        this.#prompt();
        from = at + 1;
      } else if (this.#count(byte)) {
        this.#line(chunk.subarray(from, at + 1), 'crlf');
        from = at + 1;
      } else if (this.#tailLength >= LONGEST_LINE) {
        this.#hold(chunk.subarray(from, at + 1));
        this.terminate();
        from = at + 1;
      }
      if (epoch !== this.#epoch) return;
    }
    this.#hold(chunk.subarray(from));
  }

  /** Ends the line that has no end. */
  terminate(): void {
    this.#line(lineEnd, 'cut');
  }

  /** Forgets everything, as for a line that was just opened. */
  reset(): void {
    this.#epoch += 1;
    this.#promptExpected = false;
    this.#afterPrompt = false;
    this.#startLine();
  }

  #prompt(): void {
    if (this.#tailLength > 0) this.terminate();
    this.#promptExpected = false;
    this.#afterPrompt = true;
    this.#startLine();
    this.#options.prompt();
  }

  /**
   * Takes note of a byte of the present line.
   * @returns whether it completes a CRLF
   */
  #count(byte: number): boolean {
    const ends = byte === LF && this.#previous === CR;
    this.#previous = byte;
    this.#tailLength += 1;
    if (byte !== CR && byte !== LF) this.#tailBlank = false;
    return ends;
  }

  #hold(bytes: Buffer): void {
    if (bytes.length > 0) this.#options.forward(bytes, undefined);
  }

  #line(lastBytes: Buffer, end: LineEnd): void {
    this.#startLine();
    this.#options.forward(lastBytes, end);
  }

  #startLine(): void {
    this.#tailLength = 0;
    this.#tailBlank = true;
    this.#previous = undefined;
  }
}
