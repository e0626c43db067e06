import { readdirSync, readFileSync, readlinkSync, statSync, type Stats } from 'node:fs';
import { basename, join } from 'node:path';
import { realPath, usbIdentity } from './sysfs.js';

/** A process that has a serial port open, or most probably has. */
export interface PortHolder {
  readonly pid: number;
  /** Program, and script where an interpreter runs one. Never its other arguments: they may hold a password. */
  readonly command: string;
  /** `suspected`: nothing tells who holds the port, but this is running and takes ports of its kind. */
  readonly certainty: 'certain' | 'suspected';
  readonly kind: 'ModemManager' | 'brltty' | 'luat-link' | 'this process' | 'other';
}

/** Where Linux tells of processes, devices and udev rules. Tests put files of their own in their place. */
export interface SystemPaths {
  readonly proc: string;
  readonly sysfs: string;
  readonly udevRules: readonly string[];
}

const systemPaths: SystemPaths = {
  proc: '/proc',
  sysfs: '/sys',
  udevRules: ['/usr/lib/udev/rules.d', '/lib/udev/rules.d'],
};

/**
 * Who has this port open. Linux alone tells; elsewhere the list is empty. Open files of other users are seen by root
 * only: for everybody else the lock on the port and the programs known to take modems have to do.
 */
export function portHolders(path: string, { proc }: SystemPaths = systemPaths): readonly PortHolder[] {
  const port = statOf(realPath(path));
  if (port === undefined) return [];
  const pids = processes(proc);
  const locking = lockHolders(proc, port);
  // Of this process itself only a lock counts: the attempt that just failed may still have the port open.
  const certain = pids.filter((pid) => locking.has(pid) || (pid !== process.pid && hasOpen(proc, pid, port)));
  const holders = certain.map((pid) => describe(proc, pid, 'certain'));
  if (holders.length > 0) return holders;
  return pids
    .map((pid) => describe(proc, pid, 'suspected'))
    .filter(({ kind }) => kind === 'ModemManager' || kind === 'brltty');
}

/** `ModemManager (pid 812)`; several are joined. */
export function holderNames(holders: readonly PortHolder[]): string {
  const shown = holders.slice(0, 3).map(({ command, pid }) => `${command} (pid ${pid})`);
  if (holders.length > shown.length) shown.push(`${holders.length - shown.length} more`);
  return shown.join(', ');
}

/** What to do so that a holder leaves the port alone. */
export function holderAdvice(path: string, holder: PortHolder, paths: SystemPaths = systemPaths): string {
  switch (holder.kind) {
    case 'ModemManager':
      return `Tell ModemManager to ignore the module: echo '${ignoringRule(path, paths)}' | sudo tee /etc/udev/rules.d/99-luat-link.rules && sudo udevadm control --reload && sudo udevadm trigger && sudo systemctl restart ModemManager`;
    case 'brltty':
      return `brltty takes USB adapters for Braille displays. Where none is used: ${brlttyRules(paths)
        .map((rules) => `sudo ln -s /dev/null /etc/udev/rules.d/${rules}`)
        .join(
          ' && ',
        )} && sudo udevadm control --reload && sudo kill ${holder.pid}, then plug the module again`;
    case 'luat-link':
      return `Another luat-link supervises this port: stop it first (sudo kill ${holder.pid}), or use another port.`;
    case 'this process':
      return 'This process has the port open already: make one supervisor a port, and stop it before another is started.';
    case 'other':
      return `End ${holder.command} (sudo kill ${holder.pid}), or use another port.`;
  }
}

/** ModemManager leaves alone what udev marks for it (ModemManager reference, common udev tags). */
function ignoringRule(path: string, { sysfs }: SystemPaths): string {
  const usb = usbIdentity(path, sysfs);
  return usb === undefined
    ? `SUBSYSTEM=="tty", KERNEL=="${basename(realPath(path))}", ENV{ID_MM_PORT_IGNORE}="1"`
    : `ATTRS{idVendor}=="${usb.vendorId}", ATTRS{idProduct}=="${usb.productId}", ENV{ID_MM_DEVICE_IGNORE}="1"`;
}

/** Its rules are named differently from release to release; a file of the same name in /etc takes their place (udev(7)). */
function brlttyRules({ udevRules }: SystemPaths): readonly string[] {
  const names = udevRules.flatMap(namesIn).filter((name) => /brltty.*\.rules$/.test(name));
  return names.length === 0 ? ['85-brltty.rules'] : [...new Set(names)];
}

function describe(proc: string, pid: number, certainty: PortHolder['certainty']): PortHolder {
  const [program = '', script] = textOf(join(proc, String(pid), 'cmdline')).split('\0');
  const name = basename(program) || textOf(join(proc, String(pid), 'comm')).trim() || 'a process';
  const isInterpreter = /^(?:node|python[\d.]*|perl|ruby|bash|sh)$/.test(name);
  const runs = isInterpreter && script !== undefined && script !== '' && !script.startsWith('-');
  const command = runs ? `${name} ${basename(script)}` : name;
  const kind = pid === process.pid ? 'this process' : kindOf(name, runs ? script : '');
  return { pid, command: kind === 'luat-link' ? kind : command, certainty, kind };
}

function kindOf(name: string, script: string): PortHolder['kind'] {
  if (name === 'ModemManager' || name === 'brltty') return name;
  return /(?:^|\/)luat-link$|\/dist\/src\/cli\/main\.js$/.test(script) ? 'luat-link' : 'other';
}

function processes(proc: string): readonly number[] {
  return namesIn(proc)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function hasOpen(proc: string, pid: number, port: Stats): boolean {
  const files = join(proc, String(pid), 'fd');
  const targets = namesIn(files).map((name) => ({ name, target: linkOf(join(files, name)) }));
  const isOpen = targets.some(
    ({ name, target }) => target.startsWith('/') && isSame(statOf(join(files, name)), port),
  );
  return (
    isOpen &&
    !targets.some(({ name, target }) => target.endsWith('ptmx') && isOtherEnd(proc, pid, name, port))
  );
}

/** Who has the other end of a pseudo-terminal is the module's side (a software modem, socat), and often keeps both open. */
function isOtherEnd(proc: string, pid: number, file: string, port: Stats): boolean {
  const index = /^tty-index:\s*(\d+)$/m.exec(textOf(join(proc, String(pid), 'fdinfo', file)))?.[1];
  return isPseudoTerminal(port) && index !== undefined && Number(index) === minor(port.rdev);
}

/** Two nodes of one device, in a container and outside of it, are the same port; two of a number in devpts are not. */
function isSame(file: Stats | undefined, port: Stats): boolean {
  if (file === undefined) return false;
  if (file.dev === port.dev && file.ino === port.ino) return true;
  return (
    file.isCharacterDevice() && port.isCharacterDevice() && file.rdev === port.rdev && !isPseudoTerminal(port)
  );
}

/** Character devices 136 to 143 (Linux, admin-guide/devices). */
function isPseudoTerminal({ rdev }: Stats): boolean {
  return major(rdev) >= 136 && major(rdev) <= 143;
}

/** Processes with a lock on the port's node: serialport, picocom and others set one. Readable by everybody. */
function lockHolders(proc: string, port: Stats): ReadonlySet<number> {
  const device = [major(port.dev), minor(port.dev)].map((part) => part.toString(16).padStart(2, '0'));
  const node = `${device.join(':')}:${port.ino}`;
  const lines = textOf(join(proc, 'locks')).split('\n');
  // `1: FLOCK  ADVISORY  WRITE 9282 00:1a:7 0 EOF` (proc(5))
  const holders = lines.map((line) => line.trim().split(/\s+/)).filter((words) => words[5] === node);
  return new Set(holders.map((words) => Number(words[4])));
}

function major(device: number): number {
  return (device >> 8) & 0xfff;
}

function minor(device: number): number {
  return (device & 0xff) | ((device >> 12) & 0xfff00);
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false }) ?? undefined;
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
