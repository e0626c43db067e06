import { existsSync } from 'node:fs';
import { probe, type ProbeResult } from '../../doctor/probe.js';
import { availablePorts, type AvailablePort } from '../../transport/available-ports.js';
import { holderNames, portHolders, type PortHolder } from '../../transport/port-holder.js';
import { serialTransport } from '../../transport/serial.js';
import { usbIdentity } from '../../transport/sysfs.js';
import type { CliContext } from '../context.js';
import { exitCode, type ExitCode } from '../exit-codes.js';
import { progressOn } from '../progress.js';

export interface PortsOptions {
  /** Ask the ports that nobody holds. */
  readonly probe: boolean;
  /** Only these; none: all that the system lists. Pseudo-terminals are never listed. */
  readonly paths: readonly string[];
  readonly json: boolean;
}

interface PortReport extends AvailablePort {
  /** By its USB ids; several of the module's ports have them, one of which is the AT port. */
  readonly mayBeLuat: boolean;
  readonly holders: readonly PortHolder[];
  readonly probe?: ProbeResult;
}

/**
 * Vendor ids that Luat modules show over USB: 19d1 (EC618, EC718 and EC716S: Air780E and kin), 1782 (RDA8910: Air724 and
 * kin). The chip makers', so other modules have them too.
 */
const luatVendors: ReadonlySet<string> = new Set(['19d1', '1782']);

/** `ports`: the serial ports, which of them may be or (with `--probe`) is a Luat AT port, and who holds each. */
export async function ports(options: PortsOptions, context: CliContext): Promise<ExitCode> {
  const progress = progressOn(context);
  const { clock, stdout } = context;
  const found = await portsOf(options.paths);
  const reports: PortReport[] = [];
  for (const port of found) {
    const holders = portHolders(port.path).filter(({ certainty }) => certainty === 'certain');
    const report = { ...port, mayBeLuat: luatVendors.has(port.vendorId ?? ''), holders };
    if (!options.probe || holders.length > 0) {
      reports.push(report);
      continue;
    }
    progress.show(`asking ${port.path}`);
    const asked = await probe(clock, (baudRate) => serialTransport({ path: port.path, baudRate }, clock));
    progress.clear();
    reports.push({ ...report, probe: asked });
  }
  if (options.json) stdout.write(`${JSON.stringify({ ports: reports })}\n`);
  else if (reports.length === 0) stdout.write('This machine has no serial ports.\n');
  else for (const report of reports) stdout.write(lineOf(report));
  return exitCode.done;
}

async function portsOf(paths: readonly string[]): Promise<readonly AvailablePort[]> {
  if (paths.length === 0) return availablePorts();
  return paths.map((path) => ({ path, ...usbIdentity(path) }));
}

function lineOf({
  path,
  vendorId,
  productId,
  interface: number,
  byId,
  mayBeLuat,
  holders,
  probe: asked,
}: PortReport): string {
  const usb =
    vendorId === undefined || productId === undefined
      ? ''
      : `USB ${vendorId}:${productId}${number === undefined ? '' : ` interface ${number}`}`;
  const parts = [
    path,
    usb,
    asked === undefined ? unaskedText(path, mayBeLuat) : probeText(asked),
    holders.length === 0 ? '' : `held by ${holderNames(holders)}`,
    byId ?? '',
  ];
  return `${parts.filter((part) => part !== '').join('  ')}\n`;
}

function unaskedText(path: string, mayBeLuat: boolean): string {
  if (mayBeLuat) return 'perhaps a Luat module';
  return process.platform !== 'linux' || existsSync(path) ? '' : 'does not exist';
}

function probeText(result: ProbeResult): string {
  switch (result.kind) {
    case 'luat':
      return `Luat AT port: ${result.identity} at ${result.baudRate} baud`;
    case 'modem':
      return `answers AT at ${result.baudRate} baud, no Luat module${result.identity === undefined ? '' : `: ${result.identity}`}`;
    case 'silent':
      return 'does not answer AT';
    case 'unusable':
      return result.reason;
  }
}
