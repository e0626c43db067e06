import { z } from 'zod';
import { brokerSchema } from './broker.js';
import { powerKeySchema, powerSchema, resetSchema } from './drivers.js';
import { delayMs, filePath, flag, mustBe, oneOf, tcpPort, text, wholeNumber } from './fields.js';
import { group } from './group.js';
import { announceSchema, receiveSchema, subscriptionsSchema, willSchema } from './messages.js';
import { portSchema } from './port.js';
import { recoverySchema } from './recovery.js';
import { findingsOf, invalidConfig, type Finding } from './findings.js';
import { keyTreeOf, type KeyNode } from './key-tree.js';
import { settle, type Settled } from './settled.js';

/** The bearer's APN, user and password hold at most 50 characters each (AT manual, SAPBR). */
const apnText = () => {
  const allowed = mustBe('up to 50 printable ASCII characters without quotes');
  return z
    .string(allowed)
    .max(50, allowed)
    .regex(/^[ !#-~]*$/, allowed);
};

const TEN_YEARS_MS = 315_360_000_000;

const pinDigits = mustBe('4 to 8 digits');

/** Every key of the configuration, its limits and its default. Keys that it does not know are errors. */
export const configSchema = group({
  port: portSchema,
  module: oneOf(['auto', 'air724', 'air780e', 'air780ep', 'air780el'])
    .default('auto')
    .describe('Family of the module; auto reads it from the module'),
  sim: group({
    pin: z
      .string(pinDigits)
      .regex(/^\d{4,8}$/, pinDigits)
      .optional()
      .describe('PIN of the SIM, 4 to 8 digits'),
  })
    .prefault({})
    .describe('The SIM card'),
  apn: group({
    name: apnText().default('').describe('Access point name; empty takes the network’s own'),
    user: apnText().default('').describe('User, for private access points'),
    password: apnText().default('').describe('Password, for private access points'),
  })
    .prefault({})
    .describe('The access point of the network'),
  broker: brokerSchema.describe('The MQTT broker'),
  will: willSchema.optional(),
  announce: announceSchema.optional(),
  subscriptions: subscriptionsSchema.default([]),
  receive: receiveSchema.prefault('direct'),
  outbox: group({
    store: oneOf(['disk', 'memory'])
      .default('disk')
      .describe('disk: what is accepted survives the process and a power failure; memory: only reconnects'),
    directory: filePath()
      .default('./outbox')
      .describe('Folder of this modem alone, for what must survive: messages, radio budget'),
    qos0: oneOf(['memory', 'disk']).default('memory').describe('Where messages of QoS 0 wait'),
    maxMessages: wholeNumber(1, 100_000_000, 'messages')
      .default(10_000)
      .describe('Most messages that wait at a time'),
    maxBytes: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'bytes')
      .default(67_108_864)
      .describe('Most bytes of topics and payloads that wait at a time'),
    maxAgeMs: wholeNumber(1, TEN_YEARS_MS, 'milliseconds')
      .optional()
      .describe('No message waits longer; absent: as long as it takes'),
    maxDeadLetters: wholeNumber(1, 100_000, 'messages')
      .default(1_000)
      .describe('Refused messages that are kept for a person to look at, the newest'),
    overflow: oneOf(['reject', 'drop-oldest'])
      .default('reject')
      .describe('What happens when it is full: refuse the new message or drop the oldest'),
  })
    .prefault({})
    .describe('Messages that wait for the link'),
  reset: resetSchema.optional(),
  powerKey: powerKeySchema.optional(),
  power: powerSchema.optional(),
  recovery: recoverySchema.prefault({}).describe('How a lost link is brought back'),
  log: group({
    level: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info')
      .describe('Least severe level that is logged'),
    trace: flag().default(false).describe('true: log every line to and from the module, secrets masked'),
  })
    .prefault({})
    .describe('The log on stderr'),
  inspect: group({ port: tcpPort(0).describe('TCP port; 0 takes a free one') })
    .optional()
    .describe('A live view of the chart in the browser, on 127.0.0.1 only'),
  metrics: group({
    port: tcpPort(0).describe('TCP port; 0 takes a free one'),
    host: text(1, 255)
      .default('127.0.0.1')
      .describe('Address to listen on; by default this host alone can ask'),
  })
    .optional()
    .describe('/metrics for Prometheus, /livez and /readyz; absent: none'),
  health: group({
    topic: text(1, 200).describe('Topic of the retained status messages'),
    everyMs: delayMs(1).default(900_000).describe('How often it is published while nothing changes'),
  })
    .optional()
    .describe('The status as a retained message with a session number; absent: none'),
});

/** What a library user hands in: only `port` and `broker.url` must be there. */
export type LinkOptions = z.input<typeof configSchema>;

/** A configuration that was checked: every default filled in, nothing to change, no key that is `undefined`. */
export type LinkConfig = Settled<z.output<typeof configSchema>>;

export type PortConfig = LinkConfig['port'];
export type BrokerConfig = LinkConfig['broker'];
export type TlsConfig = NonNullable<BrokerConfig['tls']>;
export type ResetConfig = NonNullable<LinkConfig['reset']>;
export type PowerKeyConfig = NonNullable<LinkConfig['powerKey']>;
export type PowerConfig = NonNullable<LinkConfig['power']>;
export type RecoveryConfig = LinkConfig['recovery'];
export type OutboxConfig = LinkConfig['outbox'];
export type SubscriptionConfig = LinkConfig['subscriptions'][number];
/** A message with a fixed text: the will or the announcement. */
export type FixedMessageConfig = NonNullable<LinkConfig['will']>;

/** The tree of known keys. */
export const configKeys: KeyNode = keyTreeOf(configSchema);

/** Checks options and fills in the defaults; the answer is the configuration or every finding. */
export function checkOptions(
  input: unknown,
): { readonly config: LinkConfig } | { readonly findings: readonly Finding[] } {
  const result = configSchema.safeParse(input);
  if (result.success) return { config: settle(result.data) };
  return { findings: findingsOf(result.error.issues, configKeys) };
}

/**
 * Checks options and fills in the defaults.
 * @throws LinkError CONFIG_INVALID that lists every finding by its key, without repeating values
 */
export function parseOptions(input: unknown): LinkConfig {
  const checked = checkOptions(input);
  if ('findings' in checked) throw invalidConfig('Invalid options', checked.findings);
  return checked.config;
}
