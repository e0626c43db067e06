import type { Clock } from '../clock/clock.js';
import { Schedule, type Cancel } from './schedule.js';

export interface UartOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Bits per second with ten bits a byte (8N1); 0 lets bytes pass at once. */
  readonly baudRate: number;
  /** Hands output out in pieces of so many bytes; 0 leaves it whole. */
  readonly cut: number;
}

/** Without `cut`, a paced line hands bytes over in pieces of this size, as the FIFO of a UART or a USB bridge does. */
const FIFO_BYTES = 64;

/** Output that may pile up before firmware with `losesPushedOutput` drops the rest (50 B every 10 ms did it). */
const PUSH_BUFFER_BYTES = 512;

/** The serial line of the module: pace, cutting, muting and loss of bytes, in both directions. */
export class Uart {
  readonly #options: UartOptions;
  readonly #listeners = new Set<(bytes: Buffer) => void>();
  readonly #output: PacedBytes;
  readonly #input: PacedBytes;
  /** Output is thrown away. */
  muted = false;
  /** Chance of each output byte to be lost. */
  lossProbability = 0;
  /** Drops output that piles up. */
  losesPushedOutput = false;
  /** Output comes in pieces of so many bytes; 0: as the line rate has it. */
  cut: number;
  /** The next output breaks off in its middle. */
  breaksOff = false;

  constructor(options: UartOptions, onInput: (bytes: Buffer) => void) {
    this.#options = options;
    this.cut = options.cut;
    this.#output = new PacedBytes(options.clock, options.baudRate, (bytes) => {
      for (const listener of [...this.#listeners]) listener(bytes);
    });
    this.#input = new PacedBytes(options.clock, options.baudRate, onInput);
  }

  /** Bytes to the host. */
  send(bytes: Buffer): void {
    if (this.muted) return;
    if (this.losesPushedOutput && this.#output.backlog > PUSH_BUFFER_BYTES) return;
    const kept = this.#broken(this.lossProbability > 0 ? this.#thin(bytes) : bytes);
    for (const piece of this.#pieces(kept)) this.#output.push(piece);
  }

  /** Nothing leaves for so long; then everything comes, in order. */
  hold(ms: number): void {
    this.#output.hold(ms);
  }

  /** Bytes from the host. */
  receive(bytes: Buffer): void {
    this.#input.push(Buffer.from(bytes));
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: (bytes: Buffer) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Drops what is on its way, in both directions: the module lost its power. */
  clear(): void {
    this.#output.clear();
    this.clearInput();
  }

  /** Drops what the module has not read yet. */
  clearInput(): void {
    this.#input.clear();
  }

  #thin(bytes: Buffer): Buffer {
    return Buffer.from(bytes.filter(() => this.#options.random() >= this.lossProbability));
  }

  #broken(bytes: Buffer): Buffer {
    if (!this.breaksOff) return bytes;
    this.breaksOff = false;
    return bytes.subarray(0, Math.ceil(bytes.length / 2));
  }

  *#pieces(bytes: Buffer): Generator<Buffer> {
    const { baudRate } = this.#options;
    const size = this.cut > 0 ? this.cut : baudRate > 0 ? FIFO_BYTES : bytes.length;
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  }
}

/** Pieces of bytes that come out in order, each when its last bit has passed the line. */
class PacedBytes {
  readonly #clock: Clock;
  readonly #schedule: Schedule;
  readonly #msPerByte: number;
  readonly #deliver: (bytes: Buffer) => void;
  #queue: { readonly due: number; readonly bytes: Buffer }[] = [];
  #freeAt = 0;
  #heldUntil = -Infinity;
  #armed: Cancel | undefined;
  backlog = 0;

  constructor(clock: Clock, baudRate: number, deliver: (bytes: Buffer) => void) {
    this.#clock = clock;
    this.#schedule = new Schedule(clock);
    this.#msPerByte = baudRate > 0 ? 10_000 / baudRate : 0;
    this.#deliver = deliver;
  }

  push(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#freeAt = Math.max(this.#freeAt, this.#clock.now()) + bytes.length * this.#msPerByte;
    this.#queue.push({ due: this.#freeAt, bytes });
    this.backlog += bytes.length;
    if (this.#isHeld) this.#gather();
    else if (this.#queue.length === 1) this.#arm();
  }

  /** What comes meanwhile waits in a buffer and comes out of it in one piece, as it does of a USB port. */
  hold(ms: number): void {
    this.#heldUntil = Math.max(this.#freeAt, this.#clock.now() + ms);
    this.#gather();
  }

  get #isHeld(): boolean {
    return this.#clock.now() < this.#heldUntil;
  }

  #gather(): void {
    const bytes = Buffer.concat(this.#queue.map((piece) => piece.bytes));
    this.#queue = bytes.length > 0 ? [{ due: this.#heldUntil, bytes }] : [];
    this.#freeAt = this.#heldUntil;
    this.#armed?.();
    this.#arm();
  }

  clear(): void {
    this.#queue = [];
    this.backlog = 0;
    this.#freeAt = 0;
    this.#heldUntil = -Infinity;
    this.#armed?.();
  }

  #arm(): void {
    const [head] = this.#queue;
    if (head === undefined) return;
    this.#armed = this.#schedule.after(head.due - this.#clock.now(), () => {
      this.#queue.shift();
      this.backlog -= head.bytes.length;
      this.#arm();
      this.#deliver(head.bytes);
    });
  }
}
