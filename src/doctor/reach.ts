import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Clock } from '../clock/clock.js';
import type { TlsConfig } from '../config/schema.js';
import { errorCode } from './error-code.js';

/**
 * The broker as this host sees it. The module has a network of its own and never says more than CONNECT FAIL, so where
 * it fails the host looks which step it may be: where the host fails in the same way, the reason is known.
 */
export interface HostReach {
  /** @returns an address, or why there is none: a code of getaddrinfo */
  resolve(host: string): Promise<{ readonly address: string } | { readonly fault: string }>;
  /** @returns why no connection came about, or undefined */
  dial(host: string, port: number): Promise<string | undefined>;
  /** @returns why the handshake failed, or undefined */
  handshake(host: string, port: number, tls: TlsConfig): Promise<string | undefined>;
}

const LIMIT_MS = 10_000;

export function hostReach(clock: Clock): HostReach {
  return {
    resolve: async (host) => {
      if (isIP(host) !== 0) return { address: host };
      try {
        return await lookup(host);
      } catch (error) {
        return { fault: errorCode(error) };
      }
    },
    dial: (host, port) => settled(clock, connect({ host, port }), 'connect'),
    handshake: (host, port, tls) =>
      settled(
        clock,
        connectTls({
          host,
          port,
          ...(nameFor(host, tls) !== undefined && { servername: nameFor(host, tls) }),
          rejectUnauthorized: !tls.insecure,
          ...(tls.ca !== undefined && { ca: readFileSync(tls.ca) }),
          ...(tls.cert !== undefined && { cert: readFileSync(tls.cert) }),
          ...(tls.key !== undefined && { key: readFileSync(tls.key) }),
        }),
        'secureConnect',
      ),
  };
}

function nameFor(host: string, { serverName }: TlsConfig): string | undefined {
  return serverName ?? (isIP(host) === 0 ? host : undefined);
}

function settled(
  clock: Clock,
  socket: Socket | TLSSocket,
  success: 'connect' | 'secureConnect',
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const end = (fault?: string): void => {
      clock.clearTimeout(timer);
      socket.destroy();
      resolve(fault);
    };
    const timer = clock.setTimeout(() => end('ETIMEDOUT'), LIMIT_MS);
    socket.once(success, () => end());
    socket.on('error', (error) => end(errorCode(error)));
    socket.once('close', () => end('ECONNRESET'));
  });
}
