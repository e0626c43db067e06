import type { Clock } from '../clock/clock.js';

/** One command line, or one piece of output, as it passed. Text is latin1. */
export interface TranscriptEntry {
  /** Clock.now() */
  readonly at: number;
  readonly direction: 'host' | 'modem';
  readonly text: string;
}

/** Something that a host must not do to this module; the module loses or ignores it without a word. */
export interface Violation {
  readonly at: number;
  readonly rule: ViolationRule;
  readonly text: string;
}

/** What a module punishes. */
export type ViolationRule =
  /** A command came before the final result of the one in front of it: it is lost. */
  | 'command-while-busy'
  /** Payload came before the prompt: it is lost. */
  | 'data-before-prompt'
  /** Two operations wait for acknowledgements, which carry no id. */
  | 'overlapping-operations';

/** So many entries are kept at least, a day of heartbeats; twice as many at most. */
const KEPT_ENTRIES = 20_000;

/** What passed the line, for tests and people. A modem that is served for months forgets what is old. */
export class LineRecord {
  readonly #clock: Clock;
  readonly transcript: TranscriptEntry[] = [];
  readonly violations: Violation[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  said(direction: TranscriptEntry['direction'], text: string): void {
    if (this.transcript.length >= 2 * KEPT_ENTRIES) this.transcript.splice(0, KEPT_ENTRIES);
    this.transcript.push({ at: this.#clock.now(), direction, text });
  }

  violated(rule: ViolationRule, text: string): void {
    this.violations.push({ at: this.#clock.now(), rule, text });
  }
}
