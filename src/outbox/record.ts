import { crc32 } from 'node:zlib';
import type { Attempts, OutgoingMessage } from './message.js';

/**
 * How a message lies on the disk, numbers with the least byte first:
 *
 *   checksum, 4 │ QoS and retain, 1 │ accepted at, 8 │ topic's length, 4 │ extras' length, 4 │ topic │ extras │ payload
 *
 * The extras are JSON and most messages have none: a key, a lifetime, why it was given up. What is known of attempts lies as
 * `checksum, 4 │ JSON`. The checksum covers the sequence too, so that a record under another one's key is noticed: LevelDB checks
 * its blocks, but by default hands on what a damaged table still gives.
 */
const CHECKSUM_BYTES = 4;
const FLAGS_AT = 4;
const ACCEPTED_AT = 5;
const TOPIC_LENGTH_AT = 13;
const EXTRAS_LENGTH_AT = 17;
const TOPIC_AT = 21;

const QOS_BITS = 0b011;
const RETAIN_BIT = 0b100;
const WORD = 2 ** 32;
/** Where the checksum begins: a record of format 1 is not taken for one of this. */
const FORMAT = 2;

/** A message as it is kept. */
export interface MessageRecord {
  readonly message: OutgoingMessage;
  /** Milliseconds since the epoch, both; `expiresAt` is the end of a lifetime of its own. */
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

interface Extras {
  readonly key?: string;
  readonly expiresAt?: number;
  readonly death?: Death;
}

/** What can be told of a record without taking it apart. */
export interface Outline {
  readonly qos: 0 | 1 | 2;
  readonly topicBytes: number;
  readonly payloadBytes: number;
  /** What the message takes of `maxBytes`. */
  readonly size: number;
  /** It has a key, a lifetime or a death. */
  readonly hasExtras: boolean;
}

export function encodeMessage(
  sequence: number,
  { message: { topic, payload, qos, retain, key }, acceptedAt, expiresAt }: MessageRecord,
  death?: Death,
): Buffer {
  const plain = key === undefined && expiresAt === undefined && death === undefined;
  const extras = plain ? '' : JSON.stringify({ key, expiresAt, death });
  const extrasAt = TOPIC_AT + Buffer.byteLength(topic);
  const payloadAt = extrasAt + Buffer.byteLength(extras);
  const value = Buffer.allocUnsafe(payloadAt + payload.length);
  value.writeUInt8(retain ? qos | RETAIN_BIT : qos, FLAGS_AT);
  value.writeDoubleLE(acceptedAt, ACCEPTED_AT);
  value.writeUInt32LE(extrasAt - TOPIC_AT, TOPIC_LENGTH_AT);
  value.writeUInt32LE(payloadAt - extrasAt, EXTRAS_LENGTH_AT);
  value.write(topic, TOPIC_AT);
  if (!plain) value.write(extras, extrasAt);
  value.set(payload, payloadAt);
  return seal(sequence, value);
}

/**
 * Not checked by the checksum, which is for whoever takes the record apart: this is done for each of the thousands that
 * wait at a start.
 * @returns undefined for a record that cannot be one
 */
export function outlineOf(value: Buffer): Outline | undefined {
  if (value.length < TOPIC_AT) return undefined;
  const topicBytes = value.readUInt32LE(TOPIC_LENGTH_AT);
  const extrasBytes = value.readUInt32LE(EXTRAS_LENGTH_AT);
  const payloadBytes = value.length - TOPIC_AT - topicBytes - extrasBytes;
  if (payloadBytes < 0) return undefined;
  const qos = (value.readUInt8(FLAGS_AT) & QOS_BITS) as 0 | 1 | 2;
  return { qos, topicBytes, payloadBytes, size: topicBytes + payloadBytes, hasExtras: extrasBytes > 0 };
}

/** @returns undefined for a record that is damaged */
export function decodeMessage(
  sequence: number,
  value: Buffer,
): (MessageRecord & { readonly death: Death | undefined }) | undefined {
  const outline = outlineOf(value);
  if (outline === undefined || !isIntact(sequence, value)) return undefined;
  const { qos, topicBytes, payloadBytes, hasExtras } = outline;
  const [extrasAt, payloadAt] = [TOPIC_AT + topicBytes, value.length - payloadBytes];
  const extras = hasExtras ? (JSON.parse(value.toString('utf8', extrasAt, payloadAt)) as Extras) : {};
  return {
    message: {
      topic: value.toString('utf8', TOPIC_AT, extrasAt),
      payload: value.subarray(payloadAt),
      qos,
      retain: (value.readUInt8(FLAGS_AT) & RETAIN_BIT) !== 0,
      ...(extras.key !== undefined && { key: extras.key }),
    },
    acceptedAt: value.readDoubleLE(ACCEPTED_AT),
    expiresAt: extras.expiresAt,
    death: extras.death,
  };
}

/** What is not a message: `checksum, 4 │ JSON`. */
export function encodeJson(sequence: number, content: object): Buffer {
  const text = JSON.stringify(content);
  const value = Buffer.allocUnsafe(CHECKSUM_BYTES + Buffer.byteLength(text));
  value.write(text, CHECKSUM_BYTES);
  return seal(sequence, value);
}

/** @returns undefined for a record that is damaged */
export function decodeJson(sequence: number, value: Buffer): unknown {
  if (value.length < CHECKSUM_BYTES || !isIntact(sequence, value)) return undefined;
  return JSON.parse(value.toString('utf8', CHECKSUM_BYTES));
}

function seal(sequence: number, value: Buffer): Buffer {
  value.writeUInt32LE(checksumOf(sequence, value));
  return value;
}

function isIntact(sequence: number, value: Buffer): boolean {
  const checksum = value.readUInt32LE();
  const intact = checksumOf(sequence, value) === checksum;
  value.writeUInt32LE(checksum);
  return intact;
}

/** Leaves the sequence where the checksum belongs, so that one call covers both. */
function checksumOf(sequence: number, value: Buffer): number {
  value.writeUInt32LE(sequence % WORD);
  return crc32(value, FORMAT);
}
