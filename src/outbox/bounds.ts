/** Messages, and their bytes of topic and payload. */
export interface Amount {
  readonly size: number;
  readonly bytes: number;
}

/** What may wait at most, and who makes way when it is more. */
export interface Bounds {
  readonly maxMessages: number;
  readonly maxBytes: number;
  readonly overflow: 'reject' | 'drop-oldest';
}

export function sum(...amounts: readonly Amount[]): Amount {
  let [size, bytes] = [0, 0];
  for (const amount of amounts) {
    size += amount.size;
    bytes += amount.bytes;
  }
  return { size, bytes };
}

/** Whether there is room for all of that together. */
export function fits({ maxMessages, maxBytes }: Bounds, ...amounts: readonly Amount[]): boolean {
  const { size, bytes } = sum(...amounts);
  return size <= maxMessages && bytes <= maxBytes;
}
