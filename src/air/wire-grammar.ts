import type { PayloadHeader, WireGrammar } from '../at/line.js';
import { COLON } from './pattern.js';

/** How received payloads are written: AT+MQTTMODE. */
export type PayloadEncoding = 'raw' | 'hex';

const SPACE = 0x20;
const PLUS = 0x2b;
const DELETE = 0x7f;
/** Garbage of a boot may stand before the prefix. */
const prefix = new RegExp(`^[^\\x21-\\x7e]*\\+MSUB${COLON}`);
/** What follows a quoted topic, up to the last comma of the header; some kin firmware leaves the word out. */
const quotedLength = /",\s*(\d{1,6})\s*(?:bytes?\s*)?(?=,)/g;
/** After a bare topic, which may itself hold commas and numbers, only the word tells the length. */
const bareLength = /,\s*(\d{1,6})\s*bytes?\s*(?=,)/g;

/** Lines that old firmware prints without a line end (Air780E before V1121, V1149 and V1161, among others). */
const wholeTokens: ReadonlySet<string> = new Set([
  'OK',
  'ERROR',
  'CONNECT OK',
  'CONNECT FAIL',
  'ALREADY CONNECT',
  '7,CONNECT OK',
  '7,CONNECT FAIL',
  'CONNACK OK',
  'SUBACK',
  'UNSUBACK',
  'PUBACK',
  'PUBREC',
  'PUBCOMP',
  'CLOSED',
  '7,CLOSED',
  'RDY',
  'SHUT OK',
  '+CPIN: READY',
  '+CPIN: READY 0',
  '+CPIN: SIM REMOVED',
  '+CPIN: SIM REMOVED 0',
  '+CPIN: SIM PIN',
  '+CPIN: SIM PUK',
  '+SAPBR 1: DEACT',
  '+PDP DEACT',
  '+PDP: DEACT',
  '+NO Service',
]);

/** What the wire reader must know of the Luat dialect. */
export function airGrammar(
  options: { readonly encoding: PayloadEncoding } = { encoding: 'raw' },
): WireGrammar {
  return {
    payloadHeader: (line) => readHeader(line, options.encoding),
    isWholeToken: (text) => wholeTokens.has(text.trim()),
  };
}

/**
 * The head of a `+MSUB` line. Firmware writes `+MSUB: "t",6 byte,…`, `+MSUB: t,6 byte,…` or without the blank; a cache
 * notice, `+MSUB: 2`, has no comma and is none. The topic is quoted or bare by firmware, so both are tried.
 */
function readHeader(line: string, encoding: PayloadEncoding): PayloadHeader | undefined {
  // Most lines are told apart by their first character.
  const first = line.charCodeAt(0);
  if (first !== PLUS && first > SPACE && first < DELETE) return undefined;
  const start = prefix.exec(line)?.[0].length;
  if (start === undefined) return undefined;
  if (line[start] === '"') {
    const header = leftMost(line, start + 1, quotedLength, encoding);
    if (header) return header;
  }
  return leftMost(line, start, bareLength, encoding);
}

/**
 * The left-most length whose payload reaches at least to the end of the line. A payload is always followed by a line
 * end, so the true length does; and since the true one is a candidate, nothing inside the payload is ever looked at. A
 * length inside the topic that is shorter than what follows it is passed over.
 */
function leftMost(
  line: string,
  topicStart: number,
  length: RegExp,
  encoding: PayloadEncoding,
): PayloadHeader | undefined {
  for (const match of line.slice(topicStart).matchAll(length)) {
    const topicEnd = topicStart + match.index;
    const offset = topicEnd + match[0].length + 1;
    const header = headerOf(Number(match[1]), line.slice(offset), encoding);
    if (header && topicEnd > topicStart) {
      return { topic: line.slice(topicStart, topicEnd), offset, ...header };
    }
  }
  return undefined;
}

/**
 * In HEX mode the count stays that of the payload, and twice as many digits follow. A module that rebooted is back to
 * raw without saying so: what is not all digits is read as raw, since otherwise its bytes would pass for lines.
 */
function headerOf(
  count: number,
  rest: string,
  encoding: PayloadEncoding,
): Pick<PayloadHeader, 'wireLength' | 'encoding'> | undefined {
  if (encoding === 'hex' && /^[0-9A-Fa-f]*$/.test(rest)) {
    return rest.length <= 2 * count ? { wireLength: 2 * count, encoding: 'hex' } : undefined;
  }
  return rest.length <= count ? { wireLength: count, encoding: 'raw' } : undefined;
}
