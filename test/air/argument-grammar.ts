/**
 * Reads a command line the way a module does, written apart from the encoder: `AT`, a verb, `=`, arguments between commas;
 * a quoted argument runs to the next quote, whatever stands between.
 */
export interface CommandLine {
  readonly verb: string;
  readonly arguments: readonly ReadArgument[];
}

/** The bytes of an argument, and whether they stood between quotes. */
export interface ReadArgument {
  readonly bytes: Buffer;
  readonly quoted: boolean;
}

export function readCommandLine(text: string): CommandLine {
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (code < 0x20 || code === 0x7f) throw new Error(`control byte ${code} in ${JSON.stringify(text)}`);
    if (code > 0xff) throw new Error(`character ${code} is no byte in ${JSON.stringify(text)}`);
  }
  const head = /^AT([+*]?[A-Z0-9]*\??)(?:=(.*))?$/.exec(text);
  if (!head) throw new Error(`not a command: ${JSON.stringify(text)}`);
  return { verb: head[1] ?? '', arguments: head[2] === undefined ? [] : readArguments(head[2]) };
}

/** A quoted message, its `\HH` escapes undone. */
export function readMessage(argument: ReadArgument): Buffer {
  const bytes: number[] = [];
  const source = argument.bytes;
  for (let at = 0; at < source.length; at++) {
    const byte = source.readUInt8(at);
    if (byte !== 0x5c) {
      bytes.push(byte);
      continue;
    }
    const digits = source.toString('latin1', at + 1, at + 3);
    if (!/^[0-9A-F]{2}$/.test(digits)) throw new Error(`bad escape \\${digits}`);
    bytes.push(Number.parseInt(digits, 16));
    at += 2;
  }
  return Buffer.from(bytes);
}

function readArguments(text: string): ReadArgument[] {
  const found: ReadArgument[] = [];
  let at = 0;
  for (;;) {
    const quoted = text[at] === '"';
    const end = quoted ? text.indexOf('"', at + 1) : endOfBare(text, at);
    if (end < 0) throw new Error(`a quote is left open in ${JSON.stringify(text)}`);
    found.push({ bytes: Buffer.from(text.slice(quoted ? at + 1 : at, end), 'latin1'), quoted });
    at = quoted ? end + 1 : end;
    if (at === text.length) return found;
    if (text[at] !== ',') throw new Error(`something follows a quote in ${JSON.stringify(text)}`);
    at += 1;
  }
}

function endOfBare(text: string, from: number): number {
  const comma = text.indexOf(',', from);
  const end = comma < 0 ? text.length : comma;
  if (text.slice(from, end).includes('"'))
    throw new Error(`a quote inside a bare argument in ${JSON.stringify(text)}`);
  return end;
}
