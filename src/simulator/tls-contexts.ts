import type { TlsClient } from './broker-network.js';
import type { Flash } from './flash.js';

/** The TLS context of the MQTT client (AT manual, SSLCFG); others belong to FTP, HTTP and plain TCP. */
const MQTT_CONTEXT = '88';

/** The keys that SSLCFG knows. */
const keys = new Set([
  'sslversion',
  'ciphersuite',
  'cacert',
  'clientcert',
  'clientkey',
  'seclevel',
  'ignorelocaltime',
  'negotiatetimeout',
  'hostname',
  'verifymode',
]);

/** What SSLCFG set, until the next reset. A host that writes another context silently runs unverified. */
export class TlsContexts {
  readonly #values = new Map<string, string>();

  /** @returns false when key or value are none */
  set(key: string, context: string, value: string): boolean {
    if (!keys.has(key)) return false;
    if (key === 'seclevel' && value !== '' && !/^[012]$/.test(value)) return false;
    if (value === '') this.#values.delete(`${context} ${key}`);
    else this.#values.set(`${context} ${key}`, value);
    return true;
  }

  get(key: string, context: string): string | undefined {
    return this.#values.get(`${context} ${key}`);
  }

  knows(key: string): boolean {
    return keys.has(key);
  }

  /** @returns undefined when a file that the security level needs is missing or empty */
  mqttClient(flash: Flash): TlsClient | undefined {
    const level = Number(this.get('seclevel', MQTT_CONTEXT) ?? 0);
    const file = (key: string): Buffer | undefined => {
      const name = this.get(key, MQTT_CONTEXT);
      const content = name === undefined ? undefined : flash.read(name);
      return content === undefined || content.length === 0 ? undefined : content;
    };
    const serverName = this.get('hostname', MQTT_CONTEXT);
    const name = {
      ...(serverName === undefined ? {} : { serverName }),
      ...(this.get('ignorelocaltime', MQTT_CONTEXT) === '1' ? { ignoresTime: true } : {}),
    };
    if (level === 0) return { level: 0, ...name };
    const ca = file('cacert');
    if (ca === undefined) return undefined;
    if (level === 1) return { level: 1, ca, ...name };
    const cert = file('clientcert');
    const key = file('clientkey');
    return cert === undefined || key === undefined ? undefined : { level: 2, ca, cert, key, ...name };
  }
}
