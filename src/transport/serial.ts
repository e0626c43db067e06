import { realpath, stat } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import type { Clock, TimerHandle } from '../clock/clock.js';
import { LinkError } from '../errors/link-error.js';
import { withinDeadline } from './deadline.js';
import type { Transport, TransportFactory, TransportListener } from './transport.js';

export interface SerialSettings {
  /** `/dev/ttyUSB2`, `/dev/serial/by-id/…`, `COM3`. */
  readonly path: string;
  /** Baud, 8N1. */
  readonly baudRate: number;
}

/** What open, write and close may take before they count as failed, in milliseconds. */
const DEADLINE_MS = 5_000;
/**
 * How often the device is looked for. serialport misses some hang-ups: when the other side sends a burst and dies, its
 * native reader may spin on an empty read without any event (bindings-cpp, issue 162).
 */
const PRESENCE_MS = 2_000;

/** A serial port by its path. The one file that knows serialport. */
export function serialTransport(settings: SerialSettings, clock: Clock): TransportFactory {
  return (listener) => new SerialTransport(settings, clock, listener);
}

/** Serial ports that are plugged in, with their USB identity; empty where the system cannot tell. */
export async function listSerialPorts(): Promise<
  readonly { path: string; vendorId?: string; productId?: string; pnpId?: string }[]
> {
  // Needs udevadm, which minimal systems lack.
  const ports = await SerialPort.list().catch(() => []);
  return ports.map(({ path, vendorId, productId, pnpId }) => ({
    path,
    ...(vendorId !== undefined && { vendorId: vendorId.toLowerCase() }),
    ...(productId !== undefined && { productId: productId.toLowerCase() }),
    ...(pnpId !== undefined && { pnpId }),
  }));
}

class SerialTransport implements Transport {
  readonly name: string;
  readonly #clock: Clock;
  readonly #listener: TransportListener;
  readonly #port: SerialPort;
  #state: 'new' | 'open' | 'over' = 'new';
  #presence: TimerHandle;
  /** Ends writes that serialport forgets when the port goes. */
  readonly #ended = new AbortController();

  constructor({ path, baudRate }: SerialSettings, clock: Clock, listener: TransportListener) {
    this.name = path;
    this.#clock = clock;
    this.#listener = listener;
    this.#port = new SerialPort({ path, baudRate, autoOpen: false });
    this.#port.on('data', (bytes: Buffer) => {
      if (this.#state === 'open') listener.data(bytes);
    });
    this.#port.on('error', (error) => this.#lose(error));
    // Comes twice when a write failed.
    this.#port.on('close', (error: Error | null) => this.#lose(error ?? new Error('the port closed')));
  }

  async open(): Promise<void> {
    const opened = new Promise<void>((resolve, reject) => {
      this.#port.open((error) => (error === null ? resolve() : reject(error)));
    });
    try {
      await withinDeadline(opened, DEADLINE_MS, this.#clock, `opening ${this.name}`);
    } catch (error) {
      this.#state = 'over';
      // Should it open after all, it must not stay held.
      void opened.then(
        () => this.#port.close(),
        () => undefined,
      );
      throw openError(this.name, error);
    }
    this.#state = 'open';
    await this.#watch();
  }

  async write(bytes: Buffer): Promise<void> {
    if (this.#state !== 'open') throw lostError(this.name, 'it is not open');
    const written = new Promise<void>((resolve, reject) => {
      this.#ended.signal.addEventListener('abort', () => reject(new Error('the port is gone')), {
        once: true,
      });
      this.#port.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
    try {
      await withinDeadline(written, DEADLINE_MS, this.#clock, `writing to ${this.name}`);
    } catch (error) {
      this.#lose(error instanceof Error ? error : new Error(String(error)));
      throw lostError(this.name, error);
    }
  }

  async close(): Promise<void> {
    const wasNew = this.#state === 'new';
    this.#end();
    if (wasNew || !this.#port.isOpen) return;
    // Never destroy(): it keeps the descriptor and the lock.
    const closed = new Promise<void>((resolve) => this.#port.close(() => resolve()));
    await withinDeadline(closed, DEADLINE_MS, this.#clock, `closing ${this.name}`).catch(() => undefined);
  }

  async setSignal(line: 'rts' | 'dtr', active: boolean): Promise<void> {
    if (this.#state !== 'open') throw lostError(this.name, 'it is not open');
    const set = new Promise<void>((resolve, reject) => {
      this.#port.set({ [line]: active }, (error) => (error === null ? resolve() : reject(error)));
    });
    try {
      await withinDeadline(set, DEADLINE_MS, this.#clock, `setting ${line}`);
    } catch (error) {
      throw new LinkError('PORT_LOST', `${this.name} has no ${line.toUpperCase()} line that can be set.`, {
        hint: 'Wire RESET to a GPIO and set reset.command instead.',
        cause: error,
      });
    }
  }

  /** Looks now and then whether the very device that was opened is still there. */
  async #watch(): Promise<void> {
    const device = await realpath(this.name).catch(() => undefined);
    if (device === undefined) return; // no file, as COM3
    const identity = await identityOf(device);
    const look = (): void => {
      if (this.#state !== 'open') return;
      this.#presence = this.#clock.setTimeout(() => {
        void identityOf(device).then((now) => {
          if (now === identity) look();
          else this.#lose(new Error(`${device} is gone`));
        });
      }, PRESENCE_MS);
    };
    look();
  }

  #lose(reason: Error): void {
    if (this.#state !== 'open') return;
    this.#end();
    this.#listener.lost(reason);
  }

  #end(): void {
    this.#state = 'over';
    this.#clock.clearTimeout(this.#presence);
    this.#ended.abort();
  }
}

async function identityOf(path: string): Promise<string | undefined> {
  return stat(path).then(
    ({ dev, ino, rdev }) => `${dev}:${ino}:${rdev}`,
    () => undefined,
  );
}

/** serialport's errors carry no code; their text is all there is (serialport 13). */
function openError(path: string, error: unknown): LinkError {
  const text = error instanceof Error ? error.message : String(error);
  if (/no such file|file not found|unknown error code 2/i.test(text)) {
    return new LinkError('PORT_NOT_FOUND', `There is no port ${path}.`, { cause: error });
  }
  if (/permission denied|access denied/i.test(text) && !/lock/i.test(text)) {
    return new LinkError('PORT_DENIED', `This user may not open ${path}.`, { cause: error });
  }
  if (/lock|resource (?:temporarily unavailable|busy)|access denied/i.test(text)) {
    return new LinkError('PORT_BUSY', `Another program holds ${path}.`, { cause: error });
  }
  if (/inappropriate ioctl|not a (?:tty|character device)/i.test(text)) {
    return new LinkError('PORT_NOT_FOUND', `${path} is not a serial port.`, { cause: error });
  }
  return new LinkError('PORT_LOST', `${path} cannot be opened: ${text}`, { cause: error });
}

function lostError(path: string, reason: unknown): LinkError {
  const text = reason instanceof Error ? reason.message : String(reason);
  return new LinkError('PORT_LOST', `${path} is lost: ${text}`, { cause: reason });
}
