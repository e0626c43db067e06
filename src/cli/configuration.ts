import { checkSendable } from '../actors/preflight.js';
import { loadConfig, type ConfigSources, type LoadedConfig } from '../config/load.js';
import { LinkError } from '../errors/link-error.js';
import { readCredentials } from '../tls/credentials.js';

/**
 * Loads a configuration and looks into the certificates that it names: one that cannot be used is a fault of the
 * configuration, to be told before a port is opened.
 * @param now milliseconds since the epoch
 * @throws LinkError CONFIG_INVALID
 */
export function loadUsableConfig(sources: ConfigSources, now: number): LoadedConfig {
  const loaded = loadConfig(sources);
  checkSendable(loaded.config);
  const { tls } = loaded.config.broker;
  try {
    if (tls !== undefined) readCredentials(tls, now);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    throw new LinkError('CONFIG_INVALID', error.message, { hint: error.hint, cause: error });
  }
  return loaded;
}
