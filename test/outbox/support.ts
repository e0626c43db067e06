import { VirtualClock } from '../../src/clock/virtual.js';
import { LinkError } from '../../src/errors/link-error.js';
import { MemoryStore } from '../../src/outbox/memory-store.js';
import type { OutgoingMessage } from '../../src/outbox/message.js';
import { Outbox, type OutboxLimits } from '../../src/outbox/outbox.js';
import type { Store } from '../../src/outbox/store.js';

export function message(text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return { topic: 't', payload: Buffer.from(text), qos: 1, retain: false, ...more };
}

export const silent = { info: () => undefined, warn: () => undefined };

export interface BoxOptions {
  readonly limits?: Partial<OutboxLimits>;
  readonly store?: Store;
  readonly clock?: VirtualClock;
}

/** An outbox that was not opened yet, with room for everything. */
export function makeOutbox({
  limits,
  store = new MemoryStore(),
  clock = new VirtualClock(),
}: BoxOptions = {}): Outbox {
  return new Outbox({
    limits: {
      maxMessages: 100_000,
      maxBytes: 1e9,
      overflow: 'reject',
      maxDeadLetters: 100,
      qos0: 'memory',
      ...limits,
    },
    store,
    durable: true,
    clock,
    log: silent,
  });
}

/** How a receipt ended: `delivered`, or the code of its error. */
export function end(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'delivered',
    (error: unknown) => (error instanceof LinkError ? error.code : String(error)),
  );
}

/** Takes what waits, as a delivery does, message by message. @returns the payloads in order */
export async function takeAll(box: Outbox): Promise<string[]> {
  const taken: string[] = [];
  let arrived: () => void = () => undefined;
  box.listen({ onArrival: () => arrived(), onEmpty: () => undefined });
  while (box.size > 0) {
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const entry = box.next();
    if (entry === undefined) {
      await arrival;
      continue;
    }
    await box.hold(entry);
    taken.push(entry.message.payload.toString());
    await box.delivered(entry);
  }
  return taken;
}

export const stopped = new LinkError('STOPPED', 'over');
