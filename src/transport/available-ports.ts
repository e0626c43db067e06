import { readdirSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { listSerialPorts, type SerialPortInfo } from './serial.js';
import { sysfsPortNames, usbIdentity } from './sysfs.js';

/** A port that is there, with the name that survives a replug where it has one. */
export interface AvailablePort extends SerialPortInfo {
  /** A symbolic link in `/dev/serial/by-id`. */
  readonly byId?: string;
}

const BY_ID = '/dev/serial/by-id';

/** The serial ports of this machine, by path; on Linux from the kernel's own lists, since udevadm is not everywhere. */
export async function availablePorts(): Promise<readonly AvailablePort[]> {
  const ports = process.platform === 'linux' ? linuxPorts() : await listSerialPorts();
  const links = stableNames();
  return ports.map((port) => {
    const byId = links.get(port.path);
    return byId === undefined ? port : { ...port, byId };
  });
}

/** @param sysfs where the kernel tells of devices */
export function linuxPorts(sysfs = '/sys'): readonly SerialPortInfo[] {
  return sysfsPortNames(sysfs).map((name) => ({
    path: `/dev/${name}`,
    ...usbIdentity(`/dev/${name}`, sysfs),
  }));
}

function stableNames(): ReadonlyMap<string, string> {
  try {
    return new Map(
      readdirSync(BY_ID).map((name) => [resolve(BY_ID, readlinkSync(join(BY_ID, name))), join(BY_ID, name)]),
    );
  } catch {
    return new Map();
  }
}
