import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { LinkError } from '../errors/link-error.js';
import type { InboundMessage } from '../inbound/message.js';
import type { StateEvent } from '../supervisor.js';
import type { InputLine } from './input-lines.js';

/** A message that a line of stdin asks to publish. */
export interface PublishRequest {
  readonly id: string | number | null;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

/** A line that is no request. `id` is the line's own where it could be read. */
export interface Rejection {
  readonly id: string | number | null;
  readonly error: LinkError;
}

/** What `run` says on stdout, one object a line. */
export type Report =
  | {
      readonly type: 'state';
      readonly status: string;
      readonly path: string;
      readonly at: string;
      readonly cause?: string;
    }
  | {
      readonly type: 'message';
      readonly topic: string;
      readonly payload: string;
      readonly encoding: 'utf8' | 'base64';
    }
  | { readonly type: 'accepted'; readonly id: string | number | null }
  | { readonly type: 'delivered'; readonly id: string | number | null }
  | {
      readonly type: 'failed';
      readonly id: string | number | null;
      readonly code: string;
      readonly message: string;
    }
  | {
      readonly type: 'rejected';
      readonly id: string | number | null;
      readonly code: string;
      readonly message: string;
    };

/** The longest line that is read, in bytes; the largest message a module takes is 4100 bytes, 8200 as hex. */
export const LONGEST_LINE = 65_536;

const id = z.union([z.string(), z.number()]);

/** Half of a surrogate pair has no UTF-8: it would reach the broker as another character. */
const text = z
  .string()
  .refine((value) => !/\p{Surrogate}/u.test(value), { error: 'is not well-formed text' });

const request = z.strictObject({
  id: id.optional(),
  topic: text,
  payload: text.default(''),
  encoding: z.enum(['utf8', 'base64', 'hex']).default('utf8'),
  qos: z.literal([0, 1, 2]).default(0),
  retain: z.boolean().default(false),
});

/** Reads one line of stdin. Whatever is wrong with it, the next line can be read. */
export function readRequest(line: InputLine): PublishRequest | Rejection {
  if (line === 'too long') {
    return {
      id: null,
      error: new LinkError('PAYLOAD_TOO_LARGE', `The line has more than ${LONGEST_LINE} bytes.`),
    };
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
  } catch {
    return rejection(null, isUtf8(line) ? 'The line is not JSON.' : 'The line is not UTF-8.');
  }
  const own = idOf(value);
  const parsed = request.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const key = issue === undefined || issue.path.length === 0 ? '' : `"${issue.path.join('.')}": `;
    return rejection(own, `${key}${issue?.message ?? 'not a publish request'}.`);
  }
  const { topic, payload, encoding, qos, retain } = parsed.data;
  const bytes = decode(payload, encoding);
  if (bytes === undefined) return rejection(own, `"payload" is not valid ${encoding}.`);
  return { id: own, topic, payload: bytes, qos, retain };
}

/** Writes one line of stdout. */
export function writeReport(report: Report): string {
  return `${JSON.stringify(report)}\n`;
}

/** A received message; as text where its bytes are UTF-8, otherwise as base64. */
export function messageReport({ topic, payload }: InboundMessage): Report {
  return isUtf8(payload)
    ? { type: 'message', topic, payload: payload.toString('utf8'), encoding: 'utf8' }
    : { type: 'message', topic, payload: payload.toString('base64'), encoding: 'base64' };
}

export function stateReport({ status, path, at, cause }: StateEvent): Report {
  return { type: 'state', status, path, at, ...(cause !== undefined && { cause: cause.code }) };
}

/** The bytes, or undefined where the text is not what its encoding says: decoders skip what they do not know. */
function decode(value: string, encoding: 'utf8' | 'base64' | 'hex'): Buffer | undefined {
  const bytes = Buffer.from(value, encoding);
  const again = bytes.toString(encoding);
  return again === (encoding === 'hex' ? value.toLowerCase() : value) ? bytes : undefined;
}

function idOf(value: unknown): string | number | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null;
  const parsed = id.safeParse(value.id);
  return parsed.success ? parsed.data : null;
}

function rejection(own: string | number | null, message: string): Rejection {
  return {
    id: own,
    error: new LinkError('CONFIG_INVALID', message, {
      hint: 'Send one JSON object a line: {"id":"7","topic":"a/b","payload":"hi","qos":1}',
    }),
  };
}
