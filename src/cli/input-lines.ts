const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The bytes of one line without its line end, or that it was longer than allowed. */
export type InputLine = Buffer | 'too long';

/**
 * The lines of a stream, read no faster than they are taken. A line of more than `longest` bytes is thrown away as it
 * comes, so that memory stays bounded whatever is sent.
 */
export async function* inputLines(input: AsyncIterable<Buffer>, longest: number): AsyncGenerator<InputLine> {
  let pieces: Buffer[] = [];
  let size = 0;
  const add = (piece: Buffer): void => {
    size += piece.length;
    if (size > longest) pieces = [];
    else pieces.push(piece);
  };
  const take = (): InputLine => {
    const line = size > longest ? 'too long' : withoutReturn(Buffer.concat(pieces));
    pieces = [];
    size = 0;
    return line;
  };
  for await (const chunk of input) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      add(chunk.subarray(start, end));
      start = end + 1;
      yield take();
    }
    add(chunk.subarray(start));
  }
  // The last line may come without its end.
  if (size > 0) yield take();
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}
