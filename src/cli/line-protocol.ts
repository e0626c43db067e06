import { z } from 'zod';
import { LinkError } from '../errors/link-error.js';
import type { InboundMessage } from '../inbound/message.js';
import type { StateEvent } from '../supervisor.js';

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

/** The longest line that is read; the largest message a module takes is 4100 bytes, 8200 as hex. */
export const LONGEST_LINE = 65_536;

const id = z.union([z.string(), z.number()]);

const request = z.strictObject({
  id: id.optional(),
  topic: z.string(),
  payload: z.string().default(''),
  encoding: z.enum(['utf8', 'base64', 'hex']).default('utf8'),
  qos: z.literal([0, 1, 2]).default(0),
  retain: z.boolean().default(false),
});

/** Reads one line of stdin. Whatever is wrong with it, the next line can be read. */
export function readRequest(line: string): PublishRequest | Rejection {
  if (line.length > LONGEST_LINE)
    return rejection(null, `The line has more than ${LONGEST_LINE} characters.`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return rejection(null, 'The line is not JSON.');
  }
  const own = idOf(value);
  const parsed = request.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const key = issue === undefined || issue.path.length === 0 ? '' : `"${issue.path.join('.')}": `;
    return rejection(own, `${key}${issue?.message ?? 'not a publish request'}`);
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
  const text = payload.toString('utf8');
  return Buffer.from(text, 'utf8').equals(payload)
    ? { type: 'message', topic, payload: text, encoding: 'utf8' }
    : { type: 'message', topic, payload: payload.toString('base64'), encoding: 'base64' };
}

export function stateReport({ status, path, at, cause }: StateEvent): Report {
  return { type: 'state', status, path, at, ...(cause !== undefined && { cause: cause.code }) };
}

function decode(text: string, encoding: 'utf8' | 'base64' | 'hex'): Buffer | undefined {
  switch (encoding) {
    case 'utf8':
      return Buffer.from(text, 'utf8');
    case 'hex':
      return /^(?:[0-9a-f]{2})*$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
    case 'base64':
      return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)
        ? Buffer.from(text, 'base64')
        : undefined;
  }
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
