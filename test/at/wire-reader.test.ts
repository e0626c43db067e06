import { describe, expect, test } from '@jest/globals';
import { LONGEST_LINE } from '../../src/at/guard.js';
import type { WireItem } from '../../src/at/line.js';
import { WireReader } from '../../src/at/wire-reader.js';
import { VirtualClock } from '../../src/clock/virtual.js';
import { exampleGrammar } from './example-dialect.js';

function reading() {
  const clock = new VirtualClock();
  const items: string[] = [];
  const reader = new WireReader({
    clock,
    grammar: exampleGrammar,
    onItem: (item) => items.push(shown(item)),
  });
  const push = (text: string) => reader.push(Buffer.from(text, 'latin1'));
  return { clock, items, reader, push };
}

function shown(item: WireItem): string {
  switch (item.kind) {
    case 'line':
      return item.text;
    case 'prompt':
      return '(prompt)';
    case 'payload':
      return `(${item.header.topic}: ${item.payload.toString('latin1')})`;
    case 'truncated':
      return `(${item.header.topic}: ${item.received} of ${item.header.wireLength})`;
  }
}

describe('lines', () => {
  test('come out at once, in order and without empty ones', () => {
    const { items, push } = reading();
    push('\r\n+CSQ: 16,0\r\n\r\nOK\r\n');
    expect(items).toEqual(['+CSQ: 16,0', 'OK']);
  });

  test('keep every byte and their trailing spaces', () => {
    const { items, push } = reading();
    push('\r\n+CEREG: 0,1 \r\n\xff\x80\x00\r\n');
    expect(items).toEqual(['+CEREG: 0,1 ', '\xff\x80\x00']);
  });

  test('are split at the bare CR of an echo and the bare LF of the boot banner', () => {
    const { items, push } = reading();
    push('AT+CGATT?\r\r\n+CGATT: 1\r\n\r\nOK\r\n');
    push("^boot.rom'v'!\n\r\nRDY\r\n");
    expect(items).toEqual(['AT+CGATT?', '+CGATT: 1', 'OK', "^boot.rom'v'!", 'RDY']);
  });

  test('that arrive in pieces 50 ms apart stay one line', async () => {
    const { clock, items, push } = reading();
    push('\r\n+CGEV');
    await clock.advance(50);
    push(': ME PDN ACT 1\r\n');
    expect(items).toEqual(['+CGEV: ME PDN ACT 1']);
  });

  test('that are pushed while a line is being handled wait for their turn', () => {
    const items: string[] = [];
    const reader = new WireReader({
      clock: new VirtualClock(),
      grammar: exampleGrammar,
      onItem: (item) => {
        items.push(shown(item));
        if (items.length === 1) reader.push(Buffer.from('third\r\n'));
      },
    });
    reader.push(Buffer.from('first\r\nsecond\r\n'));
    expect(items).toEqual(['first', 'second', 'third']);
  });
});

describe('the prompt', () => {
  test.each(['\r\n>', '\r\n> ', '\r\n>\r\n', '>', '\r>'])('is seen in %j while it is awaited', (text) => {
    const { items, reader, push } = reading();
    reader.expectPrompt(true);
    push(text);
    expect(items).toEqual(['(prompt)']);
  });

  test('comes once, and what follows it is a line of its own', () => {
    const { items, reader, push } = reading();
    reader.expectPrompt(true);
    push('\r\n>');
    push(' hello\r\n>\r\n');
    expect(items).toEqual(['(prompt)', 'hello', '>']);
  });

  test('is an ordinary line when nobody awaits it', () => {
    const { items, push } = reading();
    push('\r\n> \r\n');
    expect(items).toEqual(['> ']);
  });

  test('is not seen in the middle of a line', () => {
    const { items, reader, push } = reading();
    reader.expectPrompt(true);
    push('\r\na>\r\n');
    expect(items).toEqual(['a>']);
  });

  test('is not seen inside a payload', () => {
    const { items, reader, push } = reading();
    reader.expectPrompt(true);
    push('\r\n+MSUB: "t",6 byte,a\r\n>');
    push(' b\r\n\r\n>');
    expect(items).toEqual(['(t: a\r\n> b)', '(prompt)']);
  });

  test('is not mistaken for the bare CR and the > of a payload whose line has not ended', () => {
    const { items, reader, push } = reading();
    reader.expectPrompt(true);
    push('\r\n+MSUB: "t",4 byte,a\r>b\r\n');
    expect(items).toEqual(['(t: a\r>b)']);
  });
});

describe('silence', () => {
  test('of 50 ms ends a known token without line end', async () => {
    const { clock, items, push } = reading();
    push('\r\nCONNECT OK');
    await clock.advance(49);
    expect(items).toEqual([]);
    await clock.advance(1);
    expect(items).toEqual(['CONNECT OK']);
    push('\r\nOK\r\n');
    expect(items).toEqual(['CONNECT OK', 'OK']);
  });

  test('is counted from the last byte', async () => {
    const { clock, items, push } = reading();
    push('\r\nCONNECT');
    await clock.advance(40);
    push(' OK');
    await clock.advance(40);
    push('!\r\n');
    expect(items).toEqual(['CONNECT OK!']);
  });

  test('does not end a text that nobody knows', async () => {
    const { clock, items, push } = reading();
    push('\r\nCONNE');
    await clock.advance(60_000);
    expect(items).toEqual([]);
    expect(clock.armed).toBe(0);
  });

  test('ends a complete payload without line end', async () => {
    const { clock, items, push } = reading();
    push('\r\n+MSUB: "t",3 byte,abc');
    await clock.advance(50);
    expect(items).toEqual(['(t: abc)']);
  });

  test('ends the last line of a payload without line end', async () => {
    const { clock, items, push } = reading();
    push('\r\n+MSUB: "t",5 byte,a\r\nbc');
    await clock.advance(50);
    expect(items).toEqual(['(t: a\r\nbc)']);
  });

  test('lets a known token behind a payload count', async () => {
    const { clock, items, push } = reading();
    push('\r\n+MSUB: "t",3 byte,abcOK');
    await clock.advance(50);
    expect(items).toEqual(['(t: abc)', 'OK']);
  });
});

describe('a payload', () => {
  test.each([
    ['line ends and results', '\r\nOK\r\nCLOSED\r\n'],
    ['blank lines', 'a\r\n\r\n\r\nb'],
    ['bare CR and LF', '\r\n\n\r{\n "a": 1\n}\r'],
    ['NUL, high bytes, quotes and prompts', '\0\xff"> \r\n> '],
    ['a header', '\r\n+MSUB: "x",3 byte,abc\r\n'],
    ['nothing', ''],
  ])('may hold %s', (_, payload) => {
    const { items, push } = reading();
    push(`\r\n+MSUB: "t",${payload.length} byte,${payload}\r\n\r\nOK\r\n`);
    expect(items).toEqual([`(t: ${payload})`, 'OK']);
  });

  test('that ends with the CR of a line end takes only that', () => {
    const { items, push } = reading();
    push('\r\n+MSUB: "t",2 byte,a\r\nOK\r\n');
    expect(items).toEqual(['(t: a\r)', 'OK']);
  });

  test('is followed by what stands behind it on the same line', () => {
    const { items, push } = reading();
    push('+MSUB: "t",3 byte,abcCLOSED\r\n+MSUB: "t",1 byte,x+MSUB: "u",1 byte,y\r\n');
    expect(items).toEqual(['(t: abc)', 'CLOSED', '(t: x)', '(u: y)']);
  });

  test('may begin behind the bare CR of an echo', () => {
    const { items, push } = reading();
    push('AT+GET\r+MSUB: "t",3 byte,a\rb\r\n');
    expect(items).toEqual(['AT+GET', '(t: a\rb)']);
  });

  test('is not announced by a header with a line end in it', () => {
    const { items, push } = reading();
    push('+MSUB: "a\rb",3 byte,xyz\r\n');
    expect(items).toEqual(['+MSUB: "a', 'b",3 byte,xyz']);
  });

  test('in hex digits is decoded', () => {
    const { items, push } = reading();
    push('+MHEX: "t",3 byte,61FF0d\r\n');
    expect(items).toEqual(['(t: a\xff\r)']);
  });

  test('in hex digits of which some were lost is reported as broken', () => {
    const { items, push } = reading();
    push('+MHEX: "t",3 byte,6161\r\nOK\r\n');
    expect(items).toEqual(['(t: 4 of 6)', 'OK']);
  });

  test('of more than 64 KiB is not believed', () => {
    const { items, push } = reading();
    push('+MSUB: "t",65537 byte,abc\r\nOK\r\n');
    expect(items).toEqual(['+MSUB: "t",65537 byte,abc', 'OK']);
  });

  test('of 64 KiB in one line passes', () => {
    const { items, push } = reading();
    const payload = 'x'.repeat(65_536);
    push(`+MSUB: "t",65536 byte,${payload}\r\nOK\r\n`);
    expect(items).toEqual([`(t: ${payload})`, 'OK']);
  });

  test('that goes silent for 1 s is reported, and its text not read again', async () => {
    const { clock, items, push } = reading();
    push('\r\n+MSUB: "t",50 byte,a\r\nOK\r\nCLOSED');
    await clock.advance(999);
    expect(items).toEqual([]);
    await clock.advance(1);
    expect(items).toEqual(['(t: 13 of 50)']);
    push('\r\nOK\r\n');
    expect(items).toEqual(['(t: 13 of 50)', 'OK']);
  });

  test('that goes silent in its first line is reported as well', async () => {
    const { clock, items, push } = reading();
    push('\r\n+MSUB: "t",50 byte,OK');
    await clock.advance(1000);
    expect(items).toEqual(['(t: 2 of 50)']);
  });

  test('that dribbles in is waited for', async () => {
    const { clock, items, push } = reading();
    push('\r\n+MSUB: "t",5 byte,');
    for (const byte of 'abcde') {
      await clock.advance(900);
      push(byte);
    }
    await clock.advance(50);
    expect(items).toEqual(['(t: abcde)']);
  });
});

describe('noise without a line end', () => {
  test('is cut into lines of 64 KiB', () => {
    const { items, push } = reading();
    push('x'.repeat(LONGEST_LINE - 1));
    expect(items).toEqual([]);
    push('xyz\r\n');
    expect(items.map((item) => item.length)).toEqual([LONGEST_LINE, 2]);
  });
});

describe('the reader', () => {
  test('knows when the last byte came and whether something has begun', async () => {
    const { clock, reader, push } = reading();
    await clock.advance(70);
    push('\r\nhalf a l');
    expect(reader.lastByteAt).toBe(70);
    expect(reader.receiving()).toBe(true);
    push('ine\r\n');
    expect(reader.receiving()).toBe(false);
    push('+MSUB: "t",9 byte,a\r\n');
    expect(reader.receiving()).toBe(true);
  });

  test('forgets what has begun when it is reset', () => {
    const { items, reader, push } = reading();
    reader.expectPrompt(true);
    push('+MSUB: "t",9 byte,a\r\nb');
    reader.reset();
    push('>OK\r\n');
    expect(items).toEqual(['>OK']);
  });

  test('yields nothing more of a chunk in the middle of which it was reset', () => {
    const items: string[] = [];
    const reader = new WireReader({
      clock: new VirtualClock(),
      grammar: exampleGrammar,
      onItem: (item) => {
        items.push(shown(item));
        reader.reset();
      },
    });
    reader.push(Buffer.from('first\r\nsecond\r\n'));
    reader.push(Buffer.from('third\r\n'));
    expect(items).toEqual(['first', 'third']);
  });

  test('leaves no timer and yields nothing once disposed', () => {
    const { clock, items, reader, push } = reading();
    push('+MSUB: "t",9 byte,a\r\n');
    expect(clock.armed).toBe(1);
    reader.dispose();
    push('OK\r\n');
    expect(clock.armed).toBe(0);
    expect(items).toEqual([]);
  });
});
