import type { Clock } from '../clock/clock.js';
import { availablePorts } from './available-ports.js';
import { serialTransport } from './serial.js';
import type { SerialSettings } from './serial-transport.js';
import { tcpTransport, type TcpSettings } from './tcp.js';
import type { TransportFactory } from './transport.js';
import { usbTransport, type UsbSettings } from './usb.js';

/** Where a module is, as the configuration says. */
export type PortAddress =
  | ({ readonly kind: 'serial' } & SerialSettings)
  | ({ readonly kind: 'usb'; readonly baudRate: number } & UsbSettings)
  | ({ readonly kind: 'tcp' } & TcpSettings);

/** The line to a module, wherever it is. */
export function portTransport(port: PortAddress, clock: Clock): TransportFactory {
  switch (port.kind) {
    case 'serial':
      return serialTransport({ path: port.path, baudRate: port.baudRate }, clock);
    case 'usb':
      return usbTransport(port, {
        clock,
        list: availablePorts,
        connect: (path) => serialTransport({ path, baudRate: port.baudRate }, clock),
      });
    case 'tcp':
      return tcpTransport({ host: port.host, port: port.port }, clock);
  }
}
