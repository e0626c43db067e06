import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Clock, TimerHandle } from './clock/clock.js';
import type { Logger } from './telemetry/logger.js';
import { writeWhole } from './whole-file.js';

const MS_PER_HOUR = 3_600_000;

/** What is remembered: attaches left, and the wall time at which one was last added (milliseconds since the epoch). */
const memory = z.strictObject({
  version: z.literal(1),
  tokens: z.number().int().min(0),
  refilledAt: z.number(),
});

export interface RadioBudgetParts {
  readonly perHour: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where it is remembered; undefined: it begins anew with each process. */
  readonly file: string | undefined;
}

/**
 * The budget of radio attaches: so many an hour, sustained, and as many at once. The chart spends them; here they are
 * refilled with time and remembered across restarts of the process, or a process that restarts every minute would let
 * the module attach every minute.
 */
export class RadioBudget {
  readonly #most: number;
  readonly #intervalMs: number;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #file: string | undefined;
  #tokens: number;
  #refilledAt: number;
  #timer: TimerHandle;

  constructor({ perHour, clock, log, file }: RadioBudgetParts) {
    this.#most = perHour;
    this.#intervalMs = MS_PER_HOUR / perHour;
    this.#clock = clock;
    this.#log = log;
    this.#file = file;
    const { tokens, refilledAt } = this.#read();
    this.#tokens = Math.min(tokens, perHour);
    this.#refilledAt = refilledAt;
  }

  /** Attaches that were left when the chart last told. */
  get tokens(): number {
    return this.#tokens;
  }

  /**
   * Begins to refill.
   * @param refilled is called for each attach that may be added
   * @returns the attaches that may be spent now
   */
  start(refilled: () => void): number {
    this.stop();
    const now = this.#clock.wallTime();
    // A clock that went back has let no time pass.
    const elapsed = Math.max(now - this.#refilledAt, 0);
    this.#tokens = Math.min(this.#tokens + Math.floor(elapsed / this.#intervalMs), this.#most);
    this.#refilledAt = now - (elapsed % this.#intervalMs);
    this.#refillLater(this.#intervalMs - (elapsed % this.#intervalMs), refilled);
    return this.#tokens;
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
  }

  #refillLater(ms: number, refilled: () => void): void {
    this.#timer = this.#clock.setTimeout(() => {
      this.#refilledAt = this.#clock.wallTime();
      this.#refillLater(this.#intervalMs, refilled);
      refilled();
    }, ms);
  }

  /** The chart has so many left. */
  spent(tokens: number): void {
    if (tokens === this.#tokens) return;
    this.#tokens = tokens;
    this.#write();
  }

  #read(): { tokens: number; refilledAt: number } {
    const full = { tokens: this.#most, refilledAt: this.#clock.wallTime() };
    if (this.#file === undefined || !existsSync(this.#file)) return full;
    try {
      return memory.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      // It was there and cannot be read: better too few attaches than a carrier's ban.
      this.#log.warn({ file: this.#file }, 'the radio budget cannot be read; it begins with one attach');
      return { ...full, tokens: 1 };
    }
  }

  #write(): void {
    if (this.#file === undefined) return;
    const text = JSON.stringify({ version: 1, tokens: this.#tokens, refilledAt: this.#refilledAt });
    try {
      writeWhole(this.#file, text);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.warn({ file: this.#file, reason }, 'the radio budget cannot be remembered');
    }
  }
}
