import { describe, expect, test } from '@jest/globals';
import { parseOptions } from '../../src/config/schema.js';
import { LEAST } from './options.js';

describe('a configuration of port and broker URL', () => {
  test('has every documented default and nothing else', () => {
    expect(parseOptions(LEAST)).toStrictEqual({
      port: { kind: 'serial', path: '/dev/ttyUSB2', baudRate: 115_200 },
      module: 'auto',
      sim: {},
      apn: { name: '', user: '', password: '' },
      broker: {
        url: 'mqtt://broker.example:1883',
        host: 'broker.example',
        port: 1883,
        clientId: '{imei}',
        keepalive: 120,
        clean: true,
      },
      subscriptions: [],
      receive: { mode: 'direct', encoding: 'raw' },
      outbox: {
        store: 'disk',
        directory: './outbox',
        qos0: 'memory',
        maxMessages: 10_000,
        maxBytes: 67_108_864,
        maxDeadLetters: 1_000,
        overflow: 'reject',
      },
      recovery: {
        backoff: { minMs: 1000, maxMs: 300_000 },
        stableMs: 60_000,
        heartbeatMs: 30_000,
        commandTimeoutMs: 9000,
        attempts: { reconnect: 3, bearer: 3, radio: 2, restart: 2, reset: 3 },
        radioAttachesPerHour: 4,
      },
      log: { level: 'info', trace: false },
    });
  });

  test('is frozen all the way down', () => {
    const config = parseOptions({ ...LEAST, subscriptions: [{ topic: 'a' }] });
    const groups = [
      config,
      config.broker,
      config.recovery.attempts,
      config.subscriptions,
      config.subscriptions[0],
    ];
    expect(groups.map((group) => Object.isFrozen(group))).toStrictEqual([true, true, true, true, true]);
  });

  test('takes keys that are undefined as absent', () => {
    const config = parseOptions({
      ...LEAST,
      broker: { ...LEAST.broker, password: undefined, keepalive: undefined },
      will: undefined,
    });
    expect(config).toStrictEqual(parseOptions(LEAST));
  });
});

describe('defaults inside groups', () => {
  test('will and announcement: empty payload, QoS 0, not retained', () => {
    const config = parseOptions({ ...LEAST, will: { topic: 'w' }, announce: { topic: 'w' } });
    const message = { topic: 'w', payload: '', qos: 0, retain: false };
    expect([config.will, config.announce]).toStrictEqual([message, message]);
  });

  test('subscriptions: QoS 0', () => {
    expect(parseOptions({ ...LEAST, subscriptions: [{ topic: 'a/#' }] }).subscriptions).toStrictEqual([
      { topic: 'a/#', qos: 0 },
    ]);
  });

  test('a RESET line: active high, 600 ms, more than the Air780E asks for', () => {
    expect(parseOptions({ ...LEAST, reset: { line: 'dtr' } }).reset).toStrictEqual({
      kind: 'line',
      line: 'dtr',
      activeLow: false,
      pulseMs: 600,
    });
  });

  test('a POWERKEY line: active high, 2 s; tied low it needs no press', () => {
    expect(parseOptions({ ...LEAST, powerKey: { line: 'rts' } }).powerKey).toStrictEqual({
      kind: 'line',
      line: 'rts',
      activeLow: false,
      pulseMs: 2_000,
    });
    expect(parseOptions({ ...LEAST, powerKey: 'tied-low' }).powerKey).toStrictEqual({ kind: 'tied-low' });
    expect(() => parseOptions({ ...LEAST, powerKey: 'high' })).toThrow(/powerKey/);
  });

  test('mqtts: port 8883 and a checked certificate', () => {
    const { broker } = parseOptions({ ...LEAST, broker: { url: 'mqtts://broker.example' } });
    expect(broker).toMatchObject({ port: 8883, tls: { insecure: false } });
  });
});
