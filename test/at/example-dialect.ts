import type { AtCommand } from '../../src/at/command.js';
import type { PayloadHeader, WireGrammar } from '../../src/at/line.js';

/** A small dialect of its own: the protocol layer must not need the real one. */
const header = /^\+(?<name>MSUB|MHEX): "(?<topic>[^"]*)",(?<count>\d+) byte,/;
const tokens = new Set(['OK', 'CONNECT OK', 'PUBACK', '+CPIN: READY']);
const urcs = /^(?:CLOSED|RDY|\+CGEV: .*|\+URC: .*|\+CPIN: .*)$/;

export const exampleGrammar: WireGrammar = {
  payloadHeader(line): PayloadHeader | undefined {
    const match = header.exec(line);
    const { name, topic, count } = match?.groups ?? {};
    if (!match || topic === undefined || count === undefined) return undefined;
    const hex = name === 'MHEX';
    return {
      topic,
      wireLength: Number(count) * (hex ? 2 : 1),
      encoding: hex ? 'hex' : 'raw',
      offset: match[0].length,
    };
  },
  isWholeToken: (text) => tokens.has(text),
};

/** `+CPIN: …` is an answer while it is asked for, and a URC otherwise. */
export function exampleClassify(line: string, awaiting: AtCommand<unknown> | undefined): 'urc' | 'other' {
  if (awaiting?.information?.test(line)) return 'other';
  return urcs.test(line) ? 'urc' : 'other';
}

/** A command that is done with its OK. */
export function plain(name = 'PLAIN', parts: Partial<AtCommand<true>> = {}): AtCommand<true> {
  return { name, text: `AT+${name}`, display: `AT+${name}`, timeoutMs: 9000, parse: () => true, ...parts };
}

/** A command whose OK only means "accepted". */
export function connect(parts: Partial<AtCommand<true>> = {}): AtCommand<true> {
  return plain('CONNECT', {
    outcome: { success: /^CONNECT OK$/, failure: /^CONNECT FAIL$/, progress: /^STATE:/, timeoutMs: 30_000 },
    ...parts,
  });
}

/** A command that asks for information. */
export function askPin(): AtCommand<string> {
  return {
    name: 'CPIN',
    text: 'AT+CPIN?',
    display: 'AT+CPIN?',
    information: /^\+CPIN:/,
    timeoutMs: 9000,
    parse: ([line]) => line?.slice('+CPIN: '.length),
  };
}

/** A command with data behind the prompt, and an acknowledgement. */
export function publish(data: string | Buffer): AtCommand<true> {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
  return plain('MPUBEX', {
    text: `AT+MPUBEX="t",1,0,${bytes.length}`,
    data: bytes,
    outcome: { success: /^PUBACK$/, timeoutMs: 20_000 },
  });
}
