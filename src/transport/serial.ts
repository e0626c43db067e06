import { SerialPort } from 'serialport';
import type { Clock } from '../clock/clock.js';
import { LinkError } from '../errors/link-error.js';
import { PromptPort } from './prompt-port.js';
import { SerialTransport, type SerialSettings } from './serial-transport.js';
import type { TransportFactory } from './transport.js';

/** Serial ports by way of the serialport package: 8 data bits, no parity, no flow control, and an exclusive lock. */
export function serialTransport(settings: SerialSettings, clock: Clock): TransportFactory {
  return (listener) => new SerialTransport(settings, clock, (wanted) => new PromptPort(wanted), listener);
}

/** A serial port that the system knows of. Ids are four lower-case hex digits. */
export interface SerialPortInfo {
  readonly path: string;
  readonly vendorId?: string;
  readonly productId?: string;
  /** Number of the USB interface, for a device that has several ports. */
  readonly interface?: number;
  readonly manufacturer?: string;
  readonly serialNumber?: string;
}

/** Linux names a port's interface in its udev id (`…-if02-port0`), Windows in its PnP id (`…&MI_02\…`). */
const interfaceNumber = /(?:-if|&MI_)(?<number>[0-9a-f]{2})/i;

/**
 * The serial ports that the system lists; pseudo-terminals are never among them.
 * @throws LinkError PORT_NOT_FOUND when it cannot be asked: on Linux that takes udev, which containers often lack
 */
export async function listSerialPorts(): Promise<readonly SerialPortInfo[]> {
  const ports = await SerialPort.list().catch((cause: unknown) => {
    throw new LinkError('PORT_NOT_FOUND', 'The system cannot list its serial ports.', {
      cause,
      hint: 'Install udev, or name the port by its path.',
    });
  });
  return ports.map(({ path, vendorId, productId, pnpId, manufacturer, serialNumber }) => {
    const usbInterface = interfaceNumber.exec(pnpId ?? '')?.groups?.['number'];
    return {
      path,
      ...(vendorId === undefined ? {} : { vendorId: vendorId.toLowerCase() }),
      ...(productId === undefined ? {} : { productId: productId.toLowerCase() }),
      ...(usbInterface === undefined ? {} : { interface: Number.parseInt(usbInterface, 16) }),
      ...(manufacturer === undefined ? {} : { manufacturer }),
      ...(serialNumber === undefined ? {} : { serialNumber }),
    };
  });
}
