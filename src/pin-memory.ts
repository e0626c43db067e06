import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import type { Logger } from './telemetry/logger.js';
import { writeWhole } from './whole-file.js';

const DIGEST_BYTES = 32;

/**
 * The PIN is kept as a salted digest, to know a new one in the configuration. Four digits hold out against no search: the
 * file is its owner's alone, as the configuration is that holds the PIN itself.
 */
const memory = z.strictObject({
  version: z.literal(1),
  salt: z.string(),
  digest: z.string(),
});

export interface PinMemoryParts {
  readonly pin: string | undefined;
  readonly log: Logger;
  /** Where it is remembered; undefined: only as long as the process lives. */
  readonly file: string | undefined;
}

/**
 * Whether the configured PIN was refused by the card. Three wrong ones block a card, so that a service which is started
 * anew after each failure must not try it anew each time; a new PIN in the configuration may be tried, and the old one
 * when a person says `retry()`.
 */
export class PinMemory {
  readonly #parts: PinMemoryParts;
  #refused: boolean;

  constructor(parts: PinMemoryParts) {
    this.#parts = parts;
    this.#refused = this.#read();
  }

  get refused(): boolean {
    return this.#refused;
  }

  /** @param refused what the chart says of the PIN now */
  is(refused: boolean): void {
    if (refused === this.#refused) return;
    this.#refused = refused;
    this.#write();
  }

  #read(): boolean {
    const { pin, file, log } = this.#parts;
    if (file === undefined || pin === undefined || !existsSync(file)) return false;
    try {
      const { salt, digest } = memory.parse(JSON.parse(readFileSync(file, 'utf8')));
      return timingSafeEqual(Buffer.from(digest, 'hex'), digestOf(pin, salt));
    } catch {
      // It was there and cannot be read: a card that wants its PUK is worse than a person who has to say retry.
      log.warn({ file }, 'what became of the SIM PIN cannot be read; it counts as refused');
      return true;
    }
  }

  #write(): void {
    const { pin, file, log } = this.#parts;
    if (file === undefined || pin === undefined) return;
    try {
      if (!this.#refused) {
        rmSync(file, { force: true });
        return;
      }
      const salt = randomBytes(16).toString('hex');
      const digest = digestOf(pin, salt).toString('hex');
      writeWhole(file, JSON.stringify({ version: 1, salt, digest }));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ file, reason }, 'that the SIM PIN was refused cannot be remembered');
    }
  }
}

function digestOf(pin: string, salt: string): Buffer {
  return scryptSync(pin, Buffer.from(salt, 'hex'), DIGEST_BYTES);
}
