import { z } from 'zod';
import { flag, fits, mustBe, oneOf } from './fields.js';
import { group } from './group.js';
import { topicFilter, topicName } from './topics.js';

/** The will's message holds at most 1360 bytes (AT manual, MCONFIG). */
const WILL_MAX_BYTES = 1_360;
/** No module takes more than 4100 bytes at a time (AT manual, MPUBEX); the profile of the module may say less. */
const ANNOUNCE_MAX_BYTES = 4_100;

const qos = () =>
  z.literal([0, 1, 2], mustBe('0, 1 or 2')).default(0).describe('MQTT quality of service: 0, 1 or 2');

function message(maxBytes: number) {
  const allowed = mustBe(`up to ${maxBytes} bytes of text`);
  return group({
    topic: topicName().describe('Topic that it is published to'),
    payload: z
      .string(allowed)
      .refine((value) => fits(value, 0, maxBytes), allowed)
      .default('')
      .describe('Text of the message'),
    qos: qos(),
    retain: flag().default(false).describe('true: the broker keeps it for later subscribers'),
  });
}

/** What the broker publishes when the link is lost. */
export const willSchema = message(WILL_MAX_BYTES).describe('Published by the broker when the link is lost');

/** What is published right after CONNACK OK; brings a will that came late back into order. */
export const announceSchema = message(ANNOUNCE_MAX_BYTES).describe(
  'Published right after CONNACK OK; with the topic of the will it cures a will that comes late',
);

/** What is subscribed, kept across every reconnect. */
export const subscriptionsSchema = z
  .array(
    group({ topic: topicFilter().describe('Topic filter'), qos: qos() }),
    mustBe('a list of {topic, qos}'),
  )
  .superRefine((subscriptions, context) => {
    subscriptions.forEach(({ topic }, index) => {
      if (subscriptions.findIndex((other) => other.topic === topic) < index) {
        context.addIssue({
          code: 'custom',
          path: [index, 'topic'],
          message: 'is subscribed twice in this list',
        });
      }
    });
  })
  .describe('Subscribed after every connect');

const mode = oneOf(['direct', 'cached']);
const encoding = oneOf(['raw', 'hex']);

/** How the module hands over what it received. */
export const receiveSchema = z
  .union(
    [
      mode.transform((word) => ({ mode: word, encoding: 'raw' as const })),
      group({
        mode: mode
          .default('direct')
          .describe('direct: at once; cached: from the module’s four message slots'),
        encoding: encoding.default('raw').describe('hex: any byte survives, at twice the length on the line'),
      }),
    ],
    mustBe('direct, cached or {mode, encoding}'),
  )
  .describe('How messages are taken over: direct, cached or {mode, encoding}');
