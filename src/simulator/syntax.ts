/** The grammar of one AT command line. Text is latin1 throughout: one character is one byte. */

export type CommandKind = 'execute' | 'query' | 'test' | 'set';

export interface Argument {
  readonly value: string;
  readonly quoted: boolean;
}

export interface CommandRequest {
  /** `CPIN`, `MPUB`; `*EXINFO` keeps its star; `ATE0` is `E`, a bare `AT` is empty. */
  readonly name: string;
  readonly kind: CommandKind;
  readonly args: readonly Argument[];
  /** The line as it was sent. */
  readonly text: string;
  /** It ended in `;&W`: what it sets survives a reboot. */
  readonly save: boolean;
}

/** @returns undefined when the line is no command that could be read: the module says ERROR */
export function parseCommand(text: string): CommandRequest | undefined {
  const saved = /^(.*?);?&W$/is.exec(text);
  const save = saved !== null;
  const body = (saved?.[1] ?? text).slice(2);
  if (save && body === '') return { name: '&W', kind: 'execute', args: [], text, save };
  const short = /^([EIVQZ]|&F)?(\d?)$/i.exec(body);
  if (short !== null) {
    const args = short[2] === undefined || short[2] === '' ? [] : [{ value: short[2], quoted: false }];
    return { name: (short[1] ?? '').toUpperCase(), kind: 'execute', args, text, save };
  }
  const extended = /^([+*^])([A-Z0-9_]+)(=\?|\?|=(.*))?$/is.exec(body);
  if (extended === null) return undefined;
  const [, sign = '', word = '', suffix, rest] = extended;
  const name = (sign === '+' ? '' : sign) + word.toUpperCase();
  if (suffix === undefined) return { name, kind: 'execute', args: [], text, save };
  if (suffix === '?') return { name, kind: 'query', args: [], text, save };
  if (suffix === '=?') return { name, kind: 'test', args: [], text, save };
  const args = parseArguments(rest ?? '');
  return args && { name, kind: 'set', args, text, save };
}

/**
 * Splits at the commas outside quotes. A quote inside a quoted argument ends it, so that C-style `\"` and bare JSON are
 * errors, as on the module.
 */
export function parseArguments(text: string): readonly Argument[] | undefined {
  const args: Argument[] = [];
  const pattern = /"([^"]*)"|([^",]*)/y;
  for (;;) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    args.push(
      match[1] === undefined ? { value: match[2] ?? '', quoted: false } : { value: match[1], quoted: true },
    );
    if (pattern.lastIndex === text.length) return args;
    if (text[pattern.lastIndex] !== ',') return undefined;
    pattern.lastIndex += 1;
  }
}

/** Replaces `\22` by the byte it names (AT manual, MPUB); a backslash in front of anything else stays. */
export function unescapeMessage(text: string): string {
  return text.replace(/\\([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(parseInt(digits, 16)),
  );
}

/** @returns the number, or undefined when it is none or lies outside */
export function integerWithin(text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}
