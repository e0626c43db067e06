import { crc32 } from 'node:zlib';
import type { Attempts, OutgoingMessage } from './message.js';

/**
 * How a record lies on the disk:
 *
 *   crc32 of sequence and rest, 4 bytes │ length of the head, 4 bytes │ head, JSON │ payload
 *
 * The checksum begins with the sequence, so that a record under another one's key is noticed too. LevelDB checks its blocks, but
 * by default hands on what a damaged table still gives.
 */
const CRC_BYTES = 4;
const LENGTH_BYTES = 4;
const HEAD_AT = CRC_BYTES + LENGTH_BYTES;
const WORD = 2 ** 32;

/** A message as it is kept. */
export interface MessageRecord {
  readonly message: OutgoingMessage;
  readonly acceptedAt: number;
  readonly expiresAt: number | undefined;
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
  sequence: number,
  { message, acceptedAt, expiresAt }: MessageRecord,
  death?: Death,
): Buffer {
  const { topic, payload, qos, retain, key, ttlMs } = message;
  // What is undefined is left out by JSON; spelled out, since this is done for every message.
  const head = { topic, qos, retain, key, ttlMs, acceptedAt, expiresAt, death };
  return seal(sequence, JSON.stringify(head), payload);
}

/** @returns undefined for a record that is damaged */
export function decodeMessage(
  sequence: number,
  value: Buffer,
): (MessageRecord & { death?: Death }) | undefined {
  const opened = unseal(sequence, value);
  if (opened === undefined) return undefined;
  const { acceptedAt, expiresAt, death, ...rest } = opened.head as Head;
  return {
    message: { ...rest, payload: opened.payload },
    acceptedAt,
    expiresAt,
    ...(death !== undefined && { death }),
  };
}

export function encodeAttempts(sequence: number, attempts: Attempts): Buffer {
  return seal(sequence, JSON.stringify(attempts), NOTHING);
}

/** @returns undefined for a record that is damaged */
export function decodeAttempts(sequence: number, value: Buffer): Attempts | undefined {
  return unseal(sequence, value)?.head as Attempts | undefined;
}

const NOTHING = Buffer.alloc(0);

function seal(sequence: number, head: string, payload: Buffer): Buffer {
  const headBytes = Buffer.byteLength(head);
  const value = Buffer.allocUnsafe(HEAD_AT + headBytes + payload.length);
  // The sequence stands where the checksum will be, so that one call covers both.
  value.writeUInt32LE(sequence % WORD);
  value.writeUInt32LE(headBytes, CRC_BYTES);
  value.write(head, HEAD_AT);
  payload.copy(value, HEAD_AT + headBytes);
  value.writeUInt32LE(crc32(value));
  return value;
}

function unseal(sequence: number, value: Buffer): { head: unknown; payload: Buffer } | undefined {
  if (value.length < HEAD_AT) return undefined;
  const first = Buffer.alloc(CRC_BYTES);
  first.writeUInt32LE(sequence % WORD);
  if (value.readUInt32LE() !== crc32(value.subarray(CRC_BYTES), crc32(first))) return undefined;
  const end = HEAD_AT + value.readUInt32LE(CRC_BYTES);
  return { head: JSON.parse(value.toString('utf8', HEAD_AT, end)), payload: value.subarray(end) };
}
