import type { AtCommand, OutcomeGrammar } from '../at/command.js';
import { toWire } from './wire-text.js';

/**
 * How a command's text is put together: arguments that are already checked, each with how it looks on the wire and how
 * it looks to people.
 */
export interface Argument {
  readonly wire: string;
  readonly shown: string;
}

/** A number or keyword, without quotes. */
export function bare(value: number | string): Argument {
  return { wire: String(value), shown: String(value) };
}

/** A checked text between quotes. */
export function quoted(value: string): Argument {
  return { wire: `"${toWire(value)}"`, shown: `"${value}"` };
}

/** A checked text between quotes that people never see. */
export function secret(value: string): Argument {
  return { wire: quoted(value).wire, shown: '***' };
}

/** The answer of a command that promises nothing but OK. */
export type Accepted = true;

export interface CommandParts<Answer> {
  /** What stands between `AT` and the arguments: `+CGATT?`, `*EXINFO?`, `I`. */
  readonly verb: string;
  readonly arguments?: readonly Argument[];
  readonly timeoutMs: number;
  readonly data?: Buffer;
  readonly outcome?: OutcomeGrammar;
  readonly information?: RegExp;
  readonly parse: (information: readonly string[]) => Answer | undefined;
}

/** A command that is asked something: its information lines are its answer. */
export function question<Answer>(parts: CommandParts<Answer>): AtCommand<Answer> {
  const written = (look: 'wire' | 'shown') =>
    parts.arguments ? `=${parts.arguments.map((argument) => argument[look]).join(',')}` : '';
  return {
    name: nameOf(parts.verb),
    text: `AT${parts.verb}${written('wire')}`,
    display: `AT${parts.verb}${written('shown')}`,
    timeoutMs: parts.timeoutMs,
    ...(parts.information && { information: parts.information }),
    ...(parts.data && { data: parts.data }),
    ...(parts.outcome && { outcome: parts.outcome }),
    parse: parts.parse,
  };
}

/** A command that only promises OK, and perhaps an outcome after it. */
export function order(parts: Omit<CommandParts<Accepted>, 'parse' | 'information'>): AtCommand<Accepted> {
  return question({ ...parts, parse: () => true });
}

/** `+CGATT?` is called CGATT; the basic commands, which have no sign, keep their AT. */
function nameOf(verb: string): string {
  return /^[+*]/.test(verb) ? verb.slice(1).replace('?', '') : `AT${verb}`;
}
