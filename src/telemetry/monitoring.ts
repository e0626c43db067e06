import type { Clock } from '../clock/clock.js';
import type { Logger } from './logger.js';
import { LinkMetrics, type ObservableLink } from './metrics.js';
import { MetricsServer, type MetricsServerOptions } from './metrics-server.js';

/** The metrics of one link and the port that serves them. A port that cannot be had is logged: the link goes on. */
export class Monitoring {
  readonly #metrics: LinkMetrics;
  readonly #options: MetricsServerOptions;
  readonly #log: Logger;
  #server: Promise<MetricsServer | undefined> | undefined;

  constructor(link: ObservableLink, options: MetricsServerOptions, clock: Clock, log: Logger) {
    this.#metrics = new LinkMetrics(link, clock);
    this.#options = options;
    this.#log = log;
  }

  /** Listens, once. @returns the port, undefined when it cannot be had */
  async open(): Promise<number | undefined> {
    this.#server ??= this.#listen();
    return (await this.#server)?.port;
  }

  async close(): Promise<void> {
    const server = await this.#server;
    this.#server = undefined;
    await server?.close();
  }

  async #listen(): Promise<MetricsServer | undefined> {
    try {
      const server = await MetricsServer.listen(this.#metrics, this.#options);
      this.#log.info({ host: this.#options.host, port: server.port }, 'metrics are served');
      return server;
    } catch (error) {
      this.#log.error({ err: error }, 'metrics are not served');
      return undefined;
    }
  }
}
