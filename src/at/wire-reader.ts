import { ReadlineParser } from '@serialport/parser-readline';
import type { Clock, TimerHandle } from '../clock/clock.js';
import { LineGuard, LONGEST_LINE, type LineEnd } from './guard.js';
import type { WireGrammar, WireItem } from './line.js';
import { PayloadAssembly } from './payload-assembly.js';

/*
 *              LineGuard                 ReadlineParser         PayloadAssembly
 *   bytes ──▶  gives an end to      ──▶  splits at CRLF    ──▶  joins payloads    ──▶  items
 *              what has none             (latin1), when         by their length
 *                    ▲                   it came in pieces            │
 *                    └────── "inside a payload": no prompt there ─────┘
 *
 * One line at a time goes all the way through before the next byte is looked at: what a line sets off (a command, and
 * with it a prompt that is awaited) holds for the very next byte, whether or not it came in the same chunk.
 */

/** Silence after which a text without a line end counts as a line, if it is known to be whole. */
export const TOKEN_SILENCE_MS = 50;
const LINE_END_BYTES = 2;
const CR = 0x0d;
const LF = 0x0a;
/** Silence after which the rest of a payload is not coming any more. */
export const PAYLOAD_SILENCE_MS = 1000;

export interface WireReaderOptions {
  readonly clock: Clock;
  readonly grammar: WireGrammar;
  /** Called for each item, in the order of the bytes, before `push` returns. Must not throw. */
  readonly onItem: (item: WireItem) => void;
}

/** Turns the bytes of the module into lines, prompts and payloads; the same ones however the bytes are chunked. */
export class WireReader {
  readonly #clock: Clock;
  readonly #onItem: (item: WireItem) => void;
  readonly #guard: LineGuard;
  readonly #assembly: PayloadAssembly;
  #parser: ReadlineParser;
  #lineEnd: LineEnd = 'crlf';
  /** Chunks that came while another is being read: an item's consumer may cause them. */
  #waiting: Buffer[] = [];
  /** What the line just read amounts to, until the splitter has returned. */
  #items: WireItem[] = [];
  #reading = false;
  #disposed = false;
  #silence: TimerHandle;
  #lastByteAt: number;

  constructor({ clock, grammar, onItem }: WireReaderOptions) {
    this.#clock = clock;
    this.#onItem = onItem;
    this.#lastByteAt = clock.now();
    this.#assembly = new PayloadAssembly(grammar, (item) => this.#items.push(item));
    this.#guard = new LineGuard({
      forward: (bytes, end) => this.#forward(bytes, end),
      prompt: () => this.#onItem({ kind: 'prompt' }),
      insidePayload: () => this.#assembly.inside,
    });
    this.#parser = this.#newParser();
  }

  /** When the last byte came, by the clock's `now()`; before the first one, when the reader was made. */
  get lastByteAt(): number {
    return this.#lastByteAt;
  }

  /** Whether something has begun that is not complete: a line without its end, or a payload. */
  receiving(): boolean {
    return this.#guard.hasTail || this.#assembly.inside;
  }

  /** Whether the data prompt is awaited. A prompt that came ends the waiting. */
  expectPrompt(expected: boolean): void {
    this.#guard.expectPrompt(expected);
  }

  /** Takes bytes as they came. */
  push(chunk: Buffer): void {
    if (this.#disposed || chunk.length === 0) return;
    this.#lastByteAt = this.#clock.now();
    this.#waiting.push(chunk);
    if (this.#reading) return;
    this.#read(() => {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
        if (!this.#takeLine(next)) this.#guard.push(next);
      }
    });
  }

  /**
   * Most answers are one line and come in one piece, and while they are read the line to the module is idle.
   * @returns whether this is one
   */
  #takeLine(chunk: Buffer): boolean {
    if (!this.#guard.isIdle || this.#assembly.inside) return false;
    const end = chunk.length - LINE_END_BYTES;
    if (end <= LINE_END_BYTES || end > LONGEST_LINE) return false;
    if (chunk[0] !== CR || chunk[1] !== LF || chunk[end] !== CR || chunk[end + 1] !== LF) return false;
    // By index: looking for a byte by a call costs more than the whole line.
    for (let at = LINE_END_BYTES; at < end; at++) if (chunk[at] === CR || chunk[at] === LF) return false;
    this.#assembly.take(chunk.toString('latin1', LINE_END_BYTES, end), 'crlf');
    this.#deliver();
    return true;
  }

  /** Forgets what has begun, as for a line that was just opened. */
  reset(): void {
    this.#clock.clearTimeout(this.#silence);
    this.#waiting = [];
    this.#items = [];
    this.#guard.reset();
    this.#assembly.reset();
    this.#parser.removeAllListeners('data').destroy();
    this.#parser = this.#newParser();
  }

  /** Ends it: nothing is yielded any more and no timer is left. */
  dispose(): void {
    this.reset();
    this.#disposed = true;
  }

  #newParser(): ReadlineParser {
    // Object mode keeps the empty lines, which are part of payloads. A transform hands out what it has while it is
    // being written to, as long as somebody listens to 'data' (and nothing else).
    const parser = new ReadlineParser({ delimiter: '\r\n', encoding: 'latin1', readableObjectMode: true });
    parser.on('data', (line: string) => this.#assembly.take(line, this.#lineEnd));
    return parser;
  }

  #forward(bytes: Buffer, end: LineEnd | undefined): void {
    if (end) this.#lineEnd = end;
    // Most lines come in one piece: there is nothing to put together, and the module waits for the next command.
    if (end && this.#parser.buffer.length === 0)
      this.#assembly.take(bytes.toString('latin1', 0, bytes.length - LINE_END_BYTES), end);
    else this.#parser.write(bytes);
    this.#deliver();
  }

  #deliver(): void {
    for (let item = this.#items.shift(); item; item = this.#items.shift()) this.#onItem(item);
  }

  #read(work: () => void): void {
    this.#clock.clearTimeout(this.#silence);
    this.#reading = true;
    try {
      work();
    } finally {
      this.#reading = false;
    }
    if (!this.#disposed && this.receiving()) {
      this.#silence = this.#clock.setTimeout(() => this.#afterTokenSilence(), TOKEN_SILENCE_MS);
    }
  }

  #afterTokenSilence(): void {
    const tail = this.#parser.buffer.toString('latin1');
    if (this.#assembly.isWhole(tail)) this.#read(() => this.#guard.terminate());
    else if (this.#assembly.isInsideAfter(tail)) {
      this.#silence = this.#clock.setTimeout(
        () => this.#afterPayloadSilence(),
        PAYLOAD_SILENCE_MS - TOKEN_SILENCE_MS,
      );
    }
  }

  #afterPayloadSilence(): void {
    this.#read(() => {
      this.#guard.terminate();
      this.#assembly.breakOff();
      this.#deliver();
    });
  }
}
