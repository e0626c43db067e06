/**
 * Splits the text after `=` at its commas outside quotes.
 * @returns {{text: string, quoted: boolean}[] | undefined} undefined when a quote is not closed or stands in the middle
 */
export function splitArguments(text) {
  const found = [];
  let rest = text;
  for (;;) {
    const match = /^\s*(?:"([^"]*)"|([^",]*))\s*(,|$)/.exec(rest);
    if (!match) return undefined;
    const [all, quoted, plain, separator] = match;
    found.push({ text: quoted ?? plain, quoted: quoted !== undefined });
    if (separator === '') return found;
    rest = rest.slice(all.length);
  }
}

/**
 * The bytes of a quoted message: `\HH` stands for one byte (AT manual, MPUB).
 * @param {string} text latin1
 * @returns {Buffer | undefined} undefined where a backslash is followed by anything else
 */
export function unescapeMessage(text) {
  if (/\\(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  const bytes = text.replace(/\\([0-9A-Fa-f]{2})/g, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1');
}
