import { expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import { LONGEST_LINE } from '../../src/at/guard.js';
import type { WireItem } from '../../src/at/line.js';
import { WireReader } from '../../src/at/wire-reader.js';
import { VirtualClock } from '../../src/clock/virtual.js';
import { exampleGrammar } from './example-dialect.js';
import { cut, cuts, hostileText } from './hostile.js';

/** A reader for whose owner a prompt is always welcome. */
function reading() {
  const clock = new VirtualClock();
  const items: WireItem[] = [];
  const reader = new WireReader({
    clock,
    grammar: exampleGrammar,
    onItem: (item) => {
      items.push(item);
      if (item.kind === 'prompt') reader.expectPrompt(true);
    },
  });
  reader.expectPrompt(true);
  return { clock, items, reader, push: (text: string) => reader.push(Buffer.from(text, 'latin1')) };
}

test('any chunking of the same bytes gives the same items', async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, cuts, async (text, lengths) => {
      const whole = reading();
      whole.push(text);
      const pieces = reading();
      for (const piece of cut(text, lengths)) pieces.push(piece);
      expect(pieces.items).toEqual(whole.items);
      for (const { clock } of [whole, pieces]) await clock.advance(2000);
      expect(pieces.items).toEqual(whole.items);
    }),
    { numRuns: 300 },
  );
});

test('a payload comes out as it went in, whatever it holds and however it is cut', () => {
  fc.assert(
    fc.property(hostileText, hostileText, cuts, (first, second, lengths) => {
      const { items, push } = reading();
      const said = [first, second].map((payload) => `\r\n+MSUB: "t",${payload.length} byte,${payload}\r\n`);
      for (const piece of cut(said.join(''), lengths)) push(piece);
      const payloads = items.map((item) =>
        item.kind === 'payload' ? item.payload.toString('latin1') : item,
      );
      expect(payloads).toEqual([first, second]);
    }),
    { numRuns: 300 },
  );
});

test('a payload in hex comes out as it went in', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), cuts, (payload, lengths) => {
      const { items, push } = reading();
      const digits = Buffer.from(payload).toString('hex').toUpperCase();
      for (const piece of cut(`\r\n+MHEX: "t",${payload.length} byte,${digits}\r\n`, lengths)) push(piece);
      expect(items).toEqual([expect.objectContaining({ kind: 'payload', payload: Buffer.from(payload) })]);
    }),
  );
});

test('after any noise and 2 s of silence, a result is read as one', async () => {
  const noise = fc.oneof(
    hostileText,
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc
      .tuple(hostileText, fc.integer({ min: 1, max: 3 * LONGEST_LINE }))
      .map(([text, length]) => text + 'x'.repeat(length)),
  );
  await fc.assert(
    fc.asyncProperty(noise, async (text) => {
      const { clock, items, reader, push } = reading();
      push(text);
      await clock.advance(2000);
      push('\r\nOK\r\n');
      expect(items.at(-1)).toEqual({ kind: 'line', text: 'OK' });
      expect(reader.receiving()).toBe(false);
    }),
    { numRuns: 200 },
  );
});

test('noise without a line end is held back to 64 KiB and no further', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom('x', '\r', '\n', '\0', '>'),
      (lengths, byte) => {
        const { items, reader } = reading();
        reader.expectPrompt(false);
        let pushed = 0;
        for (const length of lengths) {
          reader.push(Buffer.alloc(length, byte, 'latin1'));
          pushed += length;
        }
        const cutOff = Math.floor(pushed / LONGEST_LINE);
        const yielded = byte === '\r' || byte === '\n' ? 0 : cutOff;
        expect(items.map((item) => (item.kind === 'line' ? item.text.length : item))).toEqual(
          Array(yielded).fill(LONGEST_LINE),
        );
        expect(reader.receiving()).toBe(pushed % LONGEST_LINE > 0);
      },
    ),
    { numRuns: 30 },
  );
});
