import type { Clock } from '../clock/clock.js';
import { LinkError } from '../errors/link-error.js';
import { listSerialPorts, serialTransport, type SerialSettings } from './serial.js';
import { tcpTransport, type TcpSettings } from './tcp.js';
import type { Transport, TransportFactory, TransportListener } from './transport.js';

/** A serial port by what it is, wherever it is plugged in. */
export interface UsbSettings {
  /** Four hex digits, lower case. */
  readonly vendorId: string;
  readonly productId: string;
  /** Number of the USB interface; a module offers several. */
  readonly interface?: number | undefined;
  readonly baudRate: number;
}

export type PortSettings =
  | ({ readonly kind: 'serial' } & SerialSettings)
  | ({ readonly kind: 'usb' } & UsbSettings)
  | ({ readonly kind: 'tcp' } & TcpSettings);

/** The line that a configuration names. */
export function portTransport(port: PortSettings, clock: Clock): TransportFactory {
  switch (port.kind) {
    case 'serial':
      return serialTransport(port, clock);
    case 'tcp':
      return tcpTransport(port, clock);
    case 'usb':
      return (listener) => new UsbTransport(port, clock, listener);
  }
}

/** Finds the device anew at each opening: after a replug it may have another name. */
class UsbTransport implements Transport {
  readonly #settings: UsbSettings;
  readonly #clock: Clock;
  readonly #listener: TransportListener;
  #port: Transport | undefined;

  constructor(settings: UsbSettings, clock: Clock, listener: TransportListener) {
    this.#settings = settings;
    this.#clock = clock;
    this.#listener = listener;
  }

  get name(): string {
    return this.#port?.name ?? `usb ${this.#settings.vendorId}:${this.#settings.productId}`;
  }

  async open(): Promise<void> {
    const { vendorId, productId, interface: number, baudRate } = this.#settings;
    const found = (await listSerialPorts()).find(
      (port) =>
        port.vendorId === vendorId &&
        port.productId === productId &&
        (number === undefined || interfaceOf(port.pnpId) === number),
    );
    if (found === undefined) {
      throw new LinkError(
        'PORT_NOT_FOUND',
        `No serial port with USB ids ${vendorId}:${productId} is plugged in.`,
      );
    }
    const port = serialTransport({ path: found.path, baudRate }, this.#clock)(this.#listener);
    this.#port = port;
    await port.open();
  }

  async write(bytes: Buffer): Promise<void> {
    await this.#opened().write(bytes);
  }

  async close(): Promise<void> {
    await this.#port?.close();
  }

  async setSignal(line: 'rts' | 'dtr', active: boolean): Promise<void> {
    await this.#opened().setSignal(line, active);
  }

  #opened(): Transport {
    if (this.#port === undefined) throw new LinkError('PORT_LOST', `${this.name} is not open.`);
    return this.#port;
  }
}

/** udev writes the interface at the end of its name: `usb-…-if02-port0`. */
function interfaceOf(pnpId: string | undefined): number | undefined {
  const digits = /-if([0-9a-f]{2})/i.exec(pnpId ?? '')?.[1];
  return digits === undefined ? undefined : parseInt(digits, 16);
}
