import { describe, expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import { createCommands } from '../../src/air/commands/index.js';
import type { AtCommand } from '../../src/at/command.js';
import { LinkError } from '../../src/errors/link-error.js';
import { readCommandLine, readMessage } from './argument-grammar.js';

/**
 * Whatever stands in a field that reaches the wire: it is refused, or the module reads exactly that value in exactly that
 * place of exactly one command.
 */
const air = createCommands();
const will = { topic: 'w', payload: 'off', qos: 0, retain: false } as const;
const target = { topic: 't', qos: 0, retain: false } as const;
const data = Buffer.from('x');

interface Field {
  readonly build: (value: string) => AtCommand<unknown>;
  readonly verb: string;
  /** Which argument it is, and of how many. */
  readonly place: readonly [index: number, count: number];
  /** Whether `\HH` stands for a byte there. */
  readonly escaped?: true;
  readonly secret?: true;
}

const fields: Readonly<Record<string, Field>> = {
  clientId: { build: (clientId) => air.mqttConfig({ clientId }), verb: '+MCONFIG', place: [0, 1] },
  username: {
    build: (username) => air.mqttConfig({ clientId: 'id', username, password: 'p' }),
    verb: '+MCONFIG',
    place: [1, 3],
    secret: true,
  },
  password: {
    build: (password) => air.mqttConfig({ clientId: 'id', username: 'u', password }),
    verb: '+MCONFIG',
    place: [2, 3],
    secret: true,
  },
  'will topic': {
    build: (topic) => air.mqttConfig({ clientId: 'id', will: { ...will, topic } }),
    verb: '+MCONFIG',
    place: [5, 7],
  },
  'will payload': {
    build: (payload) => air.mqttConfig({ clientId: 'id', will: { ...will, payload } }),
    verb: '+MCONFIG',
    place: [6, 7],
    escaped: true,
  },
  host: {
    build: (host) => air.tcpConnect({ host, port: 1883, tls: false }),
    verb: '+MIPSTART',
    place: [0, 2],
  },
  APN: { build: (name) => air.bearerApn(name), verb: '+SAPBR', place: [3, 4] },
  'APN user': { build: (user) => air.bearerUser(user), verb: '+SAPBR', place: [3, 4], secret: true },
  'APN password': { build: (word) => air.bearerPassword(word), verb: '+SAPBR', place: [3, 4], secret: true },
  PIN: { build: (pin) => air.enterPin(pin), verb: '+CPIN', place: [0, 1], secret: true },
  'filter to subscribe': { build: (filter) => air.subscribe(filter, 1), verb: '+MSUB', place: [0, 2] },
  'filter to unsubscribe': { build: (filter) => air.unsubscribe(filter), verb: '+MUNSUB', place: [0, 1] },
  'topic of MPUB': {
    build: (topic) => air.publishInline({ ...target, topic }, 'x'),
    verb: '+MPUB',
    place: [0, 4],
  },
  'topic of MPUBEX': {
    build: (topic) => air.publishData({ ...target, topic }, data),
    verb: '+MPUBEX',
    place: [0, 4],
  },
  'file to create': { build: (name) => air.fileCreate(name), verb: '+FSCREATE', place: [0, 1] },
  'file to write': { build: (name) => air.fileWrite(name, data, 'append'), verb: '+FSWRITE', place: [0, 4] },
  'file to delete': { build: (name) => air.fileDelete(name), verb: '+FSDEL', place: [0, 1] },
  'file to measure': { build: (name) => air.fileSize(name), verb: '+FSFLSIZE', place: [0, 1] },
  'CA file': { build: (name) => air.sslConfig('cacert', name), verb: '+SSLCFG', place: [2, 3] },
  'client certificate file': {
    build: (name) => air.sslConfig('clientcert', name),
    verb: '+SSLCFG',
    place: [2, 3],
  },
  'client key file': {
    build: (name) => air.sslConfig('clientkey', name),
    verb: '+SSLCFG',
    place: [2, 3],
  },
  'server name': { build: (name) => air.sslConfig('hostname', name), verb: '+SSLCFG', place: [2, 3] },
};

const hostile = fc.constantFrom(
  '"',
  '\\',
  '\\22',
  '\\0D',
  '\r',
  '\n',
  '\r\n',
  '\x1a',
  '\x1b',
  '\0',
  '\x7f',
  '\u0085',
  '\ud800',
  ',',
  '",',
  '=',
  ';',
  '+',
  '#',
  '/',
  'AT+CFUN=0',
  '\rAT+CFUN=0\r',
  'é',
  '中',
  '🙂',
);
const value = fc.oneof(
  fc.string({ unit: hostile, maxLength: 6 }),
  fc.string({ unit: fc.oneof(hostile, fc.constantFrom('a', 'B', '7', '.', '-', ' ')), maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 24 }),
  fc.string({ unit: fc.constantFrom('a', 'z', '0', '9', '.', '-', '_'), minLength: 1, maxLength: 40 }),
  fc.integer({ min: 0, max: 99_999_999 }).map(String),
);

/** What the builder makes of a value; a refusal must be a LinkError that does not repeat a secret. */
function attempt({ build, secret }: Field, text: string): AtCommand<unknown> | LinkError {
  try {
    return build(text);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    if (error.code !== 'CONFIG_INVALID' && error.code !== 'TOPIC_INVALID') throw error;
    if (secret && text.length > 8 && error.message.includes(text))
      throw new Error('the refusal tells the secret');
    return error;
  }
}

describe('no value gets out of its field', () => {
  test.each(Object.entries(fields))('%s', (_name, field) => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(value, (text) => {
        const command = attempt(field, text);
        if (command instanceof LinkError) {
          refused += 1;
          return;
        }
        // An empty login leaves its fields out; the texts are checked elsewhere.
        if (text === '') return;
        accepted += 1;
        const line = readCommandLine(command.text);
        const [index, count] = field.place;
        const argument = line.arguments[index];
        // Plain comparisons: 200,000 of them with expect take 10 s.
        if (line.verb !== field.verb || line.arguments.length !== count) throw new Error('another command');
        if (!argument?.quoted) throw new Error('the argument is missing');
        const read = (field.escaped ? readMessage(argument) : argument.bytes).toString('utf8');
        if (read !== text) throw new Error(`read as ${JSON.stringify(read)}`);
      }),
      { numRuns: 10_000 },
    );
    expect(accepted).toBeGreaterThan(500);
    expect(refused).toBeGreaterThan(500);
  });
});

describe('a backslash is sent only where the manual documents the escape', () => {
  test.each(Object.entries(fields))('%s', (_name, field) => {
    for (const text of ['a\\b', 'a\\22', '\\5C']) {
      const made = attempt(field, text);
      if (field.escaped) expect(made).toMatchObject({ text: expect.stringContaining('\\5C') as unknown });
      else expect(made).toBeInstanceOf(LinkError);
    }
  });
});

describe('no secret is shown', () => {
  const secrets = Object.entries(fields).filter(([, field]) => field.secret);

  test.each(secrets)('%s', (_name, { build }) => {
    // Digits satisfy every field, and none of these stand in any command otherwise.
    fc.assert(
      fc.property(fc.integer({ min: 20_000, max: 99_999_999 }).map(String), (text) => {
        const command = build(text);
        expect(command.text).toContain(text);
        expect(command.display).not.toContain(text);
      }),
    );
  });

  test('in a command with a will either', () => {
    const command = air.mqttConfig({
      clientId: 'id',
      username: 'hidden-user',
      password: 'hidden-word',
      will,
    });
    expect(command.text).toContain('hidden');
    expect(command.display).not.toContain('hidden');
  });
});

test('a message that MPUB cannot carry never gets into its text', () => {
  for (const wire of ['\0', '\x1a', '\t', '\x7f', '\xff']) {
    expect(() => air.publishInline(target, wire)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  }
});

describe('numbers are checked too', () => {
  const invalid = expect.objectContaining({ code: 'CONFIG_INVALID' });

  test.each([0, -1, 65_536, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('port and keepalive %p', (number) => {
    expect(() => air.tcpConnect({ host: 'h', port: number, tls: false })).toThrow(invalid);
    expect(() => air.mqttConnect({ clean: true, keepalive: number })).toThrow(invalid);
  });

  test('the size of a file part, and of data', () => {
    expect(() => air.fileWrite('a', Buffer.alloc(0), 'append')).toThrow(invalid);
    expect(() => air.fileWrite('a', Buffer.alloc(10_241), 'append')).toThrow(invalid);
    expect(air.fileWrite('a', Buffer.alloc(10_240), 'append').text).toBe('AT+FSWRITE="a",1,10240,15');
    const tooLarge = expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' });
    expect(() => air.publishData(target, Buffer.alloc(0))).toThrow(tooLarge);
    expect(() => air.publishData(target, Buffer.alloc(4101))).toThrow(tooLarge);
  });

  test('the seconds of a TLS negotiation', () => {
    expect(() => air.sslConfig('negotiatetimeout', 9)).toThrow(invalid);
    expect(() => air.sslConfig('negotiatetimeout', 301)).toThrow(invalid);
  });
});

describe('lengths', () => {
  const tooLong = (field: string) =>
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(field) as unknown });

  test.each([
    ['broker.clientId', 256, (text: string) => air.mqttConfig({ clientId: text })],
    ['broker.username', 256, (text: string) => air.mqttConfig({ clientId: 'id', username: text })],
    ['broker.password', 256, (text: string) => air.mqttConfig({ clientId: 'id', password: text })],
    [
      'will.payload',
      1360,
      (text: string) => air.mqttConfig({ clientId: 'id', will: { ...will, payload: text } }),
    ],
    ['apn.name', 50, air.bearerApn],
    ['apn.user', 50, air.bearerUser],
    ['apn.password', 50, air.bearerPassword],
    ['file name', 64, air.fileCreate],
  ])('%s takes up to %i bytes', (field, most, build) => {
    expect(build('x'.repeat(most)).text).toContain('x'.repeat(most));
    expect(() => build('x'.repeat(most + 1))).toThrow(tooLong(field));
    expect(() => build('é'.repeat(most / 2 + 1))).toThrow(tooLong(field));
  });
});
