/**
 * The escapes inside a quoted message text: backslash and two hex digits (AT manual, MPUB). They are documented for
 * message texts only; every other field refuses the characters that would need one (fields.ts, topic.ts).
 */
const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\22'],
  ['\r', '\\0D'],
  ['\n', '\\0A'],
  ['\\', '\\5C'],
]);

/** A message text ready to stand between quotes. `wire` holds one character a byte. */
export function escapeMessage(wire: string): string {
  return wire.replace(/["\r\n\\]/g, (character) => escapes.get(character) ?? character);
}

/**
 * Whether bytes can travel as a quoted message text: printable ASCII, and the four characters that have a documented
 * escape. Anything else goes by length, with MPUBEX.
 */
export function isMessageText(wire: string): boolean {
  return /^[\x20-\x7e\r\n]*$/.test(wire);
}
