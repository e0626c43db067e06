import type { Clock } from '../clock/clock.js';
import { nativePseudoTerminal } from './pty-native.js';
import { scriptPseudoTerminal } from './pty-script.js';
import { SimulatorError } from './simulator-error.js';

/** The modem's end of a pseudo-terminal; the host opens `path` as its serial port. */
export interface PseudoTerminal {
  /** `/dev/pts/7` */
  readonly path: string;
  readonly provider: PseudoTerminalProvider;
  /** Bytes to the host, in order. What the host does not read piles up here, not in the kernel. */
  write(bytes: Buffer): void;
  close(): Promise<void>;
}

/** What makes the pseudo-terminal: the optional package, or `script` of every Debian. */
export type PseudoTerminalProvider = 'node-pty' | 'script';

/** Opens a pseudo-terminal; `onInput` gets the bytes from the host. */
export type OpenPseudoTerminal = (onInput: (bytes: Buffer) => void, clock: Clock) => Promise<PseudoTerminal>;

const providers: Readonly<Record<PseudoTerminalProvider, OpenPseudoTerminal>> = {
  'node-pty': nativePseudoTerminal,
  script: scriptPseudoTerminal,
};

/**
 * Opens a pseudo-terminal with the first provider that works here.
 * @throws SimulatorError PSEUDO_TERMINAL_UNAVAILABLE
 */
export async function openPseudoTerminal(
  onInput: (bytes: Buffer) => void,
  clock: Clock,
  order: readonly PseudoTerminalProvider[] = ['node-pty', 'script'],
): Promise<PseudoTerminal> {
  const failures: unknown[] = [];
  for (const name of order) {
    try {
      return await providers[name](onInput, clock);
    } catch (failure) {
      failures.push(failure);
    }
  }
  const reasons = failures.map((failure) => (failure instanceof Error ? failure.message : String(failure)));
  throw new SimulatorError(
    'PSEUDO_TERMINAL_UNAVAILABLE',
    `No pseudo-terminal can be had on this machine (${reasons.join('; ')}). ` +
      'Install the optional package @lydell/node-pty, or on Debian the package bsdutils.',
    { cause: new AggregateError(failures) },
  );
}
