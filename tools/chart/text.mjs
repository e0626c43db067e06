/** Sizes of text without a browser: generous averages for the sans-serif faces that the picture names. */
export const titleSize = 15.5;
export const lineSize = 10.5;

/** Most events are in capitals, which are wide. */
const widthOfSign = (sign) => (/[A-Z]/.test(sign) ? 0.69 : 0.57);

export const widthOf = (text, size) =>
  Math.ceil([...text].reduce((sum, sign) => sum + widthOfSign(sign), 0) * size);

/** The first of a list, and how many more there are, within so many characters. */
export function shorten(events, most) {
  for (let shown = events.length; shown > 1; shown -= 1) {
    const rest = events.length - shown;
    const text = events.slice(0, shown).join(', ') + (rest === 0 ? '' : `, +${rest}`);
    if (text.length <= most) return text;
  }
  return events.length > 1 ? `${events[0]}, +${events.length - 1}` : events[0];
}

/** The command that a state sends: its description begins with it. */
export function saying({ description }) {
  return /^AT(?:\+\w+)?(?:\?|=\w+(?:,\w+)*)?(?:, \d+ s, AT\+\w+=\w+)?(?=[ :;.]|$)/.exec(
    description ?? '',
  )?.[0];
}
