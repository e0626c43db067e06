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
