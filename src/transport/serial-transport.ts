import { access, realpath } from 'node:fs/promises';
import type { Clock, TimerHandle } from '../clock/clock.js';
import { LinkError } from '../errors/link-error.js';
import { LineLife } from './line-life.js';
import { lostError, meansHungUp, openError, signalError } from './port-errors.js';
import type { Transport, TransportListener } from './transport.js';

export interface SerialSettings {
  /** `/dev/ttyUSB2`, `COM3`. */
  readonly path: string;
  readonly baudRate: number;
}

type Callback = (error: Error | null | undefined) => void;

/** The part of serialport's SerialPort that is used here. */
export interface NativePort {
  readonly isOpen: boolean;
  open(callback: Callback): void;
  close(callback: Callback): void;
  write(bytes: Buffer, callback: Callback): boolean;
  set(signals: Signals, callback: Callback): void;
  get(callback: Callback): void;
  on(event: 'data', listener: (bytes: Buffer) => void): unknown;
  on(event: 'close' | 'error', listener: (error: Error | null) => void): unknown;
}

/** Makes a port that is not open yet. */
export type CreatePort = (settings: SerialSettings) => NativePort;

interface Signals {
  readonly rts: boolean;
  readonly dtr: boolean;
}

const OPEN_LIMIT_MS = 5000;
const CLOSE_LIMIT_MS = 5000;
const SIGNAL_LIMIT_MS = 3000;
/** What a write may take beyond twice the time that its bytes need on the wire. */
const WRITE_GRACE_MS = 5000;
/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;
const WATCH_EVERY_MS = 2000;
const WATCH_LIMIT_MS = 2000;

/**
 * A serial port, opened once. serialport does not always say that a port is gone: after a burst and a hang-up it can
 * read nothing for ever without an event (node-serialport/bindings-cpp#162), a write to a closed port is never called
 * back, and a failed write closes twice. So everything has a limit, the port is looked after while it is open, and its
 * events are taken once. It is closed, never destroyed: a destroyed port keeps its lock.
 */
export class SerialTransport implements Transport {
  readonly name: string;
  readonly #settings: SerialSettings;
  readonly #clock: Clock;
  readonly #create: CreatePort;
  readonly #life: LineLife;
  /** The lines as the system leaves them when it opens a port; setting one sets both. */
  #signals: Signals = { rts: true, dtr: true };
  #port: NativePort | undefined;
  /** The device behind the path, which may be a link. */
  #device: string | undefined;
  #opened: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;
  #watch: TimerHandle;

  constructor(settings: SerialSettings, clock: Clock, create: CreatePort, listener: TransportListener) {
    this.name = settings.path;
    this.#settings = settings;
    this.#clock = clock;
    this.#create = create;
    this.#life = new LineLife(this.name, clock, listener);
  }

  async open(): Promise<void> {
    await this.#life.open(OPEN_LIMIT_MS, (settle) => {
      const port = this.#makePort();
      if (port instanceof LinkError) {
        settle(port);
        return;
      }
      this.#opened = new Promise((resolve) => {
        port.open((error) => {
          settle(error ? openError(this.name, error) : undefined);
          resolve();
        });
      });
      // Opened after all, when nobody waits any more: it must not keep its lock.
      void this.#opened.then(() => (this.#life.isOpen ? undefined : this.#release()));
    });
    this.#device = this.name.startsWith('/') ? await realpath(this.name).catch(() => this.name) : undefined;
    this.#watchOn();
  }

  async write(bytes: Buffer): Promise<void> {
    const onTheWireMs = (bytes.length * BITS_PER_BYTE * 1000) / this.#settings.baudRate;
    await this.#work(`take ${bytes.length} bytes`, WRITE_GRACE_MS + 2 * onTheWireMs, (port, settle) => {
      port.write(bytes, (error) => settle(error ? lostError(this.name, error) : undefined));
    });
  }

  close(): Promise<void> {
    this.#life.end();
    return this.#release();
  }

  async setSignal(line: 'rts' | 'dtr', active: boolean): Promise<void> {
    const signals = { ...this.#signals, [line]: active };
    await this.#work(`drive its ${line.toUpperCase()} line`, SIGNAL_LIMIT_MS, (port, settle) => {
      port.set(signals, (error) => {
        if (!error) this.#signals = signals;
        settle(error ? signalError(this.name, line, error) : undefined);
      });
    });
  }

  #makePort(): NativePort | LinkError {
    try {
      const port = this.#create(this.#settings);
      this.#port = port;
      port.on('data', (bytes) => this.#life.data(bytes));
      port.on('close', (error) => this.#lost(error));
      port.on('error', (error) => this.#lost(error));
      return port;
    } catch (error) {
      return openError(this.name, error instanceof Error ? error : new Error(String(error)));
    }
  }
}
