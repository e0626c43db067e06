import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { SoftwareModem } from './modem.js';

/** Where it listens; without a host on 127.0.0.1. */
export interface ServeTcpOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly host?: string;
}

/** A modem on a TCP port. */
export interface ServedTcpModem {
  readonly host: string;
  readonly port: number;
  /** Ends the client's connection and stops listening. The modem keeps its power. */
  stop(): Promise<void>;
}

/** Serves a modem on a TCP port, for one client at a time; a second one is turned away. */
export async function serveTcp(modem: SoftwareModem, options: ServeTcpOptions = {}): Promise<ServedTcpModem> {
  const { host = '127.0.0.1', port = 0 } = options;
  let client: Socket | undefined;
  const server = createServer((socket) => {
    if (client !== undefined) {
      socket.destroy();
      return;
    }
    client = socket;
    socket.setNoDelay(true);
    const silence = modem.onOutput((bytes) => void socket.write(bytes));
    socket.on('data', (bytes) => modem.write(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      silence();
      client = undefined;
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    host,
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      client?.destroy();
      await closed;
    },
  };
}
