import { dirname, resolve } from 'node:path';
import type { LinkConfig } from './schema.js';
import { settle } from './settled.js';

/** The folder that relative paths start from: the file's, or the working directory where there is no file. */
export function baseFolder(file: string | undefined): string {
  return file === undefined ? resolve() : dirname(resolve(file));
}

/**
 * Makes relative paths absolute. A port and a program may also be plain names (`COM3`, `gpioset`): these are paths only
 * when they begin with `./` or `../`.
 */
export function withAbsolutePaths(config: LinkConfig, base: string): LinkConfig {
  const { port, broker, outbox, reset, power } = config;
  const absolute = (path: string) => resolve(base, path);
  const marked = (path: string) => (/^\.\.?[\\/]/.test(path) ? absolute(path) : path);
  const program = <Driver extends LinkConfig['reset'] | LinkConfig['power']>(driver: Driver): Driver =>
    driver?.kind === 'command'
      ? { ...driver, command: driver.command.map((word, at) => (at === 0 ? marked(word) : word)) }
      : driver;
  const { tls } = broker;
  return settle<LinkConfig>({
    ...config,
    port: port.kind === 'serial' ? { ...port, path: marked(port.path) } : port,
    broker: {
      ...broker,
      ...(tls !== undefined && {
        tls: {
          ...tls,
          ...(tls.ca !== undefined && { ca: absolute(tls.ca) }),
          ...(tls.cert !== undefined && { cert: absolute(tls.cert) }),
          ...(tls.key !== undefined && { key: absolute(tls.key) }),
        },
      }),
    },
    outbox: { ...outbox, directory: absolute(outbox.directory) },
    ...(reset !== undefined && { reset: program(reset) }),
    ...(power !== undefined && { power: program(power) }),
  });
}
