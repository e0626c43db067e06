import { z } from 'zod';
import { brokerUrl, readBrokerUrl, type BrokerAddress } from './broker-url.js';
import { filePath, flag, mustBe, text, wholeNumber } from './fields.js';
import { group } from './group.js';

/** Client id, user and password hold at most 256 bytes each (AT manual, MCONFIG). */
const LOGIN_MAX_BYTES = 256;

const clientId = text(1, LOGIN_MAX_BYTES).refine(
  (value) => !/[{}]/.test(value.replaceAll(/\{(?:imei|iccid)\}/g, '')),
  {
    error: 'must have no braces but those of {imei} and {iccid}',
  },
);

const url = z
  .string(mustBe('mqtt://host or mqtts://host, with user, password and port where needed'))
  .transform((value, context) => {
    const address = readBrokerUrl(value);
    if ('fault' in address) {
      context.addIssue({ code: 'custom', message: address.fault });
      return z.NEVER;
    }
    if (!isLogin(address.username) || !isLogin(address.password)) {
      const message = `must have a user and a password of up to ${LOGIN_MAX_BYTES} bytes without control characters`;
      context.addIssue({ code: 'custom', message });
    }
    return address;
  });

const tls = group({
  ca: filePath()
    .optional()
    .describe('PEM file of the authority that the broker’s certificate is checked against'),
  cert: filePath().optional().describe('PEM file of the client’s certificate, for brokers that ask for one'),
  key: filePath().optional().describe('PEM file of the client’s private key'),
  serverName: text(1, LOGIN_MAX_BYTES)
    .optional()
    .describe('Name sent to the broker (SNI); brokers that share an address need it'),
  insecure: flag().default(false).describe('true: connect without checking the broker’s certificate'),
}).refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
  error: 'must have cert and key together or neither',
});

const keys = group(
  {
    url: url.describe('mqtt://host or mqtts://host, with user, password and port (1883, 8883) where needed'),
    clientId: clientId
      .default('{imei}')
      .describe('MQTT client id; {imei} and {iccid} are filled in from the module'),
    username: text(0, LOGIN_MAX_BYTES).optional().describe('User, instead of in the URL'),
    password: text(0, LOGIN_MAX_BYTES).optional().describe('Password, instead of in the URL'),
    passwordFile: filePath().optional().describe('File that holds the password, instead of password'),
    keepalive: wholeNumber(1, 65_535, 'seconds')
      .default(120)
      .describe('MQTT keep-alive in seconds; the vendor advises 60 to 240, the limits of carriers’ NAT'),
    clean: flag().default(true).describe('false: the broker keeps the session while the link is down'),
    tls: tls.optional().describe('How the broker’s certificate is checked; only with mqtts://'),
  },
  'a group of keys, at least url',
);

/** The broker, its login and its certificates. */
export const brokerSchema = keys
  .refine((broker) => broker.tls === undefined || broker.url.secure, {
    path: ['tls'],
    error: 'goes only with an mqtts:// URL',
    when: hasAddress,
  })
  .refine((broker) => broker.passwordFile === undefined, {
    path: ['passwordFile'],
    error: 'is read only for configurations that loadConfig loads; here it must be broker.password',
    when: isGroup,
  })
  // MQTT 3.1.1, 3.1.2.9: without a user name there must be no password.
  .refine((broker) => loginOf(broker).password === undefined || loginOf(broker).username !== undefined, {
    path: ['password'],
    error: 'must not be given without a user name: MQTT has no password alone',
    when: hasAddress,
  })
  .transform((broker) => ({
    /** `mqtt(s)://host:port`, without user and password. */
    url: brokerUrl(broker.url),
    host: broker.url.host,
    port: broker.url.port,
    clientId: broker.clientId,
    ...loginOf(broker),
    keepalive: broker.keepalive,
    clean: broker.clean,
    /** Present exactly when the connection is to be TLS. */
    ...(broker.url.secure && { tls: broker.tls ?? { insecure: false } }),
  }));

interface Login {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** User and password: a key of its own wins over the URL, and an empty one means none. */
function loginOf({ url: address, ...own }: Login & { readonly url: BrokerAddress }): Login {
  return {
    username: (own.username ?? address.username) || undefined,
    password: (own.password ?? address.password) || undefined,
  };
}

function isLogin(value: string | undefined): boolean {
  return value === undefined || text(0, LOGIN_MAX_BYTES).safeParse(value).success;
}

/** Rules across keys are checked as soon as their keys are there, so that all findings are listed at once. */
function isGroup(payload: { value: unknown }): payload is { value: object } {
  return typeof payload.value === 'object' && payload.value !== null;
}

function hasAddress(payload: { value: unknown }): boolean {
  if (!isGroup(payload) || !('url' in payload.value)) return false;
  const address = payload.value.url;
  return typeof address === 'object' && address !== null && 'host' in address;
}
