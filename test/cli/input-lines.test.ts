import { expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import { inputLines, type InputLine } from '../../src/cli/input-lines.js';

async function* streamOf(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Promise.resolve(chunk);
}

async function linesOf(chunks: readonly Buffer[], longest: number): Promise<InputLine[]> {
  const lines: InputLine[] = [];
  for await (const line of inputLines(streamOf(chunks), longest)) lines.push(line);
  return lines;
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let start = 0;
  for (const size of sizes) {
    chunks.push(bytes.subarray(start, start + size));
    start += size;
  }
  return [...chunks, bytes.subarray(start)];
}

const lineBytes = fc
  .uint8Array({ maxLength: 30 })
  .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a && byte !== 0x0d)));

test('any cutting of the same bytes gives the same lines, and a line over the limit costs only itself', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(lineBytes, { maxLength: 12 }),
      fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }),
      fc.constantFrom('\n', '\r\n'),
      async (lines, sizes, end) => {
        const longest = 15 + end.length - 1;
        const bytes = Buffer.concat(lines.flatMap((line) => [line, Buffer.from(end)]));
        const expected = lines.map((line) => (line.length > 15 ? 'too long' : line));
        expect(await linesOf(cut(bytes, sizes), longest)).toEqual(expected);
      },
    ),
  );
});

test('the last line may come without its end', async () => {
  expect(await linesOf([Buffer.from('one\ntw'), Buffer.from('o')], 10)).toEqual([
    Buffer.from('one'),
    Buffer.from('two'),
  ]);
});

test('nothing is read before the lines of the chunk in front are taken', async () => {
  let read = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for (;;) {
      read += 1;
      yield Promise.resolve(Buffer.from('a\nb\n'));
    }
  }
  const lines = inputLines(counted(), 10);
  await lines.next();
  await lines.next();
  expect(read).toBe(1);
  await lines.next();
  expect(read).toBe(2);
});
