import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LinkError } from '../errors/link-error.js';
import type { LinkMetrics } from './metrics.js';

export interface MetricsServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
}

const TEXT = 'text/plain; charset=utf-8';

/**
 * `/metrics` for Prometheus; `/livez`, whether the control loop moves; `/readyz`, whether the link is online. It answers
 * GET and HEAD only, and nothing in it is secret.
 */
export class MetricsServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @throws LinkError CONFIG_INVALID when it cannot listen there */
  static async listen(metrics: LinkMetrics, { port, host }: MetricsServerOptions): Promise<MetricsServer> {
    const server = createServer((request, response) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        answer(response, 405, 'GET only\n');
        return;
      }
      const { status, path } = metrics.state ?? { status: 'stopped', path: 'stopped' };
      switch (request.url?.split('?')[0]) {
        case '/metrics':
          metrics.text().then(
            (text) => answer(response, 200, text, metrics.registry.contentType),
            () => answer(response, 500, 'metrics cannot be read\n'),
          );
          return;
        case '/livez':
          if (metrics.loop.isAlive) answer(response, 200, 'alive\n');
          else answer(response, 503, `the chart does not move: ${path}\n`);
          return;
        case '/readyz':
          answer(response, status === 'online' ? 200 : 503, `${status}: ${path}\n`);
          return;
        default:
          answer(response, 404, 'try /metrics, /livez or /readyz\n');
      }
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => {
        reject(
          new LinkError('CONFIG_INVALID', `metrics cannot listen on ${host}:${port}: ${error.message}`, {
            hint: 'Set metrics.port to a free port, or end the program that has it.',
            cause: error,
          }),
        );
      });
      server.listen(port, host, resolve);
    });
    // It must not keep a process alive that has nothing else to do.
    server.unref();
    return new MetricsServer(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

function answer(response: ServerResponse, code: number, text: string, type = TEXT): void {
  response.writeHead(code, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(text);
}
