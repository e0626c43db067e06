import type { Clock } from '../clock/clock.js';
import { LinkError } from '../errors/link-error.js';
import type { SerialPortInfo } from './serial.js';
import type { Transport, TransportFactory, TransportListener } from './transport.js';

/** A serial port named by the USB device it belongs to, since `/dev/ttyUSB2` may be another one after a reset. */
export interface UsbSettings {
  /** Four hex digits. */
  readonly vendorId: string;
  readonly productId: string;
  /** Which of the device's interfaces is the AT port, where it has several ports. */
  readonly interface?: number | undefined;
}

export interface UsbParts {
  readonly clock: Clock;
  readonly list: () => Promise<readonly SerialPortInfo[]>;
  /** Makes the line to a port by its path. */
  readonly connect: (path: string) => TransportFactory;
}

/** Listing asks a program of the system (udevadm), which may hang. */
const LIST_LIMIT_MS = 5000;

/** A serial port that is looked up by its USB ids each time it is opened. */
export function usbTransport(settings: UsbSettings, parts: UsbParts): TransportFactory {
  return (listener) => new UsbTransport(settings, parts, listener);
}

class UsbTransport implements Transport {
  readonly name: string;
  readonly #settings: UsbSettings;
  readonly #parts: UsbParts;
  readonly #listener: TransportListener;
  #port: Transport | undefined;
  #closed = false;

  constructor(settings: UsbSettings, parts: UsbParts, listener: TransportListener) {
    const { vendorId, productId, interface: number } = settings;
    this.name = `USB ${vendorId}:${productId}${number === undefined ? '' : ` interface ${number}`}`;
    this.#settings = settings;
    this.#parts = parts;
    this.#listener = listener;
  }

  async open(): Promise<void> {
    const path = this.#choose(await this.#list());
    if (this.#closed) throw this.#notOpen();
    this.#port = this.#parts.connect(path)(this.#listener);
    await this.#port.open();
  }

  async write(bytes: Buffer): Promise<void> {
    if (!this.#port) throw this.#notOpen();
    await this.#port.write(bytes);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#port?.close();
  }

  async setSignal(line: 'rts' | 'dtr', active: boolean): Promise<void> {
    if (!this.#port) throw this.#notOpen();
    await this.#port.setSignal(line, active);
  }

  #list(): Promise<readonly SerialPortInfo[]> {
    const { clock, list } = this.#parts;
    return new Promise((resolve, reject) => {
      const limit = clock.setTimeout(() => {
        reject(
          new LinkError('PORT_LOST', `The system did not list its ports within ${LIST_LIMIT_MS / 1000} s.`),
        );
      }, LIST_LIMIT_MS);
      list()
        .finally(() => clock.clearTimeout(limit))
        .then(resolve, reject);
    });
  }

  #choose(ports: readonly SerialPortInfo[]): string {
    const { vendorId, productId, interface: wanted } = this.#settings;
    const ofDevice = ports.filter((port) => port.vendorId === vendorId && port.productId === productId);
    const fitting = ofDevice.filter((port) => wanted === undefined || port.interface === wanted);
    const [first, second] = fitting;
    if (first && !second) return first.path;
    const found = ofDevice
      .map((port) => `${port.path} (interface ${port.interface ?? 'unknown'})`)
      .join(', ');
    throw first
      ? new LinkError('PORT_NOT_FOUND', `${this.name} has several ports: ${found}.`, {
          hint: 'Set port.interface to the number of the AT port; `luat-link ports --probe` finds it.',
        })
      : new LinkError('PORT_NOT_FOUND', `${this.name} is not plugged in${found ? `; it has ${found}` : ''}.`);
  }

  #notOpen(): LinkError {
    return new LinkError('PORT_LOST', `${this.name} is not open.`);
  }
}
