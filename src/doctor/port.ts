import { existsSync, statSync } from 'node:fs';
import { LinkError } from '../errors/link-error.js';
import { holderAdvice, holderNames, portHolders } from '../transport/port-holder.js';
import { Conversation } from './conversation.js';
import type { Examination } from './examination.js';
import { fail, failure, ok, skipped, warn, type Finding, type Rung } from './finding.js';

/** Opens the port as the link would, and tells what stands in the way: no such port, no right to it, another holder. */
export async function* openPort(examination: Examination): AsyncGenerator<Finding> {
  const { config, clock, connect, onTrace, progress } = examination;
  const { port } = config;
  const { commandTimeoutMs } = config.recovery;
  progress('opening the port');
  // Asked first: a program that does not lock the port reads the module's answers all the same.
  const path = port.kind === 'serial' ? port.path : undefined;
  const holders = path === undefined ? [] : portHolders(path);
  const line = new Conversation({ clock, connect: connect(port), commandTimeoutMs, onTrace });
  try {
    await line.open();
  } catch (error) {
    yield* refused(error, path);
    return;
  }
  examination.line = line;
  yield ok('port', `${nameOf(examination)} is there.`);
  if (path === undefined) {
    const why = port.kind === 'tcp' ? 'none needed: the port is served by TCP' : 'it could be opened';
    yield skipped('permissions', why);
    yield skipped('holder', 'it could be opened');
    return;
  }
  yield ok('permissions', 'This user may open it.');
  const [first] = holders;
  if (first === undefined) yield ok('holder', 'No other program has it open.');
  else if (first.certainty === 'certain') {
    yield fail(
      'holder',
      'PORT_BUSY',
      `${holderNames(holders)} has ${path} open too, and takes some of what the module says.`,
      holderAdvice(path, first),
    );
  } else {
    const message = `${first.command} is running and asks every modem that it finds.`;
    yield warn('holder', message, holderAdvice(path, first));
  }
}

function* refused(error: unknown, path: string | undefined): Generator<Finding> {
  const code = error instanceof LinkError ? error.code : 'INTERNAL';
  if (code === 'PORT_DENIED' || code === 'PORT_BUSY') yield ok('port', 'It is there.');
  if (code === 'PORT_BUSY') yield ok('permissions', 'This user may open it.');
  const rung: Rung = code === 'PORT_BUSY' ? 'holder' : code === 'PORT_DENIED' ? 'permissions' : 'port';
  const finding = failure(rung, error);
  const group = rung === 'permissions' && path !== undefined ? groupAdvice(path) : undefined;
  yield group === undefined ? finding : { ...finding, advice: group };
}

/** The group of a port is what gives access to it, where it has one of its own. */
function groupAdvice(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const { mode, gid } = statSync(path);
  const groupMayUse = (mode & 0o060) === 0o060;
  if (groupMayUse && gid !== 0) return undefined;
  return `Nobody but its owner may use it: sudo chmod g+rw ${path} && sudo chgrp dialout ${path}, or a udev rule with GROUP="dialout", MODE="0660".`;
}

function nameOf({ config: { port } }: Examination): string {
  switch (port.kind) {
    case 'serial':
      return port.path;
    case 'usb':
      return `The port of USB device ${port.vendorId}:${port.productId}`;
    case 'tcp':
      return `tcp://${port.host}:${port.port}`;
  }
}
