import { LinkError } from '../errors/link-error.js';
import type { Amount, Bounds } from './bounds.js';

/** How a message ends that is not delivered, as its publisher is told. */

export function fullError({ size, bytes }: Amount, { maxMessages, maxBytes }: Bounds): LinkError {
  return new LinkError(
    'OUTBOX_FULL',
    `The outbox holds ${size} messages (${bytes} bytes); its limits are ${maxMessages} messages and ${maxBytes} bytes.`,
  );
}

export function droppedError(): LinkError {
  return new LinkError('OUTBOX_FULL', 'The message was dropped to make room for a newer one.');
}

export function expiredError(): LinkError {
  return new LinkError('EXPIRED', 'The message waited longer than it was allowed to.');
}

export function replacedError(key: string): LinkError {
  return new LinkError('REPLACED', `A newer message took the place of "${key}".`);
}

export function refusedError(topic: string, refusals: number, answer: string): LinkError {
  return new LinkError(
    'PUBLISH_FAILED',
    `The message for "${topic}" was refused ${refusals} times, last with ${answer}.`,
    { retryable: false },
  );
}

/** At most once: whether the module passed it on cannot be known, so it is not sent again. */
export function unknownEndError(topic: string): LinkError {
  return new LinkError(
    'PUBLISH_FAILED',
    `The session ended while the QoS 0 message for "${topic}" was on its way; it may or may not have arrived.`,
  );
}

export function keptError(): LinkError {
  return new LinkError('STOPPED', 'The supervisor was stopped; the message is kept on the disk.', {
    hint: 'It is delivered after the next start.',
  });
}
