import { describe, expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import { publishCommand } from '../../src/air/message.js';
import { moduleProfiles, unknownModule } from '../../src/air/profiles.js';
import { defaultTimings } from '../../src/air/timings.js';
import { readCommandLine, readMessage } from './argument-grammar.js';

const target = { topic: 'a/b', qos: 1, retain: false } as const;
const publish = (payload: string | Buffer, profile = unknownModule) =>
  publishCommand(profile, { ...target, payload: Buffer.from(payload) }, defaultTimings);

describe('MPUB or MPUBEX', () => {
  test.each([
    ['short text', 'hello', 'MPUB'],
    ['JSON with few quotes', '{"a":1}', 'MPUB'],
    ['nothing', '', 'MPUB'],
    // One digit of length and the prompt, 5 bytes, against 2 for each escape.
    ['2 escapes', 'x""', 'MPUB'],
    ['3 escapes', '"""', 'MPUBEX'],
    // Two digits: 6 bytes cost as much as 3 escapes, and the prompt has a turn-around.
    ['3 escapes in 64 bytes', '"'.repeat(3).padEnd(64, 'x'), 'MPUB'],
    ['4 escapes in 64 bytes', '"'.repeat(4).padEnd(64, 'x'), 'MPUBEX'],
    ['4 escapes in 1024 bytes less their own', '"'.repeat(4).padEnd(1016, 'x'), 'MPUB'],
    ['5 escapes in as many', '"'.repeat(5).padEnd(1014, 'x'), 'MPUBEX'],
    ['UTF-8', 'é', 'MPUBEX'],
    ['NUL', '\0', 'MPUBEX'],
    ['Ctrl-Z', 'a\x1a', 'MPUBEX'],
    ['a tab', 'a\tb', 'MPUBEX'],
    ['any byte', Buffer.from([0xff]), 'MPUBEX'],
  ])('%s', (_what, payload, name) => {
    expect(publish(payload)).toMatchObject({ name });
  });

  test('the documented escapes', () => {
    expect(publish('"\r').text).toBe('AT+MPUB="a/b",1,0,"\\22\\0D"');
    expect(publish('\n\\').text).toBe('AT+MPUB="a/b",1,0,"\\0A\\5C"');
  });

  test('data go out as they are, by their length, after the prompt', () => {
    const payload = Buffer.from('{"温度":21}\r\n\x1a\0');
    const command = publish(payload);
    expect(command.text).toBe(`AT+MPUBEX="a/b",1,0,${payload.length}`);
    expect(command.data).toEqual(payload);
  });

  test('retain, and a topic in UTF-8', () => {
    const message = { topic: '温度', qos: 0, retain: true, payload: Buffer.from('x') } as const;
    const command = publishCommand(unknownModule, message, defaultTimings);
    expect(command.text).toBe(`AT+MPUB="${Buffer.from('温度').toString('latin1')}",0,1,"x"`);
    expect(command.display).toBe('AT+MPUB="温度",0,1,"x"');
  });
});

describe('limits', () => {
  test('text beyond MPUB goes with MPUBEX, up to its own', () => {
    expect(publish('x'.repeat(1024))).toMatchObject({ name: 'MPUB' });
    expect(publish('x'.repeat(1025))).toMatchObject({ name: 'MPUBEX' });
    expect(publish('x'.repeat(1360))).toMatchObject({ name: 'MPUBEX' });
    expect(publish('x'.repeat(2384), moduleProfiles.air780e)).toMatchObject({ name: 'MPUB' });
    expect(publish('x'.repeat(4100), moduleProfiles.air780e)).toMatchObject({ name: 'MPUBEX' });
    expect(publish('x'.repeat(4100), moduleProfiles.air780ep)).toMatchObject({ name: 'MPUB' });
  });

  test.each([
    [unknownModule, 1360],
    [moduleProfiles.air724, 4100],
    [moduleProfiles.air780e, 4100],
    [moduleProfiles.air780ep, 4100],
    [moduleProfiles.air780el, 1360],
  ])('beyond both it is refused, naming the limit', (profile, limit) => {
    for (const byte of ['x', '\0']) {
      expect(() => publish(byte.repeat(limit + 1), profile)).toThrow(
        expect.objectContaining({
          code: 'PAYLOAD_TOO_LARGE',
          message: expect.stringContaining(String(limit)) as unknown,
        }),
      );
    }
  });
});

test('whatever is published is what the module reads', () => {
  const text = fc.string({
    unit: fc.constantFrom('"', '\\', '\r', '\n', 'a', '22', '{', ',', 'AT+CFUN=0\r'),
    maxLength: 200,
  });
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
  const names = new Set<string>();
  fc.assert(
    fc.property(
      fc.oneof(
        text.map((value) => Buffer.from(value)),
        bytes,
      ),
      fc.constantFrom(0, 1, 2),
      (payload, qos) => {
        const command = publishCommand(unknownModule, { ...target, qos, payload }, defaultTimings);
        const line = readCommandLine(command.text);
        const [topic, quality, retain, last] = line.arguments;
        names.add(line.verb);
        expect([topic, quality, retain].map((argument) => argument?.bytes.toString())).toEqual([
          'a/b',
          String(qos),
          '0',
        ]);
        if (!last) throw new Error('no message');
        if (line.verb === '+MPUB') expect(readMessage(last)).toEqual(payload);
        else {
          expect(command.data).toEqual(payload);
          expect(last.bytes.toString()).toBe(String(payload.length));
        }
      },
    ),
    { numRuns: 10_000 },
  );
  expect([...names].sort()).toEqual(['+MPUB', '+MPUBEX']);
});

describe('in HEX mode', () => {
  const hex = (payload: Buffer) =>
    publishCommand(unknownModule, { ...target, payload }, defaultTimings, 'hex');

  test('a message goes as digits', () => {
    expect(hex(Buffer.from('123')).text).toBe('AT+MPUB="a/b",1,0,"313233"');
    expect(hex(Buffer.from([0x00, 0xff])).text).toBe('AT+MPUB="a/b",1,0,"00FF"');
  });

  test('half as much fits', () => {
    expect(hex(Buffer.alloc(512)).text).toHaveLength('AT+MPUB="a/b",1,0,""'.length + 1024);
    expect(() => hex(Buffer.alloc(513))).toThrow(expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' }));
  });
});
