import type { AtCommand } from '../at/command.js';
import type { Registration } from './commands/network.js';
import { registrationOf } from './commands/network.js';
import type { SimState } from './commands/sim.js';
import { readSimLine } from './commands/sim.js';
import type { ModuleTime } from './module-time.js';
import { readModuleTime } from './module-time.js';
import { answerLine, COLON, COMMA, connectionLine } from './pattern.js';

/** What the module says unasked. */
export type Urc =
  /** The TCP connection is gone; `tcpError` is the code of `TCP ERROR:<n>` (12 timeout, 14 reset). */
  | { readonly kind: 'closed'; readonly tcpError?: number }
  /** The data bearer is gone. `spelling` is the line that said so; there are many. */
  | { readonly kind: 'deact'; readonly spelling: string }
  /** The module booted: all state in it is lost. Comes up to twice, or never; nothing may wait for it. */
  | { readonly kind: 'rdy' }
  /** Printed during boot by some families, beside or instead of RDY. */
  | { readonly kind: 'boot hint'; readonly text: string }
  /** The card. `slot` where the line names one. */
  | { readonly kind: 'sim'; readonly state: SimState; readonly slot?: number }
  /** A message waits in a cache slot; it may have overwritten an older one. */
  | { readonly kind: 'cached notice'; readonly slot: number }
  /** `^MODE`: 17 is 4G, 3 is 2G. */
  | { readonly kind: 'mode'; readonly system: number }
  /** The network in reach: `E_UTRAN`, `GSM`. */
  | { readonly kind: 'service'; readonly network: string }
  /** A bearer came up. */
  | { readonly kind: 'pdn active'; readonly cid: number }
  /** The network's time; `time` is undefined where the stamp is none. */
  | { readonly kind: 'nitz'; readonly time: ModuleTime | undefined }
  | {
      readonly kind: 'registration';
      readonly domain: 'CREG' | 'CGREG' | 'CEREG';
      readonly state: Registration;
    }
  /** Known, and no reason to do anything. */
  | { readonly kind: 'diagnostic'; readonly text: string }
  /** The ROM's banner and the bytes of other baud rates. */
  | { readonly kind: 'noise' };

/** Reads one spelling of one URC. */
type Reader = (line: string) => Urc | undefined;

const deactLine = new RegExp(
  '^(?:' +
    [
      `\\+SAPBR\\s*\\d${COLON}DEACT`, // Air724
      `\\+CGEV${COLON}(?:NW|ME)\\s+(?:PDN\\s+)?(?:DEACT|DETACH)\\b.*`, // Air780E and later
      `\\+PDP(?:${COLON}|\\s+)DEACT`, // both spellings are in the vendor's logs
      `\\^MODE${COLON}0${COMMA}0`, // no network at all, with `+NO Service`
      `\\+NO\\s*SERVICE`,
    ].join('|') +
    ')\\s*$',
  'i',
);
const tcpErrorLine = answerLine('TCP ERROR', '(\\d+)');
const closedLine = connectionLine('CLOSED');
/** Any garbage that ends in RDY: the first bytes after a boot come at another baud rate (Air780EP log). */
const rdyLine = /^[^A-Za-z0-9]*RDY\s*$/;
const bootHintLine = /^(?:SMS READY|UART Boot Completed)\s*$/i;
const bannerLine = /^\^boot\.rom/;
const cachedNoticeLine = answerLine('+MSUB', '([0-3])');
const modeLine = answerLine('^MODE', `(\\d+)(?:${COMMA}\\d+)?`);
const serviceLine = /^\+(\w+) Service\s*$/i;
const pdnActiveLine = answerLine('+CGEV', `(?:ME|NW)\\s+PDN\\s+ACT\\s+(\\d+)(?:${COMMA}.*)?`);
const otherPdnLine = new RegExp(`^\\+CGEV${COLON}`);
const nitzLine = answerLine('+NITZ', '(.*?)');
const heartbeatLine = /^MQTT HEART NO ACK\s*$/i;
/** A URC begins with the state; where two numbers stand first, the line has the form of an answer. */
const registrationLine = new RegExp(
  `^\\+(CREG|CGREG|CEREG)${COLON}(?:\\d${COMMA}(?=\\d{1,2}\\s*(?:,|$)))?(\\d{1,2})\\b`,
);

/** Prefixes that are answers and URCs alike: the open command has the first claim on them. */
const sharedPrefix = /^\+(?:CPIN|C(?:E|G)?REG)\b/;

const readers: readonly Reader[] = [
  (line) => (rdyLine.test(line) ? { kind: 'rdy' } : undefined),
  (line) => (closedLine.test(line) ? { kind: 'closed' } : undefined),
  (line) => {
    const match = tcpErrorLine.exec(line);
    return match ? { kind: 'closed', tcpError: Number(match[1]) } : undefined;
  },
  (line) => (deactLine.test(line) ? { kind: 'deact', spelling: line.trim() } : undefined),
  (line) => {
    const sim = readSimLine(line);
    return sim && { kind: 'sim', ...sim };
  },
  (line) => {
    const match = cachedNoticeLine.exec(line);
    return match ? { kind: 'cached notice', slot: Number(match[1]) } : undefined;
  },
  (line) => {
    const match = registrationLine.exec(line);
    const domain = match?.[1];
    if (domain !== 'CREG' && domain !== 'CGREG' && domain !== 'CEREG') return undefined;
    return { kind: 'registration', domain, state: registrationOf(Number(match?.[2])) };
  },
  (line) => {
    const match = pdnActiveLine.exec(line);
    return match ? { kind: 'pdn active', cid: Number(match[1]) } : undefined;
  },
  (line) => {
    const match = modeLine.exec(line);
    return match ? { kind: 'mode', system: Number(match[1]) } : undefined;
  },
  (line) => {
    const network = serviceLine.exec(line)?.[1];
    return network === undefined ? undefined : { kind: 'service', network };
  },
  (line) => {
    const match = nitzLine.exec(line);
    return match ? { kind: 'nitz', time: readModuleTime(match[1] ?? '') } : undefined;
  },
  (line) => (bootHintLine.test(line) ? { kind: 'boot hint', text: line.trim() } : undefined),
  (line) =>
    otherPdnLine.test(line) || heartbeatLine.test(line)
      ? { kind: 'diagnostic', text: line.trim() }
      : undefined,
  (line) => (bannerLine.test(line) || !/[\x21-\x7e]/.test(line) ? { kind: 'noise' } : undefined),
];

/**
 * Reads a line as a URC.
 * @param line without its line end, latin1
 * @param awaiting the command that is open; a line of the shared prefixes (`+CPIN`, `+CEREG`) is its answer when it fits
 * @returns undefined for everything else: answers, results, outcomes and text that means nothing
 */
export function readUrc(line: string, awaiting?: Pick<AtCommand<unknown>, 'information'>): Urc | undefined {
  // What a link hears most, and waits for to go on.
  if (line === 'OK' || line === 'PUBACK') return undefined;
  const text = withoutGarbage(line);
  if (sharedPrefix.test(text) && awaiting?.information?.test(text)) return undefined;
  for (const read of readers) {
    const urc = read(text);
    if (urc) return urc;
  }
  return undefined;
}

/** A boot at another baud rate leaves control and non-ASCII bytes in front of the first line. */
function withoutGarbage(line: string): string {
  return line.replace(/^[^\x21-\x7e]+/, '');
}
