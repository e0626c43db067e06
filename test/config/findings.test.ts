import { describe, expect, test } from '@jest/globals';
import { parseOptions } from '../../src/config/schema.js';
import { LEAST, configFault, withBroker } from './options.js';

const fault = (options: unknown) => configFault(() => parseOptions(options));
const recovery = (keys: object) => ({ ...LEAST, recovery: keys });

describe('unknown keys name the nearest known one', () => {
  test.each([
    [{ ...LEAST, recieve: 'direct' }, 'recieve is not a known key; the nearest is receive'],
    [withBroker({ pasword: 'x' }), 'broker.pasword is not a known key; the nearest is broker.password'],
    [withBroker({ clientid: 'x' }), 'broker.clientid is not a known key; the nearest is broker.clientId'],
    [{ ...LEAST, keepAlive: 1 }, 'keepAlive is not a known key; the nearest is broker.keepalive'],
    [recovery({ backof: {} }), 'recovery.backof is not a known key; the nearest is recovery.backoff'],
    [
      recovery({ attempts: { restarts: 1 } }),
      'recovery.attempts.restarts is not a known key; the nearest is recovery.attempts.restart',
    ],
    [
      { ...LEAST, port: { path: 'x', baudrate: 9600 } },
      'port.baudrate is not a known key; the nearest is port.baudRate',
    ],
    [
      { ...LEAST, subscriptions: [{ topic: 'a', qso: 1 }] },
      'subscriptions[0].qso is not a known key; the nearest is subscriptions[0].qos',
    ],
    [{ ...LEAST, reset: { line: 'rts', pulsems: 5 } }, 'the nearest is reset.pulseMs'],
    [{ ...LEAST, receive: { encodng: 'hex' } }, 'the nearest is receive.encoding'],
  ])('%j', (options, message) => {
    expect(fault(options)).toContain(message);
  });

  test('what is no name is not repeated: it may be a value that lacks the space after its colon', () => {
    const message = fault(withBroker({ 'password:hunter2': null }));
    expect(message).toContain('broker has a key that is not a name');
    expect(message).not.toContain('hunter2');
  });
});

describe('each finding names its key and what is allowed', () => {
  test.each<[string, unknown, string]>([
    ['no port', { broker: LEAST.broker }, 'port is missing; it must be a path, tcp://host:port'],
    ['no broker', { port: 'x' }, 'broker is missing; it must be a group of keys, at least url'],
    ['no url', { port: 'x', broker: {} }, 'broker.url is missing; it must be mqtt://host or mqtts://host'],
    ['not a group', 'text', 'the configuration is text; it must be a group of keys'],
    ['a list for a group', { ...LEAST, broker: [] }, 'broker is a list; it must be a group of keys'],
    ['an empty group', { ...LEAST, log: null }, 'log is empty; it must be a group of keys'],
    ['a port number', { ...LEAST, port: 5 }, 'port must be a path'],
    ['an empty port', { ...LEAST, port: '' }, 'port must be a path or tcp://host:port'],
    ['another protocol as port', { ...LEAST, port: 'udp://h:1' }, 'port must be a path or tcp://host:port'],
    ['a TCP port too high', { ...LEAST, port: 'tcp://h:65536' }, 'with a port from 1 to 65535'],
    [
      'path and USB ids',
      { ...LEAST, port: { path: 'x', vendorId: '19d1', productId: '0001' } },
      'port must have either',
    ],
    [
      'half of the USB ids',
      { ...LEAST, port: { vendorId: '19d1' } },
      'port must have either path, or vendorId and',
    ],
    [
      'an interface beside a path',
      { ...LEAST, port: { path: 'x', interface: 1 } },
      'port.interface goes with vendorId',
    ],
    [
      'an address as a path',
      { ...LEAST, port: { path: 'tcp://h:1' } },
      'port.path must be a path; write an address',
    ],
    [
      'a USB id as a number',
      { ...LEAST, port: { vendorId: 6609, productId: '0001' } },
      'port.vendorId is a number',
    ],
    [
      'a short USB id',
      { ...LEAST, port: { vendorId: '1', productId: '0001' } },
      'port.vendorId must be four hex',
    ],
    [
      'a baud rate as text',
      { ...LEAST, port: { path: 'x', baudRate: '9600' } },
      'port.baudRate is text; it must be',
    ],
    [
      'an unknown module',
      { ...LEAST, module: 'air700' },
      'module must be one of auto, air724, air780e, air780ep, air780el',
    ],
    [
      'a PIN as a number',
      { ...LEAST, sim: { pin: 1234 } },
      'sim.pin is a number; it must be 4 to 8 digits (put it in quotes)',
    ],
    ['a short PIN', { ...LEAST, sim: { pin: '123' } }, 'sim.pin must be 4 to 8 digits'],
    ['a PIN of letters', { ...LEAST, sim: { pin: '12a4' } }, 'sim.pin must be 4 to 8 digits'],
    [
      'a long APN',
      { ...LEAST, apn: { name: 'x'.repeat(51) } },
      'apn.name must be up to 50 printable ASCII characters',
    ],
    [
      'a quote in the APN',
      { ...LEAST, apn: { user: 'a"b' } },
      'apn.user must be up to 50 printable ASCII characters',
    ],
    ['another protocol', withBroker({ url: 'https://h' }), 'broker.url must begin with mqtt:// or mqtts://'],
    [
      'a protocol without slashes',
      withBroker({ url: 'mqtt:h' }),
      'broker.url must begin with mqtt:// or mqtts://',
    ],
    ['no host', withBroker({ url: 'mqtt://' }), 'broker.url has no host'],
    [
      'a line end',
      withBroker({ url: 'mqtt://broker\n.example' }),
      'broker.url must not contain tabs or line ends',
    ],
    [
      'a control character at the end',
      withBroker({ url: 'mqtt://a\u001a' }),
      'nor end in a space or control character',
    ],
    ['a path', withBroker({ url: 'mqtt://h/mqtt' }), 'broker.url must end after host and port'],
    ['a query', withBroker({ url: 'mqtt://h?x' }), 'broker.url must end after host and port'],
    [
      'a # in the password',
      withBroker({ url: 'mqtt://u:a#b@h' }),
      'broker.url is not a URL that can be read',
    ],
    ['a stray %', withBroker({ url: 'mqtt://u:100%@h' }), 'broker.url has a % in user or password'],
    ['port 0', withBroker({ url: 'mqtt://h:0' }), 'broker.url must have a port from 1 to 65535'],
    [
      'a quote in the host',
      withBroker({ url: 'mqtt://a"b' }),
      'broker.url must have a host that is a DNS name',
    ],
    [
      'a CR in the password',
      withBroker({ url: 'mqtt://u:a%0Db@h' }),
      'broker.url must have a user and a password of up',
    ],
    ['an empty client id', withBroker({ clientId: '' }), 'broker.clientId must be 1 to 256 bytes'],
    ['a long client id', withBroker({ clientId: '合'.repeat(86) }), 'broker.clientId must be 1 to 256 bytes'],
    [
      'an unknown template',
      withBroker({ clientId: '{imsi}' }),
      'broker.clientId must have no braces but those of {imei}',
    ],
    [
      'a CR in the user',
      withBroker({ username: 'a\rb' }),
      'broker.username must be up to 256 bytes of text without control',
    ],
    [
      'a password alone',
      withBroker({ password: 'x' }),
      'broker.password must not be given without a user name',
    ],
    [
      'a password as a number',
      withBroker({ password: 12 }),
      'broker.password is a number; it must be up to 256 bytes',
    ],
    [
      'a password file',
      withBroker({ passwordFile: 'x' }),
      'broker.passwordFile is read only for configurations that loadConfig',
    ],
    [
      'keepalive 0',
      withBroker({ keepalive: 0 }),
      'broker.keepalive is 0; it must be a whole number of seconds from 1 to 65535',
    ],
    ['a long keepalive', withBroker({ keepalive: 65_536 }), 'broker.keepalive is 65536'],
    ['clean as text', withBroker({ clean: 'no' }), 'broker.clean is text; it must be true or false'],
    ['tls without mqtts', withBroker({ tls: {} }), 'broker.tls goes only with an mqtts:// URL'],
    [
      'cert without key',
      withBroker({ url: 'mqtts://h', tls: { cert: 'c' } }),
      'broker.tls must have cert and key together',
    ],
    [
      'a wildcard in the will',
      { ...LEAST, will: { topic: 'a/+' } },
      'will.topic must be a topic without the wildcards',
    ],
    ['an empty topic', { ...LEAST, will: { topic: '' } }, 'will.topic must be a topic of 1 to 256 bytes'],
    ['a will without a topic', { ...LEAST, will: {} }, 'will.topic is missing'],
    [
      'a long will',
      { ...LEAST, will: { topic: 'a', payload: 'x'.repeat(1361) } },
      'will.payload must be up to 1360 bytes',
    ],
    ['QoS 3', { ...LEAST, announce: { topic: 'a', qos: 3 } }, 'announce.qos must be 0, 1 or 2'],
    [
      'a quote in a filter',
      { ...LEAST, subscriptions: [{ topic: 'a"' }] },
      'subscriptions[0].topic must be a topic filter of 1',
    ],
    [
      '# in the middle',
      { ...LEAST, subscriptions: [{ topic: '#/a' }] },
      'subscriptions[0].topic must be a topic filter in which',
    ],
    [
      '+ inside a level',
      { ...LEAST, subscriptions: [{ topic: 'a+/b' }] },
      'subscriptions[0].topic must be a topic filter in which',
    ],
    [
      'a long filter',
      { ...LEAST, subscriptions: [{ topic: 'x'.repeat(257) }] },
      'subscriptions[0].topic must be',
    ],
    [
      'a filter twice',
      { ...LEAST, subscriptions: [{ topic: 'a' }, { topic: 'a', qos: 1 }] },
      'subscriptions[1].topic is subscribed twice',
    ],
    [
      'one filter without a list',
      { ...LEAST, subscriptions: { topic: 'a' } },
      'subscriptions is a group of keys; it must be a list',
    ],
    [
      'an unknown mode',
      { ...LEAST, receive: 'cashed' },
      'receive must be direct, cached or {mode, encoding}',
    ],
    [
      'an unknown encoding',
      { ...LEAST, receive: { encoding: 'base64' } },
      'receive.encoding must be one of raw, hex',
    ],
    [
      'an unknown overflow',
      { ...LEAST, outbox: { overflow: 'drop' } },
      'outbox.overflow must be one of reject, drop-oldest',
    ],
    ['no room', { ...LEAST, outbox: { maxMessages: 0 } }, 'outbox.maxMessages is 0'],
    [
      'half a byte',
      { ...LEAST, outbox: { maxBytes: 0.5 } },
      'outbox.maxBytes is 0.5; it must be a whole number of bytes',
    ],
    [
      'command and line',
      { ...LEAST, reset: { command: ['x'], line: 'dtr' } },
      'reset must have either command or line',
    ],
    ['neither', { ...LEAST, reset: {} }, 'reset must have either command or line'],
    [
      'a pulse of a program',
      { ...LEAST, reset: { command: ['x'], pulseMs: 5 } },
      'reset must have line where it has activeLow',
    ],
    ['an unknown line', { ...LEAST, reset: { line: 'cts' } }, 'reset.line must be one of dtr, rts'],
    ['a pulse of nothing', { ...LEAST, reset: { line: 'dtr', pulseMs: 0 } }, 'reset.pulseMs is 0'],
    [
      'a shell line',
      { ...LEAST, power: { command: 'off && on' } },
      'power.command is text; it must be a list of program',
    ],
    ['an empty command', { ...LEAST, power: { command: [] } }, 'power.command must be a list of program'],
    ['a nameless program', { ...LEAST, power: { command: [''] } }, 'power.command must be a list of program'],
    ['text for power', { ...LEAST, power: 'gpio' }, 'power must be {command}'],
    [
      'a delay too long',
      recovery({ stableMs: 2_147_483_648 }),
      'recovery.stableMs is 2147483648; it must be a whole number of milliseconds from 0 to 2147483647',
    ],
    ['an endless delay', recovery({ heartbeatMs: Infinity }), 'recovery.heartbeatMs is Infinity'],
    ['no number', recovery({ commandTimeoutMs: NaN }), 'recovery.commandTimeoutMs is NaN'],
    ['a negative delay', recovery({ backoff: { minMs: -1 } }), 'recovery.backoff.minMs is -1'],
    [
      'min above max',
      recovery({ backoff: { minMs: 2, maxMs: 1 } }),
      'recovery.backoff.minMs must not be longer than',
    ],
    [
      'no attempts',
      recovery({ attempts: { radio: 0 } }),
      'recovery.attempts.radio is 0; it must be a whole number from 1 to 100',
    ],
    ['no attaches', recovery({ radioAttachesPerHour: 0 }), 'recovery.radioAttachesPerHour is 0'],
    [
      'an unknown level',
      { ...LEAST, log: { level: 'verbose' } },
      'log.level must be one of fatal, error, warn',
    ],
    ['a port of the inspector', { ...LEAST, inspect: { port: 65_536 } }, 'inspect.port is 65536'],
    ['no port of the metrics', { ...LEAST, metrics: {} }, 'metrics.port is missing'],
  ])('%s', (_name, options, message) => {
    expect(fault(options)).toContain(message);
  });

  test('all are listed at once, those across keys too', () => {
    const message = fault({
      port: '/dev/x',
      broker: { url: 'mqtt://h', keepalive: 0, password: 'x', tls: {}, nam: 1 },
      sim: { pin: 'x' },
    });
    expect(message.split('\n')).toHaveLength(6);
    expect(message).toMatch(/^Invalid options: 5 findings\n/);
  });
});
