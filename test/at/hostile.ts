import fc from '../support/fast-check.js';

/** What a module may say, and what a payload may hold to look like it. */
const tokens = [
  '\r\n',
  '\r',
  '\n',
  '>',
  '> ',
  '\r\n>',
  '\r\nOK\r\n',
  'OK',
  '\r\nERROR\r\n',
  '\r\n+CME ERROR: 3\r\n',
  '\r\nCLOSED\r\n',
  'CLOSED',
  '\r\nRDY\r\n',
  '\r\nCONNECT OK\r\n',
  'CONNECT OK',
  '\r\nPUBACK\r\n',
  '\r\n+URC: 1\r\n',
  '\r\n+CPIN: READY\r\n',
  '+MSUB: "t",3 byte,',
  '+MSUB: "t",0 byte,',
  '\r\n+MSUB: "u",12 byte,',
  '+MHEX: "t",1 byte,',
  '+MSUB: "t",99999 byte,',
  'AT+PLAIN\r',
  '"',
  '\0',
  '\xff',
  'a',
];

/** Text out of everything that is dangerous. */
export const hostileText = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...tokens) }, fc.string({ maxLength: 4 })), {
    maxLength: 30,
  })
  .map((parts) => parts.join('').replace(/[^\0-\xff]/g, '?'));

/** Where to cut: the lengths of the pieces, used in turn. */
export const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });

/** The text in pieces of these lengths, again and again. */
export function cut(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let from = 0, turn = 0; from < text.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    pieces.push(text.slice(from, from + length));
    from += length;
  }
  return pieces;
}
