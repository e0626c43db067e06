import { existsSync } from 'node:fs';
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
  /** Gives bytes to the system at once, as far as it takes them. @returns how many */
  writeNow?(bytes: Buffer): number;
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
const written = Promise.resolve();

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
  /** Whether the system opened the port, once it has said. */
  #opened: Promise<boolean> = Promise.resolve(false);
  /** Writes that the system has not taken yet: nothing may overtake them. */
  #unwritten = 0;
  /** The port's own word that it is closed, whoever closed it. */
  #sayClosed: () => void = () => undefined;
  readonly #portClosed = new Promise<void>((resolve) => (this.#sayClosed = resolve));
  #released: Promise<void> | undefined;
  #watch: TimerHandle;

  constructor(settings: SerialSettings, clock: Clock, create: CreatePort, listener: TransportListener) {
    this.name = settings.path;
    this.#settings = settings;
    this.#clock = clock;
    this.#create = create;
    this.#life = new LineLife(this.name, clock, listener, () => void this.#release());
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
          resolve(!error);
          // Nobody waits for it any more: it must not keep its lock.
          if (!this.#life.isOpen) void this.#release();
        });
      });
    });
    this.#lookLater();
  }

  write(bytes: Buffer): Promise<void> {
    const isFirst = this.#life.isOpen && this.#unwritten === 0;
    const taken = isFirst ? (this.#port?.writeNow?.(bytes) ?? 0) : 0;
    return taken === bytes.length ? written : this.#writeRest(bytes.subarray(taken));
  }

  /** The port waits until the system takes more, and says what is wrong when it does not. */
  async #writeRest(bytes: Buffer): Promise<void> {
    const onTheWireMs = (bytes.length * BITS_PER_BYTE * 1000) / this.#settings.baudRate;
    this.#unwritten += 1;
    try {
      await this.#life.work(`take ${bytes.length} bytes`, WRITE_GRACE_MS + 2 * onTheWireMs, (settle) => {
        this.#port?.write(bytes, (error) => settle(error ? lostError(this.name, error) : undefined));
      });
    } finally {
      this.#unwritten -= 1;
    }
  }

  close(): Promise<void> {
    this.#life.end();
    return this.#release();
  }

  async setSignal(line: 'rts' | 'dtr', active: boolean): Promise<void> {
    const signals = { ...this.#signals, [line]: active };
    await this.#life.work(`drive its ${line.toUpperCase()} line`, SIGNAL_LIMIT_MS, (settle) => {
      this.#port?.set(signals, (error) => {
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
      port.on('error', (error) => this.#life.lost(lostError(this.name, error)));
      port.on('close', (error) => {
        this.#sayClosed();
        this.#life.lost(lostError(this.name, error));
      });
      return port;
    } catch (error) {
      return openError(this.name, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #lookLater(): void {
    if (!this.#life.isOpen) return;
    this.#watch = this.#clock.setTimeout(
      () => void this.#look().then(() => this.#lookLater()),
      WATCH_EVERY_MS,
    );
  }

  /** Looks whether the port is still there; when it is not, its life is over. */
  async #look(): Promise<void> {
    if (this.name.startsWith('/') && !existsSync(this.name)) {
      this.#life.lost(lostError(this.name));
      return;
    }
    const looking = this.#life.work('answer the system', WATCH_LIMIT_MS, (settle) => {
      // Where there are no control lines the system says that; where nobody is behind the port, it says that.
      this.#port?.get((error) =>
        settle(error && meansHungUp(error) ? lostError(this.name, error) : undefined),
      );
    });
    await looking.catch((error: unknown) => {
      if (error instanceof LinkError) this.#life.lost(error);
    });
  }

  #release(): Promise<void> {
    this.#clock.clearTimeout(this.#watch);
    this.#released ??= new Promise((resolve) => {
      const limit = this.#clock.setTimeout(resolve, CLOSE_LIMIT_MS);
      void this.#closePort().then(() => {
        this.#clock.clearTimeout(limit);
        resolve();
      });
    });
    return this.#released;
  }

  async #closePort(): Promise<void> {
    if (!(await this.#opened)) return;
    if (this.#port?.isOpen) this.#port.close(() => this.#sayClosed());
    await this.#portClosed;
  }
}
