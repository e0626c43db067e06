import { describe, expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import { decodeTopic } from '../../src/air/topic.js';
import { airGrammar } from '../../src/air/wire-grammar.js';

const raw = airGrammar();
const hex = airGrammar({ encoding: 'hex' });
const WIDE = Buffer.from('：').toString('latin1');

/** How firmware writes a message, by whether the topic is quoted. */
const quotedSpellings: readonly ((topic: string, count: number) => string)[] = [
  (topic, count) => `+MSUB: "${topic}",${count} byte,`,
  (topic, count) => `+MSUB:"${topic}",${count} byte,`,
  (topic, count) => `+MSUB: "${topic}",${count} bytes,`,
  (topic, count) => `+MSUB: "${topic}",${count}byte,`,
  (topic, count) => `+MSUB: "${topic}",${count},`,
  (topic, count) => `+MSUB${WIDE}"${topic}",${count} byte,`,
];
const bareSpellings: readonly ((topic: string, count: number) => string)[] = [
  (topic, count) => `+MSUB:${topic},${count} byte,`,
  (topic, count) => `+MSUB: ${topic},${count} byte,`,
  (topic, count) => `+MSUB: ${topic},${count} bytes,`,
  (topic, count) => `+MSUB${WIDE}${topic},${count}byte,`,
];

/** What the module writes, up to the first CRLF. */
function firstLine(written: string): string {
  return `${written}\r\n`.split('\r\n')[0] ?? '';
}

/** Pieces that could be taken for something else; the lengths in them are shorter than what a header always ends in. */
const hostilePiece = fc.constantFrom(
  ',3 byte,',
  ',5 byte',
  ',0 byte,',
  ',',
  ' ',
  'x',
  '/',
  'é',
  '中',
  '🙂',
  'byte',
  ' 4 ',
  '+MSUB: ',
  'CLOSED',
);
const bareTopic = fc
  .string({ unit: hostilePiece, minLength: 1, maxLength: 8 })
  .filter((topic) => !/^\s/.test(topic))
  .map((topic) => Buffer.from(topic).toString('latin1'));
/** Between quotes a larger number is no threat either. */
const quotedTopic = fc
  .string({ unit: fc.oneof(hostilePiece, fc.constant(',4000 byte,')), minLength: 1, maxLength: 8 })
  .map((topic) => Buffer.from(topic).toString('latin1'));
const payload = fc
  .oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc
      .string({
        unit: fc.oneof(
          hostilePiece,
          fc.constantFrom(
            '"',
            '\r\n',
            '\r',
            '\n',
            '",9 byte,',
            '",0,',
            '\r\nOK\r\n',
            '+MSUB: "x",1 byte,y',
            '> ',
          ),
        ),
        maxLength: 12,
      })
      .map((text) => Buffer.from(text)),
  )
  .map((bytes) => Buffer.from(bytes).toString('latin1'));

describe('headers as captured', () => {
  test.each([
    ['+MSUB: "mqtt/sub_topic",6 byte,123456', 'mqtt/sub_topic', 6, '123456'],
    ['+MSUB:mqtt/sub_topic,6 byte,123456', 'mqtt/sub_topic', 6, '123456'],
    ['+MSUB: mqtt/topic,9 byte,SSSSddddd', 'mqtt/topic', 9, 'SSSSddddd'],
    ['+MSUB: "mqtt/sub_topic",20 byte,{', 'mqtt/sub_topic', 20, '{'],
    ['+MSUB:"t",156 byte,', 't', 156, ''],
    ['+MSUB: "t",0 byte,', 't', 0, ''],
    ['\xfe+MSUB: "t",1 byte,x', 't', 1, 'x'],
  ])('%s', (line, topic, wireLength, start) => {
    const header = raw.payloadHeader(line);
    expect(header).toMatchObject({ topic, wireLength, encoding: 'raw' });
    expect(line.slice(header?.offset)).toBe(start);
  });
});

describe('what is no header', () => {
  test.each([
    '+MSUB: 2',
    '+MSUB:0',
    '+MSUB: t,6,123456', // without quotes only the word tells the length
    '+MSUB: t,six byte,123456',
    '+MSUB: "t",3 byte,1234', // longer than announced: no reading of it can be right
    '+MSUB: "t",3 byte',
    '+MSUB: ,3 byte,abc',
    '+MSUBX: "t",3 byte,abc',
    'said: +MSUB: "t",3 byte,abc',
    '+MQTTMSGGET: 0,VALID',
    'OK',
    '',
  ])('%s', (line) => {
    expect(raw.payloadHeader(line)).toBeUndefined();
  });
});

test.each([
  ['quoted', quotedSpellings, quotedTopic],
  ['bare', bareSpellings, bareTopic],
] as const)('any topic and payload in any %s spelling is read as written', (_kind, spellings, topics) => {
  fc.assert(
    fc.property(fc.constantFrom(...spellings), topics, payload, (spelling, topic, body) => {
      const head = spelling(topic, body.length);
      expect(raw.payloadHeader(firstLine(head + body))).toEqual({
        topic,
        wireLength: body.length,
        encoding: 'raw',
        offset: head.length,
      });
    }),
    { numRuns: 2000 },
  );
});

test('a length inside a bare topic is passed over, one inside the payload never looked at', () => {
  expect(raw.payloadHeader('+MSUB:x,3 byte,y,5 byte,hello')).toMatchObject({
    topic: 'x,3 byte,y',
    wireLength: 5,
  });
  expect(raw.payloadHeader('+MSUB:x,3 byte,5 byte,hello')).toMatchObject({
    topic: 'x,3 byte',
    wireLength: 5,
  });
  expect(raw.payloadHeader('+MSUB:x,11 byte,y,2 byte,zz')).toMatchObject({ topic: 'x', wireLength: 11 });
});

describe('HEX mode', () => {
  test('the count stays that of the payload, twice as many digits follow', () => {
    expect(hex.payloadHeader('+MSUB: "t",14 byte,7B22636D64223A2022313233227D')).toEqual({
      topic: 't',
      wireLength: 28,
      encoding: 'hex',
      offset: 19,
    });
  });

  test('any payload in any spelling', () => {
    const spelling = fc.oneof(
      fc.tuple(fc.constantFrom(...quotedSpellings), quotedTopic),
      fc.tuple(fc.constantFrom(...bareSpellings), bareTopic),
    );
    fc.assert(
      fc.property(spelling, payload, ([written, topic], body) => {
        const digits = Buffer.from(body, 'latin1').toString('hex').toUpperCase();
        const head = written(topic, body.length);
        expect(hex.payloadHeader(head + digits)).toEqual({
          topic,
          wireLength: digits.length,
          encoding: 'hex',
          offset: head.length,
        });
      }),
    );
  });

  test('a payload that is not all digits is read as raw: the module rebooted and forgot the mode', () => {
    expect(hex.payloadHeader('+MSUB: "t",6 byte,{"a":1')).toMatchObject({ wireLength: 6, encoding: 'raw' });
  });

  test('more digits than announced are no message', () => {
    expect(hex.payloadHeader('+MSUB: "t",2 byte,414243')).toBeUndefined();
  });
});

test('a topic is UTF-8 on the wire', () => {
  const header = raw.payloadHeader(`+MSUB: "${Buffer.from('传感器/é').toString('latin1')}",1 byte,x`);
  expect(decodeTopic(header?.topic ?? '')).toBe('传感器/é');
});

describe('whole without a line end', () => {
  test.each([
    'OK',
    'ERROR',
    'CONNECT OK',
    '7,CONNECT OK',
    'ALREADY CONNECT',
    'CONNECT FAIL',
    'CONNACK OK',
    'SUBACK',
    'UNSUBACK',
    'PUBACK',
    'PUBREC',
    'PUBCOMP',
    'CLOSED',
    '7,CLOSED',
    'RDY',
    '+CPIN: READY',
    '+CPIN: READY 0',
    '+CPIN: SIM REMOVED 0',
    '+CPIN: SIM PIN',
    '+SAPBR 1: DEACT',
    '+PDP DEACT',
    '+PDP: DEACT',
  ])('%s', (token) => {
    expect(raw.isWholeToken(token)).toBe(true);
  });

  test.each(['', 'O', 'CONNECT', '+CME ERROR: 76', '+CPIN: ', '+MSUB: 1', 'CLOSED by peer', 'OKAY', '>'])(
    'but not %j',
    (text) => {
      expect(raw.isWholeToken(text)).toBe(false);
    },
  );
});
