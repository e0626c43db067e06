import { moduleProfiles } from './air/profiles.js';
import { checkTopic } from './air/topic.js';
import type { ModuleInfo } from './actors/module-info.js';
import { LONGEST_DELAY_MS } from './clock/clock.js';
import type { LinkConfig } from './config/schema.js';
import { LinkError } from './errors/link-error.js';
import type { OutgoingMessage } from './outbox/message.js';

/** How a message is to be delivered. */
export interface PublishOptions {
  /** 0: handed to the modem at most once. 1 and 2: kept until the broker acknowledged. Default 0. */
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
  /** How long it may wait for the link, in milliseconds. */
  readonly ttlMs?: number;
  /** Only the newest message of a key is kept while the link is down. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

/**
 * The message that a call of `publish` means, checked before anything is sent or kept.
 * @throws LinkError TOPIC_INVALID, PAYLOAD_TOO_LARGE, CONFIG_INVALID for options that are out of range
 */
export function outgoingMessage(
  topic: string,
  payload: string | Uint8Array,
  { qos = 0, retain = false, ttlMs, key }: PublishOptions,
  limit: number,
): OutgoingMessage {
  checkQos(qos);
  if (ttlMs !== undefined && !(ttlMs >= 0 && ttlMs <= LONGEST_DELAY_MS)) {
    throw new LinkError(
      'CONFIG_INVALID',
      `ttlMs must be 0 to ${LONGEST_DELAY_MS} milliseconds, not ${ttlMs}.`,
      {
        hint: 'Give a finite number of milliseconds, or leave ttlMs out.',
      },
    );
  }
  const bytes = Buffer.from(payload as Uint8Array);
  if (bytes.length > limit) {
    throw new LinkError(
      'PAYLOAD_TOO_LARGE',
      `The message for ${JSON.stringify(topic)} has ${bytes.length} bytes; the module publishes up to ${limit}.`,
    );
  }
  return {
    topic: checkTopic(topic),
    payload: bytes,
    qos,
    retain,
    ...(ttlMs !== undefined && { ttlMs }),
    ...(key !== undefined && { key }),
  };
}

/**
 * The largest payload, in bytes. Until the module is known it is the largest that any could take; its own limit is
 * checked again when the message is sent.
 */
export function payloadLimit(config: LinkConfig, module: ModuleInfo): number {
  const named = config.module === 'auto' ? 'air780ep' : config.module;
  const { inline, data } =
    module.identity === undefined ? moduleProfiles[named].limits : module.profile.limits;
  return config.receive.encoding === 'hex' ? Math.floor(inline / 2) : Math.max(inline, data);
}

/** @throws LinkError CONFIG_INVALID for callers without types */
export function checkQos(qos: number): void {
  if (qos !== 0 && qos !== 1 && qos !== 2) {
    throw new LinkError('CONFIG_INVALID', `qos must be 0, 1 or 2, not ${String(qos)}.`, {
      hint: 'Give 0, 1 or 2.',
    });
  }
}
