/**
 * Patterns of the module's lines. Blanks around colons and commas and at the end differ from command to command and from
 * firmware to firmware (`+MQTTSTATU :1`, `+SIMCROSS:1`, `+CEREG: 0,1 `); all are taken.
 */

/** A colon with blanks around it; the manual prints it full-width too, three bytes of UTF-8 seen as latin1. */
export const COLON = '\\s*(?::|\\u00ef\\u00bc\\u009a)\\s*';

/** A comma with blanks around it. */
export const COMMA = '\\s*,\\s*';

/** A line that is `prefix: rest`, whole. */
export function answerLine(prefix: string, rest: string): RegExp {
  return new RegExp(`^${escapePattern(prefix)}${COLON}${rest}\\s*$`);
}

/** A line that is exactly one of these texts, with or without its blanks (kin firmware prints `CONNECTOK`). */
export function outcomeLine(...texts: readonly string[]): RegExp {
  const spellings = texts.map((text) => escapePattern(text).replaceAll(' ', '\\s*'));
  return new RegExp(`^(?:${spellings.join('|')})\\s*$`);
}

/** The same for what belongs to a TCP connection: with AT+CIPMUX=1 the MQTT connection's number stands before it. */
export function connectionLine(...texts: readonly string[]): RegExp {
  return new RegExp(outcomeLine(...texts).source.replace('^', `^(?:\\d${COMMA})?`));
}

/** The groups of the last of these lines that matches: a repeated answer counts as its newest. */
export function lastMatch(pattern: RegExp, lines: readonly string[]): RegExpExecArray | undefined {
  for (const line of lines.toReversed()) {
    const match = pattern.exec(line);
    if (match) return match;
  }
  return undefined;
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
