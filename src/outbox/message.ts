/** A message on its way out, as the outbox keeps it. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** Only the newest message of a key is kept while it waits. */
  readonly key?: string;
  /** How long it may wait before it is given up, in milliseconds. */
  readonly ttlMs?: number;
}

/** What is known of the attempts to send a message. */
export interface Attempts {
  /** How often it was handed to the module. */
  readonly handedOver: number;
  /** How often the module or the broker said no to it. */
  readonly refusals: number;
  /** An earlier hand-over ended without an answer: the broker may have it, and delivering it may make a copy. */
  readonly maybeSent: boolean;
}

export const untried: Attempts = { handedOver: 0, refusals: 0, maybeSent: false };

/** One accepted message; the outbox owns it until it is settled. */
export interface Entry {
  /** Its place in the order of acceptance. */
  readonly sequence: number;
  readonly message: OutgoingMessage;
  /** What it takes of `maxBytes`. */
  readonly size: number;
  /** Whether its record is in the store. */
  readonly stored: boolean;
  /** Milliseconds since the epoch, both; `expiresAt` is the end of a lifetime of its own. */
  readonly acceptedAt: number;
  readonly expiresAt: number | undefined;
  attempts: Attempts;
}

/** What a message takes of `maxBytes`. */
export function sizeOf({ topic, payload }: OutgoingMessage): number {
  return Buffer.byteLength(topic) + payload.length;
}
