import { connect, type Socket } from 'node:net';
import type { Clock } from '../clock/clock.js';
import { LinkError } from '../errors/link-error.js';
import { LineLife } from './line-life.js';
import type { Transport, TransportFactory, TransportListener } from './transport.js';

export interface TcpSettings {
  readonly host: string;
  readonly port: number;
}

const OPEN_LIMIT_MS = 5000;
const WRITE_LIMIT_MS = 10_000;
/** How long the last bytes may take on their way out. */
const CLOSE_LIMIT_MS = 1000;
/** When the peer of a silent connection is asked whether it is still there. */
const KEEP_ALIVE_MS = 10_000;

/** A serial port served over TCP as raw bytes (ser2net and the like). */
export function tcpTransport(settings: TcpSettings, clock: Clock): TransportFactory {
  return (listener) => new TcpTransport(settings, clock, listener);
}

class TcpTransport implements Transport {
  readonly name: string;
  readonly #settings: TcpSettings;
  readonly #clock: Clock;
  readonly #life: LineLife;
  #socket: Socket | undefined;
  #released: Promise<void> | undefined;

  constructor(settings: TcpSettings, clock: Clock, listener: TransportListener) {
    const { host, port } = settings;
    this.name = `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`;
    this.#settings = settings;
    this.#clock = clock;
    this.#life = new LineLife(this.name, clock, listener, () => void this.#release());
  }

  async open(): Promise<void> {
    try {
      await this.#life.open(OPEN_LIMIT_MS, (settle) => {
        const socket = connect({
          ...this.#settings,
          noDelay: true,
          keepAlive: true,
          keepAliveInitialDelay: KEEP_ALIVE_MS,
        });
        this.#socket = socket;
        socket.on('connect', () => settle());
        socket.on('data', (bytes) => this.#life.data(bytes));
        socket.on('error', (error: NodeJS.ErrnoException) => {
          settle(connectError(this.name, error));
          this.#life.lost(this.#lostError(error));
        });
        socket.on('close', () => this.#life.lost(this.#lostError()));
      });
    } catch (error) {
      this.#socket?.destroy();
      throw error;
    }
  }

  async write(bytes: Buffer): Promise<void> {
    await this.#life.work(`take ${bytes.length} bytes`, WRITE_LIMIT_MS, (settle) => {
      this.#socket?.write(bytes, (error) => settle(error ? this.#lostError(error) : undefined));
    });
  }

  close(): Promise<void> {
    this.#life.end();
    return this.#release();
  }

  async setSignal(line: 'rts' | 'dtr'): Promise<void> {
    await this.#life.work(`drive its ${line.toUpperCase()} line`, WRITE_LIMIT_MS, (settle) => {
      settle(
        new LinkError(
          'PORT_LOST',
          `${this.name} has no ${line.toUpperCase()} line: raw TCP carries only bytes.`,
          {
            retryable: false,
            hint: 'Use a command for the reset instead.',
          },
        ),
      );
    });
  }

  #release(): Promise<void> {
    this.#released ??= new Promise((resolve) => {
      const socket = this.#socket;
      if (!socket || socket.destroyed) {
        resolve();
        return;
      }
      const limit = this.#clock.setTimeout(() => socket.destroy(), CLOSE_LIMIT_MS);
      socket.once('close', () => {
        this.#clock.clearTimeout(limit);
        resolve();
      });
      socket.destroySoon();
    });
    return this.#released;
  }

  #lostError(cause?: Error): LinkError {
    const message = cause
      ? `${this.name} broke off: ${cause.message}.`
      : `${this.name} was closed by its peer.`;
    return new LinkError('PORT_LOST', message, cause ? { cause } : {});
  }
}

const unreachableHint = 'Check host and port, and whether the serial server there is running.';

/** What the system says of a connection that does not come about, by its code. */
const refusals: Readonly<Record<string, (name: string, cause: Error) => LinkError>> = {
  ECONNREFUSED: (name, cause) =>
    new LinkError('PORT_NOT_FOUND', `Nobody listens on ${name}.`, { cause, hint: unreachableHint }),
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  EACCES: forbidden,
  EPERM: forbidden,
};

function connectError(name: string, cause: NodeJS.ErrnoException): LinkError {
  const refusal = refusals[cause.code ?? ''];
  if (refusal) return refusal(name, cause);
  return new LinkError('PORT_LOST', `${name} cannot be reached: ${cause.message}.`, {
    cause,
    hint: unreachableHint,
  });
}

function unknownHost(name: string, cause: Error): LinkError {
  return new LinkError('PORT_NOT_FOUND', `The host of ${name} has no known address.`, {
    cause,
    hint: unreachableHint,
  });
}

function forbidden(name: string, cause: Error): LinkError {
  const hint = 'Check the firewall of this machine.';
  return new LinkError('PORT_DENIED', `The system does not allow a connection to ${name}.`, { cause, hint });
}
