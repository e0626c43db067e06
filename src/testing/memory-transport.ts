import type { Clock } from '../clock/clock.js';
import { LinkError, type LinkErrorCode } from '../errors/link-error.js';
import type { SoftwareModem } from '../simulator/modem.js';
import type { Transport, TransportFactory, TransportListener } from '../transport/transport.js';

/** How the port in memory is made. */
export interface MemoryTransportOptions {
  /** Hands bytes from the module on in pieces of so many. */
  readonly cut?: number;
  /** What RTS and DTR are wired to; a pulse lasts from active to inactive, on `clock`. */
  readonly wiring?: { readonly rts?: ModemPin; readonly dtr?: ModemPin; readonly clock: Clock };
}

/** A pin of the module that a control line of the port may be wired to. */
export type ModemPin = 'reset' | 'powerKey';

/** Makes transports to one software modem, and pulls the plug. */
export interface MemoryTransportFactory extends TransportFactory {
  /** The port disappears: the open transport reports its loss, open() fails with PORT_NOT_FOUND. */
  unplug(): void;
  /** The port is there again; the modem kept its power. */
  plug(): void;
  /** open() fails with this code (PORT_BUSY, PORT_DENIED, …) until it is called with undefined. */
  refuse(code: LinkErrorCode | undefined): void;
  /**
   * The port that is open dies without a word, as a USB bridge does that lost its device: nothing passes any more, and
   * writing never settles. The next one that is opened works.
   */
  freeze(): void;
  /** Opening and closing do not return, as with a driver of the operating system that is stuck, or they do again. */
  stick(on?: boolean): void;
  /** How many transports were opened so far. */
  opened(): number;
}

/**
 * Connects a driver to a software modem without any port. Like a serial port it can be open once at a time, and what
 * the module prints while nobody has it open is lost.
 */
export function memoryTransport(
  modem: SoftwareModem,
  options: MemoryTransportOptions = {},
): MemoryTransportFactory {
  const line = new MemoryLine();
  const factory = (listener: TransportListener): Transport =>
    new MemoryTransport(modem, options, line, listener);
  return Object.assign(factory, {
    unplug: () => line.unplug(),
    plug: () => void (line.plugged = true),
    refuse: (code: LinkErrorCode | undefined) => void (line.refusal = code),
    freeze: () => line.holder?.freeze(),
    stick: (on = true) => line.stick(on),
    opened: () => line.opened,
  });
}

/** The port that the transports share. */
class MemoryLine {
  plugged = true;
  refusal: LinkErrorCode | undefined;
  opened = 0;
  holder: MemoryTransport | undefined;
  /** Opening and closing wait for it. */
  passes = Promise.resolve();
  #loosen: () => void = () => undefined;

  stick(on: boolean): void {
    this.#loosen();
    if (on) this.passes = new Promise((resolve) => (this.#loosen = resolve));
  }

  unplug(): void {
    this.plugged = false;
    this.holder?.lose();
  }
}

class MemoryTransport implements Transport {
  readonly name = 'memory';
  readonly #modem: SoftwareModem;
  readonly #options: MemoryTransportOptions;
  readonly #line: MemoryLine;
  readonly #listener: TransportListener;
  readonly #pressed = new Map<ModemPin, number>();
  #unsubscribe: (() => void) | undefined;
  #frozen = false;
  #closed: () => void = () => undefined;

  constructor(
    modem: SoftwareModem,
    options: MemoryTransportOptions,
    line: MemoryLine,
    listener: TransportListener,
  ) {
    this.#modem = modem;
    this.#options = options;
    this.#line = line;
    this.#listener = listener;
  }

  async open(): Promise<void> {
    await Promise.resolve();
    await this.#line.passes;
    if (!this.#line.plugged) throw new LinkError('PORT_NOT_FOUND', 'There is no port memory.');
    const { refusal } = this.#line;
    if (refusal !== undefined) throw new LinkError(refusal, 'The port memory cannot be opened.');
    if (this.#line.holder !== undefined) throw new LinkError('PORT_BUSY', 'The port memory is open already.');
    this.#line.holder = this;
    this.#line.opened += 1;
    this.#unsubscribe = this.#modem.onOutput((bytes) => this.#receive(bytes));
  }

  async write(bytes: Buffer): Promise<void> {
    await Promise.resolve();
    this.#requireOpen();
    if (this.#frozen) await new Promise<void>((resolve) => (this.#closed = resolve));
    else this.#modem.write(bytes);
  }

  async close(): Promise<void> {
    await Promise.resolve();
    await this.#line.passes;
    this.#release();
  }

  async setSignal(signal: 'rts' | 'dtr', active: boolean): Promise<void> {
    await Promise.resolve();
    this.#requireOpen();
    const { wiring } = this.#options;
    const pin = wiring?.[signal];
    if (wiring === undefined || pin === undefined) {
      throw new LinkError('PORT_LOST', `The port memory has no ${signal} line.`);
    }
    const now = wiring.clock.now();
    if (active) {
      this.#pressed.set(pin, now);
      return;
    }
    const since = this.#pressed.get(pin);
    this.#pressed.delete(pin);
    if (since === undefined) return;
    if (pin === 'reset') this.#modem.pulseReset(now - since);
    else this.#modem.pulsePowerKey(now - since);
  }

  /** The port is gone from under it. */
  lose(): void {
    this.#release();
    this.#listener.lost(new LinkError('PORT_LOST', 'The port memory was unplugged.'));
  }

  freeze(): void {
    this.#frozen = true;
  }

  #receive(bytes: Buffer): void {
    if (this.#frozen) return;
    const size = this.#options.cut ?? bytes.length;
    for (let start = 0; start < bytes.length && this.#unsubscribe !== undefined; start += size) {
      this.#listener.data(bytes.subarray(start, start + size));
    }
  }

  #requireOpen(): void {
    if (this.#unsubscribe === undefined) throw new LinkError('PORT_LOST', 'The port memory is not open.');
  }

  #release(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#closed();
    if (this.#line.holder === this) this.#line.holder = undefined;
  }
}
