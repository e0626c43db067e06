import { readCommandLine, type CommandLine } from './argument-grammar.js';

/** What a module read: a command, with the data that followed its prompt. */
export interface Heard extends CommandLine {
  readonly data?: Buffer;
}

/**
 * Reads everything that a host wrote to a module, as the module does: lines up to CR; behind MPUBEX and FSWRITE as many
 * bytes as their last or third argument says, whatever they are. Shares nothing with the encoder.
 */
export function readHost(written: Buffer): readonly Heard[] {
  const heard: Heard[] = [];
  let rest = written;
  while (rest.length > 0) {
    const end = rest.indexOf('\r');
    if (end < 0) throw new Error(`a line without its end: ${JSON.stringify(rest.toString('latin1'))}`);
    const line = readCommandLine(rest.toString('latin1', 0, end));
    rest = rest.subarray(end + 1);
    const length = dataLength(line);
    heard.push(length === 0 ? line : { ...line, data: rest.subarray(0, length) });
    rest = rest.subarray(length);
  }
  return heard;
}

function dataLength({ verb, arguments: read }: CommandLine): number {
  if (verb === '+MPUBEX') return Number(read[3]?.bytes.toString());
  if (verb === '+FSWRITE') return Number(read[2]?.bytes.toString());
  return 0;
}
