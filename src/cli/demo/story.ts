import type { Writable } from 'node:stream';
import type { Clock } from '../../clock/clock.js';

/** One thing that the demo claims, and whether it was seen to be so. */
export interface Chapter {
  readonly title: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly seconds: number;
}

/** Tells what happens as it happens, and keeps the chapters for the summary. */
export class Story {
  readonly #out: Writable;
  readonly #clock: Clock;
  readonly #paint: (style: Style, text: string) => string;
  #silent: boolean;
  readonly #start: number;
  readonly chapters: Chapter[] = [];

  constructor(out: Writable, clock: Clock, { colours, silent }: { colours: boolean; silent: boolean }) {
    this.#out = out;
    this.#clock = clock;
    this.#silent = silent;
    this.#paint = colours ? (style, text) => `\u001b[${codes[style]}m${text}\u001b[0m` : (_, text) => text;
    this.#start = clock.now();
  }

  /** Says no more, until told to. */
  silence(silent: boolean): void {
    this.#silent = silent;
  }

  /** A line of the story. */
  say(text: string): void {
    this.#line(text);
  }

  /** A line of the conversation with the modem. */
  wire(direction: 'host' | 'module', text: string): void {
    const line = this.#paint('dim', `      ${direction === 'host' ? '>' : '<'} ${text}`);
    // The chart sends on entering a state and tells afterwards that it is in it; people read it the other way round.
    if (direction === 'host') queueMicrotask(() => this.#line(line));
    else this.#line(line);
  }

  /** A state of the chart. */
  state(text: string): void {
    this.#line(this.#paint('state', `    [${text}]`));
  }

  /**
   * Runs one chapter: it is true when `show` returns, and false when it throws or takes too long.
   * @param limitMs how long it may take
   */
  async chapter(title: string, limitMs: number, show: () => Promise<string>): Promise<void> {
    this.#line('');
    this.#line(this.#paint('bold', `${this.chapters.length + 1}. ${title}`));
    const start = this.#clock.now();
    let ok = true;
    let detail: string;
    try {
      if (this.chapters.some((earlier) => !earlier.ok)) throw new Error('not tried after the failure above');
      detail = await this.#within(limitMs, show());
    } catch (error) {
      ok = false;
      detail = error instanceof Error ? error.message : String(error);
    }
    const seconds = (this.#clock.now() - start) / 1_000;
    this.chapters.push({ title, ok, detail, seconds });
    this.#line(this.#paint(ok ? 'good' : 'bad', `   ${ok ? 'ok' : 'FAILED'}: ${detail}`));
  }

  /** The table at the end. */
  summary(): void {
    const width = Math.max(...this.chapters.map(({ title }) => title.length));
    this.#line('');
    this.#line(this.#paint('bold', 'What happened'));
    for (const { title, ok, detail, seconds } of this.chapters) {
      const mark = this.#paint(ok ? 'good' : 'bad', ok ? 'ok    ' : 'FAILED');
      this.#line(`  ${mark}  ${title.padEnd(width)}  ${seconds.toFixed(1).padStart(5)} s  ${detail}`);
    }
    this.#line('');
  }

  get seconds(): number {
    return (this.#clock.now() - this.#start) / 1_000;
  }

  async #within<T>(limitMs: number, promise: Promise<T>): Promise<T> {
    let timer: unknown;
    const late = new Promise<never>((_, reject) => {
      timer = this.#clock.setTimeout(() => reject(new Error(`not within ${limitMs / 1_000} s`)), limitMs);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }

  #line(text: string): void {
    if (!this.#silent) this.#out.write(`${text}\n`);
  }
}

type Style = 'bold' | 'dim' | 'good' | 'bad' | 'state';

const codes: Readonly<Record<Style, string>> = { bold: '1', dim: '2', good: '32', bad: '31', state: '36' };
