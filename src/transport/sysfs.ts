import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The USB device and interface that a serial port belongs to, as Linux tells them. Ids are four lower-case hex digits. */
export interface UsbIdentity {
  readonly vendorId: string;
  readonly productId: string;
  readonly interface?: number;
  readonly manufacturer?: string;
  readonly serialNumber?: string;
}

const SYSFS = '/sys';
/** A port's device is at most so far below its USB device: port, interface, device, hub. */
const DEEPEST = 6;

/**
 * The names in /dev of the ports that have hardware behind them. Pseudo-terminals and consoles have none; of the four
 * that the 8250 driver always makes (`ttyS0`…) only those with a UART behind them are listed (type 0: none found).
 */
export function sysfsPortNames(sysfs = SYSFS): readonly string[] {
  const ttys = join(sysfs, 'class/tty');
  if (!existsSync(ttys)) return [];
  return readdirSync(ttys)
    .filter((name) => existsSync(join(ttys, name, 'device')) && attribute(join(ttys, name), 'type') !== '0')
    .sort();
}

/** The USB identity of a port by its path in /dev; undefined for a UART, a pseudo-terminal, and where there is no sysfs. */
export function usbIdentity(path: string, sysfs = SYSFS): UsbIdentity | undefined {
  const device = join(sysfs, 'class/tty', basename(realPath(path)), 'device');
  if (!existsSync(device)) return undefined;
  let interfaceNumber: string | undefined;
  let place = realPath(device);
  for (let depth = 0; depth < DEEPEST; depth += 1, place = dirname(place)) {
    interfaceNumber ??= attribute(place, 'bInterfaceNumber');
    const vendorId = attribute(place, 'idVendor');
    const productId = attribute(place, 'idProduct');
    if (vendorId === undefined || productId === undefined) continue;
    const manufacturer = attribute(place, 'manufacturer');
    const serialNumber = attribute(place, 'serial');
    return {
      vendorId,
      productId,
      ...(interfaceNumber !== undefined && { interface: Number.parseInt(interfaceNumber, 16) }),
      ...(manufacturer !== undefined && { manufacturer }),
      ...(serialNumber !== undefined && { serialNumber }),
    };
  }
  return undefined;
}

/** A path behind its symbolic links (`/dev/serial/by-id/…`); as it is where it does not exist. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function attribute(device: string, name: string): string | undefined {
  try {
    return readFileSync(join(device, name), 'utf8').trim();
  } catch {
    return undefined;
  }
}
