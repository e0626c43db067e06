import type { LinkError } from '../errors/link-error.js';

/** What `publish` gives for an accepted message. */
export interface Receipt {
  /**
   * Resolves when the broker acknowledged it (QoS 0: when the modem took it). Rejects with a LinkError: PUBLISH_FAILED,
   * PAYLOAD_TOO_LARGE, EXPIRED, REPLACED, OUTBOX_FULL (dropped), or STOPPED. Need not be looked at.
   */
  readonly delivered: Promise<void>;
}

type End = { readonly error?: LinkError };
const DELIVERED: End = {};

/** Receipts of this many successive messages are remembered together. */
const SHEET_SIZE = 256;
/** Sheets that were let go are forgotten when there are twice as many as after the last time. */
const SWEEP_FROM = 64;

/**
 * The receipts of messages that are not settled. Most publishers never look at `delivered`, so a receipt costs memory
 * only while somebody holds it: a million accepted messages must not mean a million promises. Nor a million weak
 * references, which cost the garbage collector more than the messages do.
 */
export class Receipts {
  readonly #sheets = new Map<number, WeakRef<Sheet>>();
  /** The one that was written on last. */
  #sheet: Sheet | undefined;
  /** Those that somebody waits for: who waits for the promise does not hold the receipt. */
  readonly #awaited = new Map<number, Slip>();
  #sweepAt = SWEEP_FROM;

  /** @param stored whether the message itself outlives the process */
  issue(sequence: number, stored: boolean): Receipt {
    return new Slip(this.#sheetOf(sequence), sequence, stored);
  }

  /** The message is delivered, or given up for `error`. */
  settle(sequence: number, error?: LinkError): void {
    const end = error === undefined ? DELIVERED : { error };
    this.#sheets.get(numberOf(sequence))?.deref()?.ends.set(sequence, end);
    const slip = this.#awaited.get(sequence);
    this.#awaited.delete(sequence);
    slip?.conclude(end);
  }

  /** None of the messages will be settled in this life. */
  settleAll(why: (stored: boolean) => LinkError): void {
    const [volatile, stored] = [{ error: why(false) }, { error: why(true) }];
    const rest = (slip: Slip): End => (slip.stored ? stored : volatile);
    for (const held of this.#sheets.values()) {
      const sheet = held.deref();
      if (sheet !== undefined) sheet.rest = rest;
    }
    for (const slip of this.#awaited.values()) slip.conclude(rest(slip));
    this.#sheets.clear();
    this.#sheet = undefined;
    this.#awaited.clear();
  }

  #sheetOf(sequence: number): Sheet {
    const number = numberOf(sequence);
    if (this.#sheet?.number === number) return this.#sheet;
    const sheet = this.#sheets.get(number)?.deref() ?? new Sheet(number, this.#awaited);
    this.#sheet = sheet;
    this.#sheets.set(number, new WeakRef(sheet));
    if (this.#sheets.size >= this.#sweepAt) this.#sweep();
    return sheet;
  }

  #sweep(): void {
    for (const [number, held] of this.#sheets) {
      if (held.deref() === undefined) this.#sheets.delete(number);
    }
    this.#sweepAt = Math.max(SWEEP_FROM, 2 * this.#sheets.size);
  }
}

function numberOf(sequence: number): number {
  return Math.floor(sequence / SHEET_SIZE);
}

/** How the messages of some successive sequences ended, for as long as one of their receipts is held. */
class Sheet {
  readonly number: number;
  readonly awaited: Map<number, Slip>;
  readonly ends = new Map<number, End>();
  /** How all the others ended. */
  rest: ((slip: Slip) => End) | undefined;

  constructor(number: number, awaited: Map<number, Slip>) {
    this.number = number;
    this.awaited = awaited;
  }
}

class Slip implements Receipt {
  readonly stored: boolean;
  readonly #sheet: Sheet;
  readonly #sequence: number;
  #promise: Promise<void> | undefined;
  #settle: ((end: End) => void) | undefined;

  constructor(sheet: Sheet, sequence: number, stored: boolean) {
    this.#sheet = sheet;
    this.#sequence = sequence;
    this.stored = stored;
  }

  get delivered(): Promise<void> {
    if (this.#promise === undefined) {
      this.#promise = new Promise((resolve, reject) => {
        this.#settle = ({ error }) => {
          if (error === undefined) resolve();
          else reject(error);
        };
      });
      // A promise that nobody waits for must not end the host process.
      this.#promise.catch(() => undefined);
      const end = this.#sheet.ends.get(this.#sequence) ?? this.#sheet.rest?.(this);
      if (end === undefined) this.#sheet.awaited.set(this.#sequence, this);
      else this.#settle?.(end);
    }
    return this.#promise;
  }

  conclude(end: End): void {
    this.#settle?.(end);
  }
}
