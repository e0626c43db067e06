/** The keys of AT+SSLCFG and the values that each takes (AT manual, SSLCFG). */
const KEYS = {
  sslversion: /^[0-4]$/,
  ciphersuite: /^0X[0-9A-F]{4}$/i,
  cacert: /^.{1,64}$/,
  clientcert: /^.{1,64}$/,
  clientkey: /^.{1,64}$/,
  seclevel: /^[0-2]$/,
  ignorelocaltime: /^[01]$/,
  negotiatetimeout: /^([1-9]\d|[12]\d\d|300)$/,
  hostname: /^.{1,256}$/,
};

/** Sockets, FTP, MQTT, HTTP. */
const CONTEXTS = [0, 1, 2, 3, 4, 5, 34, 88, 153];

/** The context that MQTT looks into. */
export const MQTT_CONTEXT = 88;

/** What AT+SSLCFG set, by context. A boot forgets it. */
export class TlsSettings {
  #values = new Map();

  reset() {
    this.#values.clear();
  }

  knows(key, context) {
    return key in KEYS && CONTEXTS.includes(context);
  }

  get(context, key) {
    return this.#values.get(`${context} ${key}`);
  }

  /** @param value an empty one erases; @returns whether the key takes it */
  set(context, key, value) {
    if (value === '') this.#values.delete(`${context} ${key}`);
    else if (KEYS[key].test(value)) this.#values.set(`${context} ${key}`, value);
    else return false;
    return true;
  }
}
