import type { Quirks } from './quirks.js';
import type { Schedule } from './schedule.js';
import type { LineRecord } from './transcript.js';
import type { Uart } from './uart.js';

/** Between the two halves of a URC that arrives in two reads (Air780EP SIM guide). */
const SPLIT_GAP_MS = 50;

/** Puts text on the line in the module's framing: CRLF, text, CRLF. */
export class Printer {
  readonly #uart: Uart;
  readonly #quirks: Quirks;
  readonly #schedule: Schedule;
  readonly #record: LineRecord;
  /** While false nothing is printed: adaptive baud rate before its training. */
  enabled = true;
  /** Everything comes without its opening CRLF, glued to whatever was printed before. */
  glued = false;
  /** What waits behind the second half of a split URC. */
  #held: string[] | undefined;

  constructor(uart: Uart, quirks: Quirks, schedule: Schedule, record: LineRecord) {
    this.#uart = uart;
    this.#quirks = quirks;
    this.#schedule = schedule;
    this.#record = record;
  }

  /** Bytes as they are: echo, prompt, boot noise. */
  raw(text: string): void {
    if (!this.enabled) return;
    if (this.#held === undefined) this.#send(text);
    else this.#held.push(text);
  }

  #send(text: string): void {
    this.#record.said('modem', text);
    this.#uart.send(Buffer.from(text, 'latin1'));
  }

  /** Several framed texts in one go, such as information and final result. */
  frames(texts: readonly string[]): void {
    this.raw(texts.map((text) => this.#frame(text)).join(''));
  }

  /** One unsolicited line. */
  urc(text: string): void {
    const framed = this.#quirks.gluedUrc ? this.#frame(text).replace(/^\r\n/, '') : this.#frame(text);
    const head = this.#quirks.splitUrc && text.startsWith('+CGEV') ? framed.indexOf('+CGEV') + 5 : 0;
    if (head === 0) {
      this.raw(framed);
      return;
    }
    this.raw(framed.slice(0, head));
    const held = [framed.slice(head)];
    this.#held = held;
    this.#schedule.after(SPLIT_GAP_MS, () => {
      this.#held = undefined;
      for (const late of held) this.raw(late);
    });
  }

  /** Forgets what was held back: the module lost its power. */
  clear(): void {
    this.#held = undefined;
  }

  #frame(text: string): string {
    return `${this.glued ? '' : '\r\n'}${text}${this.#quirks.missingLineEnd.includes(text) ? '' : '\r\n'}`;
  }
}
