import type { DataRequest } from './answer.js';
import type { Cancel, Schedule } from './schedule.js';

/** Ends data that were announced without a length (AT manual, MPUBEX). */
const END_OF_DATA = 0x1a;

/** The payload that follows a prompt, until it is whole or its time is over. */
export class DataEntry {
  readonly #request: DataRequest;
  readonly #schedule: Schedule;
  readonly #done: (data: Buffer, whole: boolean) => void;
  readonly #pieces: Buffer[] = [];
  #received = 0;
  #idle: Cancel | undefined;
  readonly #total: Cancel | undefined;

  constructor(request: DataRequest, schedule: Schedule, done: (data: Buffer, whole: boolean) => void) {
    this.#request = request;
    this.#schedule = schedule;
    this.#done = done;
    if (request.totalMs !== undefined)
      this.#total = schedule.after(request.totalMs, () => this.#finish(false));
    this.#watchSilence();
  }

  /** @returns the bytes that no longer belong to the payload */
  take(bytes: Buffer): Buffer {
    const { length } = this.#request;
    const end = length === undefined ? bytes.indexOf(END_OF_DATA) : length - this.#received;
    const whole = length === undefined ? end >= 0 : bytes.length >= end;
    const mine = whole ? bytes.subarray(0, end) : bytes;
    this.#pieces.push(mine);
    this.#received += mine.length;
    if (!whole) {
      this.#watchSilence();
      return Buffer.alloc(0);
    }
    const rest = bytes.subarray(length === undefined ? end + 1 : end);
    this.#finish(true);
    return rest;
  }

  #watchSilence(): void {
    this.#idle?.();
    if (this.#request.idleMs !== undefined) {
      this.#idle = this.#schedule.after(this.#request.idleMs, () => this.#finish(false));
    }
  }

  #finish(whole: boolean): void {
    this.#idle?.();
    this.#total?.();
    this.#done(Buffer.concat(this.#pieces), whole);
  }
}
