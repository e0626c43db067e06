import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.js';
import { formatConfig, redactConfig } from '../../src/config/redact.js';

const loaded = loadConfig({
  environment: { LUAT_LINK_SIM__PIN: '0012' },
  overrides: {
    port: '/dev/ttyUSB2',
    broker: { url: 'mqtts://user:secret@broker.example', tls: { ca: '/etc/ca.crt' } },
    subscriptions: [{ topic: 'a/#', qos: 1 }],
    reset: { command: ['pulse', '17'] },
    powerKey: 'tied-low',
    power: () => Promise.resolve(),
  },
});

describe('the view of a configuration', () => {
  test('has the shape of a file, with secrets masked and empty ones left empty', () => {
    const { config } = redactConfig(loaded);
    expect(config).toMatchObject({
      port: { path: '/dev/ttyUSB2', baudRate: 115_200 },
      sim: { pin: '***' },
      apn: { name: '', user: '', password: '' },
      reset: { command: ['pulse', '17'] },
      powerKey: 'tied-low',
      power: '(function)',
    });
    expect(config['broker']).toStrictEqual({
      url: 'mqtts://broker.example:8883',
      clientId: '{imei}',
      username: '***',
      password: '***',
      keepalive: 120,
      clean: true,
      tls: { insecure: false, ca: '/etc/ca.crt' },
    });
  });

  test('tells the origin of every value, user and password those of the URL they came in', () => {
    const { origins } = redactConfig(loaded);
    expect(origins).toMatchObject({
      'port.path': 'flag',
      'port.baudRate': 'default',
      'sim.pin': 'environment',
      'broker.password': 'flag',
      'broker.keepalive': 'default',
      subscriptions: 'flag',
      'reset.command': 'flag',
      power: 'flag',
    });
  });

  test('reads as YAML, each value with its origin beside it', () => {
    const text = formatConfig(redactConfig(loaded));
    expect(parse(text)).toStrictEqual(redactConfig(loaded).config);
    expect(text).toContain('  pin: "***" # environment\n');
    expect(text).toContain('  keepalive: 120 # default\n');
    expect(text).toMatch(/subscriptions: \[.*topic: a\/#.*\] # flag\n/);
  });

  test('a port over TCP is shown as it is written', () => {
    const { config } = redactConfig(
      loadConfig({ overrides: { port: 'tcp://[::1]:7000', broker: { url: 'mqtt://h' } } }),
    );
    expect(config['port']).toBe('tcp://[::1]:7000');
  });
});
