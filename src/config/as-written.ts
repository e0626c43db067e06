import type { LinkConfig, PortConfig, PowerConfig, PowerKeyConfig, ResetConfig } from './schema.js';

/** A configuration in the shape of its file: groups of keys, with lists and plain values at the ends. */
export interface WrittenConfig {
  readonly [key: string]: unknown;
}

/** A value at the end of a path. */
export interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** The configuration as a file would say it. Host, port, user and password are told apart, as they are used. */
export function asWritten(config: LinkConfig): WrittenConfig {
  const { port, broker, reset, powerKey, power } = config;
  return {
    ...config,
    port: writtenPort(port),
    broker: without(broker, 'host', 'port'),
    ...(reset !== undefined && { reset: writtenDriver(reset) }),
    ...(powerKey !== undefined && { powerKey: writtenDriver(powerKey) }),
    ...(power !== undefined && { power: writtenDriver(power) }),
  };
}

/** Every value with its path, in order. Lists are values; groups without keys have none. */
export function leavesOf(tree: unknown, path: readonly string[] = []): readonly Leaf[] {
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) return [{ path, value: tree }];
  return Object.entries(tree).flatMap(([key, value]) => leavesOf(value, [...path, key]));
}

function writtenPort(port: PortConfig): unknown {
  if (port.kind === 'tcp')
    return `tcp://${port.host.includes(':') ? `[${port.host}]` : port.host}:${port.port}`;
  return without(port, 'kind');
}

function writtenDriver(driver: ResetConfig | PowerKeyConfig | PowerConfig): unknown {
  if (driver.kind === 'tied-low') return driver.kind;
  if (driver.kind === 'function') return '(function)';
  return without(driver, 'kind');
}

function without(group: object, ...keys: readonly string[]): WrittenConfig {
  return Object.fromEntries(Object.entries(group).filter(([key]) => !keys.includes(key)));
}
