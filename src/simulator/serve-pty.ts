import { lstat, symlink, unlink } from 'node:fs/promises';
import type { Clock } from '../clock/clock.js';
import type { SoftwareModem } from './modem.js';
import { openPseudoTerminal, type PseudoTerminalProvider } from './pseudo-terminal.js';
import { SimulatorError } from './simulator-error.js';

/** Where the terminal is to be found. */
export interface ServePtyOptions {
  readonly clock: Clock;
  /** A symbolic link to the terminal, for a name that stays the same; an old link is replaced. */
  readonly link?: string;
  /** Which providers are tried, in this order. */
  readonly providers?: readonly PseudoTerminalProvider[];
}

/** A modem that a serial port library can open. */
export interface ServedModem {
  /** What the host opens: the link where there is one. */
  readonly path: string;
  readonly provider: PseudoTerminalProvider;
  /** Closes the terminal and removes the link. The modem keeps its power. */
  stop(): Promise<void>;
}

/**
 * Serves a modem on a pseudo-terminal, so that a real serial port library can open it.
 * @throws SimulatorError PSEUDO_TERMINAL_UNAVAILABLE or LINK_TAKEN
 */
export async function servePty(modem: SoftwareModem, options: ServePtyOptions): Promise<ServedModem> {
  const { clock, link, providers } = options;
  const terminal = await openPseudoTerminal((bytes) => modem.write(bytes), clock, providers);
  const silence = modem.onOutput((bytes) => terminal.write(bytes));
  const stop = async (): Promise<void> => {
    silence();
    await terminal.close();
  };
  try {
    if (link !== undefined) await makeLink(terminal.path, link);
  } catch (failure) {
    await stop();
    throw failure;
  }
  return {
    path: link ?? terminal.path,
    provider: terminal.provider,
    stop: async () => {
      if (link !== undefined) await unlink(link).catch(() => undefined);
      await stop();
    },
  };
}

async function makeLink(target: string, link: string): Promise<void> {
  const there = await lstat(link).catch(() => undefined);
  if (there !== undefined && !there.isSymbolicLink()) {
    throw new SimulatorError('LINK_TAKEN', `${link} exists and is no symbolic link: choose another name.`);
  }
  if (there !== undefined) await unlink(link);
  await symlink(target, link);
}
