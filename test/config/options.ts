import { LinkError } from '../../src/errors/link-error.js';

/** The least that is a configuration. */
export const LEAST = { port: '/dev/ttyUSB2', broker: { url: 'mqtt://broker.example' } } as const;

/** The least with some broker keys more. */
export function withBroker(keys: object): object {
  return { ...LEAST, broker: { ...LEAST.broker, ...keys } };
}

/** The message of the CONFIG_INVALID that `act` throws. */
export function configFault(act: () => unknown): string {
  let thrown: unknown;
  try {
    act();
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof LinkError) || thrown.code !== 'CONFIG_INVALID') {
    throw new Error('CONFIG_INVALID was expected', { cause: thrown });
  }
  return thrown.message;
}
