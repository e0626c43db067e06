import net from 'node:net';
import type { Clock } from '../clock/clock.js';
import { LinkError } from '../errors/link-error.js';
import { withinDeadline } from './deadline.js';
import type { Transport, TransportFactory, TransportListener } from './transport.js';

export interface TcpSettings {
  readonly host: string;
  readonly port: number;
}

const DEADLINE_MS = 5_000;

/** A serial port that something else serves as a raw TCP connection (ser2net, the software modem). */
export function tcpTransport(settings: TcpSettings, clock: Clock): TransportFactory {
  return (listener) => new TcpTransport(settings, clock, listener);
}

class TcpTransport implements Transport {
  readonly name: string;
  readonly #settings: TcpSettings;
  readonly #clock: Clock;
  readonly #listener: TransportListener;
  readonly #socket = new net.Socket();
  #state: 'new' | 'open' | 'over' = 'new';

  constructor(settings: TcpSettings, clock: Clock, listener: TransportListener) {
    this.name = `tcp://${settings.host}:${settings.port}`;
    this.#settings = settings;
    this.#clock = clock;
    this.#listener = listener;
    this.#socket.on('data', (bytes) => {
      if (this.#state === 'open') listener.data(bytes);
    });
    this.#socket.on('error', (error) => this.#lose(error));
    this.#socket.on('close', () => this.#lose(new Error('the other side closed the connection')));
  }

  async open(): Promise<void> {
    const connected = new Promise<void>((resolve, reject) => {
      this.#socket.once('error', reject);
      this.#socket.connect(this.#settings, resolve);
    });
    connected.catch(() => undefined);
    try {
      await withinDeadline(connected, DEADLINE_MS, this.#clock, `connecting to ${this.name}`);
    } catch (error) {
      this.#state = 'over';
      this.#socket.destroy();
      const reason = error instanceof Error ? error.message : String(error);
      throw new LinkError('PORT_NOT_FOUND', `${this.name} cannot be reached: ${reason}`, {
        hint: 'Check host and port, and whether the program that serves the line is running.',
        cause: error,
      });
    }
    this.#socket.setNoDelay(true);
    this.#socket.setKeepAlive(true, DEADLINE_MS);
    this.#state = 'open';
  }

  async write(bytes: Buffer): Promise<void> {
    if (this.#state !== 'open') throw new LinkError('PORT_LOST', `${this.name} is not open.`);
    const written = new Promise<void>((resolve, reject) => {
      this.#socket.once('close', () => reject(new Error('the connection closed')));
      this.#socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
    try {
      await withinDeadline(written, DEADLINE_MS, this.#clock, `writing to ${this.name}`);
    } catch (error) {
      this.#lose(error instanceof Error ? error : new Error(String(error)));
      throw new LinkError('PORT_LOST', `${this.name} is lost.`, { cause: error });
    }
  }

  close(): Promise<void> {
    this.#state = 'over';
    this.#socket.destroy();
    return Promise.resolve();
  }

  setSignal(line: 'rts' | 'dtr'): Promise<void> {
    return Promise.reject(
      new LinkError('PORT_LOST', `${this.name} has no ${line.toUpperCase()} line.`, {
        hint: 'Set reset.command instead.',
      }),
    );
  }

  #lose(reason: Error): void {
    if (this.#state !== 'open') return;
    this.#state = 'over';
    this.#socket.destroy();
    this.#listener.lost(reason);
  }
}
