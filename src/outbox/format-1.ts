import { crc32 } from 'node:zlib';
import { keyOf, pagesOf, sequenceOf, type RecordKind } from './keys.js';
import type { OutgoingMessage } from './message.js';
import { encodeJson, encodeMessage, type Death } from './record.js';
import type { Change, Store } from './store.js';

/**
 * Format 1 kept everything but the payload as JSON, which cost more than all the rest of accepting:
 *
 *   crc32 of sequence and rest, 4 bytes │ length of the head, 4 bytes │ head, JSON │ payload
 */
const CRC_BYTES = 4;
const HEAD_AT = 8;
const WORD = 2 ** 32;

interface Head extends Omit<OutgoingMessage, 'payload'> {
  readonly ttlMs?: number;
  readonly acceptedAt: number;
  readonly expiresAt?: number;
  readonly death?: Death;
}

/** Brings a store of format 1 to format 2. A record that is damaged, or brought over already, is left as it is. */
export async function fromFormat1(store: Store): Promise<void> {
  for (const kind of ['message', 'attempt', 'dead'] as const) {
    for await (const page of pagesOf(kind, (range) => store.read(range))) {
      const changes = page.flatMap(([key, value]) => rewritten(kind, sequenceOf(key), value) ?? []);
      if (changes.length > 0) await store.write(changes, { sync: true });
    }
  }
}

function rewritten(kind: RecordKind, sequence: number, value: Buffer): Change | undefined {
  const opened = open(sequence, value);
  if (opened === undefined) return undefined;
  const { head, payload } = opened;
  const key = keyOf(kind, sequence);
  if (kind === 'attempt') return { type: 'put', key, value: encodeJson(sequence, head) };
  const { acceptedAt, expiresAt, death, ...message } = head;
  const record = { message: { ...message, payload }, acceptedAt, expiresAt };
  return { type: 'put', key, value: encodeMessage(sequence, record, death) };
}

function open(sequence: number, value: Buffer): { head: Head; payload: Buffer } | undefined {
  if (value.length < HEAD_AT) return undefined;
  const first = Buffer.alloc(CRC_BYTES);
  first.writeUInt32LE(sequence % WORD);
  if (value.readUInt32LE() !== crc32(value.subarray(CRC_BYTES), crc32(first))) return undefined;
  const end = HEAD_AT + value.readUInt32LE(CRC_BYTES);
  return { head: JSON.parse(value.toString('utf8', HEAD_AT, end)) as Head, payload: value.subarray(end) };
}
