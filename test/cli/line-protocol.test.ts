import { describe, expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import { LONGEST_LINE, messageReport, readRequest, writeReport } from '../../src/cli/line-protocol.js';

const read = (value: unknown): ReturnType<typeof readRequest> =>
  readRequest(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

const wellFormed = fc.string({ unit: 'binary' });
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));

describe('a request', () => {
  test('means the bytes that its payload encodes, in each encoding', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom('hex' as const, 'base64' as const), (payload, encoding) => {
        expect(read({ topic: 't', payload: payload.toString(encoding), encoding })).toMatchObject({
          payload,
        });
      }),
    );
    fc.assert(
      fc.property(wellFormed, wellFormed, (topic, payload) => {
        expect(read({ topic, payload })).toMatchObject({ topic, payload: Buffer.from(payload) });
      }),
    );
  });

  test('has its own id, QoS 0 and no retain unless it says otherwise', () => {
    expect(read({ id: '7', topic: 'a/b', payload: 'hi' })).toEqual({
      id: '7',
      topic: 'a/b',
      payload: Buffer.from('hi'),
      qos: 0,
      retain: false,
    });
    expect(read({ id: 7, topic: 'a', payload: '', qos: 2, retain: true })).toMatchObject({
      id: 7,
      qos: 2,
      retain: true,
    });
  });

  test.each([
    ['no JSON', 'publish this', null],
    ['a list', [], null],
    ['a text', '"topic"', null],
    ['null', 'null', null],
    ['no topic', { id: '7', payload: 'x' }, '7'],
    ['a topic that is no text', { id: '7', topic: 1, payload: 'x' }, '7'],
    ['an unknown key', { id: '7', topic: 't', payload: 'x', qps: 1 }, '7'],
    ['QoS 3', { id: '7', topic: 't', payload: 'x', qos: 3 }, '7'],
    ['QoS as text', { id: '7', topic: 't', payload: 'x', qos: '1' }, '7'],
    ['retain as text', { id: '7', topic: 't', payload: 'x', retain: 'yes' }, '7'],
    ['an unknown encoding', { id: '7', topic: 't', payload: 'x', encoding: 'latin1' }, '7'],
    ['an object for an id', { id: {}, topic: 't', payload: 'x' }, null],
    ['half a surrogate pair', '{"id":"7","topic":"t","payload":"\\ud800"}', '7'],
    ['base64 with a stray character', { id: '7', topic: 't', payload: 'aG!k', encoding: 'base64' }, '7'],
    ['base64 without its padding', { id: '7', topic: 't', payload: 'aGk', encoding: 'base64' }, '7'],
    ['base64 with bits left over', { id: '7', topic: 't', payload: 'aGl=', encoding: 'base64' }, '7'],
    ['hex of odd length', { id: '7', topic: 't', payload: '616', encoding: 'hex' }, '7'],
    ['hex with another letter', { id: '7', topic: 't', payload: '6g', encoding: 'hex' }, '7'],
  ])('is rejected with %s, under its own id where it has one', (_, line, id) => {
    expect(read(line)).toMatchObject({ id, error: { code: 'CONFIG_INVALID' } });
  });

  test('is rejected when its bytes are not UTF-8: they would reach the broker changed', () => {
    const line = Buffer.from('{"id":"7","topic":"t","payload":"\u00e9"}', 'latin1');
    expect(readRequest(line)).toMatchObject({ error: { message: 'The line is not UTF-8.' } });
  });

  test('is rejected when its line is too long', () => {
    expect(readRequest('too long')).toMatchObject({ id: null, error: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(LONGEST_LINE).toBe(65_536);
  });

  test('or a rejection comes of any bytes whatever, and never an exception', () => {
    fc.assert(
      fc.property(bytes, (line) => {
        expect(readRequest(line)).toHaveProperty('id');
      }),
    );
    fc.assert(
      fc.property(fc.json(), (line) => {
        expect(read(line)).toHaveProperty('id');
      }),
    );
  });
});

describe('a report', () => {
  test('is one line, and carries a payload of any bytes unchanged', () => {
    fc.assert(
      fc.property(wellFormed, bytes, (topic, payload) => {
        const line = writeReport(messageReport({ topic, payload }));
        expect(line.indexOf('\n')).toBe(line.length - 1);
        const said = JSON.parse(line) as { topic: string; payload: string; encoding: BufferEncoding };
        expect(said.topic).toBe(topic);
        expect(Buffer.from(said.payload, said.encoding)).toEqual(payload);
      }),
    );
  });

  test.each([
    ['text', Buffer.from('Grüße\r\n\0'), 'utf8'],
    ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x61]), 'utf8'],
    ['a broken sequence', Buffer.from([0x61, 0xff]), 'base64'],
    ['a surrogate in UTF-8', Buffer.from([0xed, 0xa0, 0x80]), 'base64'],
  ] as const)('tells %s as %s', (_, payload, encoding) => {
    expect(messageReport({ topic: 't', payload })).toMatchObject({ encoding });
  });
});
