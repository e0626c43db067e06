/** A message that arrived from the broker. */
export interface InboundMessage {
  readonly topic: string;
  readonly payload: Buffer;
}
