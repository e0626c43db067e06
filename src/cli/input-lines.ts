import type { Readable } from 'node:stream';

/**
 * The lines of a stream, read no faster than they are taken. A line longer than `longest` is handed on cut to
 * `longest + 1` characters, so that whoever takes it can tell, and memory stays bounded.
 */
export async function* inputLines(input: Readable, longest: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let line = '';
  const add = (text: string): void => {
    if (line.length <= longest) line = (line + text).slice(0, longest + 1);
  };
  for await (const chunk of input as AsyncIterable<Buffer>) {
    const parts = decoder.decode(chunk, { stream: true }).split('\n');
    for (const [index, part] of parts.entries()) {
      add(part);
      if (index === parts.length - 1) break;
      yield line.replace(/\r$/, '');
      line = '';
    }
  }
  if (line !== '') yield line;
}
