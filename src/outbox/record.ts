import { crc32 } from 'node:zlib';
import type { Attempts, OutgoingMessage } from './message.js';

/**
 * How a record lies on the disk:
 *
 *   crc32 of key and rest, 4 bytes │ length of the head, 4 bytes │ head, JSON │ payload
 *
 * The checksum covers the key, so that a record under another one's key is noticed too. LevelDB checks its blocks, but
 * by default hands on what a damaged table still gives.
 */
const CRC_BYTES = 4;
const LENGTH_BYTES = 4;
const HEAD_AT = CRC_BYTES + LENGTH_BYTES;

/** A message as it is kept. */
export interface MessageRecord {
  readonly message: OutgoingMessage;
  readonly acceptedAt: number;
  readonly expiresAt?: number;
}

/** Why a message was given up. */
export interface Death {
  /** A code of LinkError. */
  readonly code: string;
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly attempts: Attempts;
}

interface Head extends Omit<OutgoingMessage, 'payload'> {
  readonly acceptedAt: number;
  readonly expiresAt?: number;
  readonly death?: Death;
}

export function encodeMessage(
  key: string,
  { message, acceptedAt, expiresAt }: MessageRecord,
  death?: Death,
): Buffer {
  const { payload, ...rest } = message;
  const head: Head = {
    ...rest,
    acceptedAt,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(death !== undefined && { death }),
  };
  return seal(key, JSON.stringify(head), payload);
}

/** @returns undefined for a record that is damaged */
export function decodeMessage(key: string, value: Buffer): (MessageRecord & { death?: Death }) | undefined {
  const opened = unseal(key, value);
  if (opened === undefined) return undefined;
  const { acceptedAt, expiresAt, death, ...rest } = opened.head as Head;
  return {
    message: { ...rest, payload: opened.payload },
    acceptedAt,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(death !== undefined && { death }),
  };
}

export function encodeAttempts(key: string, attempts: Attempts): Buffer {
  return seal(key, JSON.stringify(attempts), NOTHING);
}

/** @returns undefined for a record that is damaged */
export function decodeAttempts(key: string, value: Buffer): Attempts | undefined {
  return unseal(key, value)?.head as Attempts | undefined;
}

const NOTHING = Buffer.alloc(0);

function seal(key: string, head: string, payload: Buffer): Buffer {
  const headBytes = Buffer.byteLength(head);
  const value = Buffer.allocUnsafe(HEAD_AT + headBytes + payload.length);
  value.writeUInt32LE(headBytes, CRC_BYTES);
  value.write(head, HEAD_AT);
  payload.copy(value, HEAD_AT + headBytes);
  value.writeUInt32LE(checksum(key, value));
  return value;
}

function unseal(key: string, value: Buffer): { head: unknown; payload: Buffer } | undefined {
  if (value.length < HEAD_AT || value.readUInt32LE() !== checksum(key, value)) return undefined;
  const end = HEAD_AT + value.readUInt32LE(CRC_BYTES);
  return { head: JSON.parse(value.toString('utf8', HEAD_AT, end)), payload: value.subarray(end) };
}

function checksum(key: string, value: Buffer): number {
  return crc32(value.subarray(CRC_BYTES), crc32(key));
}
