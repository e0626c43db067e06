import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildModemOptions, FromChild, ToChild } from './child-messages.js';
import { SimulatorError, type SimulatorErrorCode } from './simulator-error.js';

/** How the modem and its process are made. */
export interface SpawnOptions extends ChildModemOptions {
  /** Options of the node executable of the child. */
  readonly execArgv?: readonly string[];
}

/** A software modem in a process of its own. */
export interface SpawnedModem {
  /** What the host opens as its serial port. */
  readonly path: string;
  /**
   * One line of the control protocol, such as `closed` or `state`.
   * @returns its answer, one line
   * @throws SimulatorError CHILD_ENDED
   */
  control(line: string): Promise<string>;
  /** Ends the modem and its process. */
  stop(): Promise<void>;
}

/**
 * Starts a software modem in a process of its own and powers it on; MQTT goes over real sockets.
 * @throws SimulatorError PSEUDO_TERMINAL_UNAVAILABLE, LINK_TAKEN or CHILD_ENDED
 */
export async function spawnSoftwareModem(options: SpawnOptions): Promise<SpawnedModem> {
  const { execArgv = [], ...modemOptions } = options;
  // Beside this file, in the form that this file has: sources in tests, the build in the package.
  const entry = new URL(`./pty-process${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  const child = fork(fileURLToPath(entry), { execArgv: [...execArgv] });
  return await new ChildModem(child, modemOptions).serving();
}

interface Waiting {
  readonly resolve: (text: string) => void;
  readonly reject: (cause: Error) => void;
}

class ChildModem {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #options: ChildModemOptions;
  #serving: Waiting | undefined;
  #count = 0;
  #ended = false;

  constructor(child: ChildProcess, options: ChildModemOptions) {
    this.#child = child;
    this.#options = options;
    child.on('message', (message: FromChild) => this.#hear(message));
    child.once('exit', () => this.#end());
    child.once('error', () => this.#end());
  }

  /** Settles when the terminal is there. */
  async serving(): Promise<SpawnedModem> {
    const path = new Promise<string>((resolve, reject) => {
      this.#serving = { resolve, reject };
    });
    return {
      path: await path,
      control: (line) => this.#control(line),
      stop: () => this.#stop(),
    };
  }

  #control(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(ended());
        return;
      }
      const id = ++this.#count;
      this.#waiting.set(id, { resolve, reject });
      this.#tell({ type: 'control', id, line });
    });
  }

  async #stop(): Promise<void> {
    if (this.#ended) return;
    const exit = once(this.#child, 'exit');
    this.#tell({ type: 'stop' });
    await exit;
  }

  #hear(message: FromChild): void {
    switch (message.type) {
      case 'ready':
        this.#tell({ type: 'serve', options: this.#options });
        return;
      case 'serving':
        this.#serving?.resolve(message.path);
        return;
      case 'failed':
        this.#serving?.reject(new SimulatorError(message.code as SimulatorErrorCode, message.message));
        this.#child.disconnect();
        return;
      case 'answer':
        this.#waiting.get(message.id)?.resolve(message.text);
        this.#waiting.delete(message.id);
        return;
    }
  }

  #tell(message: ToChild): void {
    if (this.#child.connected) this.#child.send(message);
  }

  #end(): void {
    this.#ended = true;
    this.#serving?.reject(ended());
    for (const { reject } of this.#waiting.values()) reject(ended());
    this.#waiting.clear();
  }
}

function ended(): SimulatorError {
  return new SimulatorError('CHILD_ENDED', 'The process of the software modem has ended.');
}
