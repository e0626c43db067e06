import { describe, expect, test } from '@jest/globals';
import { parseOptions } from '../../src/config/schema.js';
import { LEAST, withBroker } from './options.js';

describe('port', () => {
  test.each([
    ['COM3', { kind: 'serial', path: 'COM3', baudRate: 115_200 }],
    [{ path: '/dev/ttyS0' }, { kind: 'serial', path: '/dev/ttyS0', baudRate: 115_200 }],
    [
      { path: '/dev/ttyS0', baudRate: 9600 },
      { kind: 'serial', path: '/dev/ttyS0', baudRate: 9600 },
    ],
    [
      { vendorId: '0x19D1', productId: '0001', interface: 2, baudRate: 921_600 },
      { kind: 'usb', vendorId: '19d1', productId: '0001', interface: 2, baudRate: 921_600 },
    ],
    [
      { vendorId: '19d1', productId: '0001' },
      { kind: 'usb', vendorId: '19d1', productId: '0001', baudRate: 115_200 },
    ],
    ['tcp://gateway.local:7000', { kind: 'tcp', host: 'gateway.local', port: 7000 }],
    ['tcp://[::1]:7000', { kind: 'tcp', host: '::1', port: 7000 }],
  ])('%j', (port, expected) => {
    expect(parseOptions({ ...LEAST, port }).port).toStrictEqual(expected);
  });
});

describe('broker', () => {
  test('user and password of the URL are percent-decoded and leave the URL', () => {
    const { broker } = parseOptions(withBroker({ url: 'mqtt://a%40b:p%3A%2F%23%E5%90%88@h:1884' }));
    expect(broker).toMatchObject({ url: 'mqtt://h:1884', port: 1884, username: 'a@b', password: 'p:/#合' });
  });

  test('keys of their own win over the URL, and an empty one means none', () => {
    const given = parseOptions(withBroker({ url: 'mqtt://u:p@h', username: 'v', password: 'q' })).broker;
    const emptied = parseOptions(withBroker({ url: 'mqtt://u:p@h', username: '', password: '' })).broker;
    expect(given).toMatchObject({ username: 'v', password: 'q' });
    expect(emptied).not.toHaveProperty('username');
    expect(emptied).not.toHaveProperty('password');
  });

  test('an IPv6 address loses its brackets as a host and keeps them in the URL', () => {
    expect(parseOptions(withBroker({ url: 'mqtts://[2001:db8::1]' })).broker).toMatchObject({
      host: '2001:db8::1',
      url: 'mqtts://[2001:db8::1]:8883',
    });
  });

  test.each(['{imei}', '{iccid}', 'meter-{imei}-{iccid}', 'plain', 'x'.repeat(256)])(
    'client id %s',
    (clientId) => {
      expect(parseOptions(withBroker({ clientId })).broker.clientId).toBe(clientId);
    },
  );

  test('certificates', () => {
    const tls = { ca: 'ca', cert: 'c', key: 'k', serverName: 'h', insecure: true };
    expect(parseOptions({ ...LEAST, broker: { url: 'mqtts://h', tls } }).broker.tls).toStrictEqual(tls);
  });
});

describe('receive', () => {
  test.each([
    ['cached', { mode: 'cached', encoding: 'raw' }],
    [{ encoding: 'hex' }, { mode: 'direct', encoding: 'hex' }],
    [
      { mode: 'cached', encoding: 'hex' },
      { mode: 'cached', encoding: 'hex' },
    ],
  ])('%j', (receive, expected) => {
    expect(parseOptions({ ...LEAST, receive }).receive).toStrictEqual(expected);
  });
});

describe('reset and power', () => {
  test('a program', () => {
    const config = parseOptions({ ...LEAST, reset: { command: ['a', ''] }, power: { command: ['b'] } });
    expect(config.reset).toStrictEqual({ kind: 'command', command: ['a', ''] });
    expect(config.power).toStrictEqual({ kind: 'command', command: ['b'] });
  });

  test('a function of the host program', () => {
    const run = () => Promise.resolve();
    const config = parseOptions({ ...LEAST, reset: run, power: run });
    expect([config.reset, config.power]).toStrictEqual([
      { kind: 'function', run },
      { kind: 'function', run },
    ]);
  });
});

describe('limits that are still inside', () => {
  test.each([
    { broker: { ...LEAST.broker, keepalive: 1 } },
    { broker: { ...LEAST.broker, keepalive: 65_535 } },
    { sim: { pin: '0000' } },
    { sim: { pin: '12345678' } },
    { recovery: { backoff: { minMs: 0, maxMs: 2_147_483_647 }, stableMs: 0 } },
    { recovery: { backoff: { minMs: 5, maxMs: 5 } } },
    { inspect: { port: 0 }, metrics: { port: 65_535 } },
    { apn: { name: 'x'.repeat(50) } },
    { will: { topic: 't'.repeat(256), payload: 'p'.repeat(1360) } },
    { announce: { topic: 'a', payload: 'p'.repeat(4100) } },
    { subscriptions: [{ topic: '#' }, { topic: '+' }, { topic: '/+/a/#' }, { topic: '合'.repeat(85) }] },
  ])('%#', (keys) => {
    expect(parseOptions({ ...LEAST, ...keys })).toMatchObject(
      Object.fromEntries(Object.entries(keys).filter(([key]) => key !== 'broker' && key !== 'subscriptions')),
    );
  });
});
