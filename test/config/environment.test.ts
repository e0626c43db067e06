import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { configFault } from './options.js';

const LEAST = { LUAT_LINK_PORT: '/dev/x', LUAT_LINK_BROKER__URL: 'mqtt://u@h' };
const load = (environment: Record<string, string | undefined>) =>
  loadConfig({ environment: { ...LEAST, ...environment } }).config;
const fault = (environment: Record<string, string>) => configFault(() => load(environment));

describe('text stays text', () => {
  test.each(['0012', '1234', '12345678'])('a PIN %s', (pin) => {
    expect(load({ LUAT_LINK_SIM__PIN: pin }).sim.pin).toBe(pin);
  });

  test.each(['007', 'true', 'null', '{"a":1}', '[x]', "it's: #1", ' padded ', '1e3'])(
    'a password %j',
    (password) => {
      expect(load({ LUAT_LINK_BROKER__PASSWORD: password }).broker.password).toBe(password);
    },
  );

  test('a client id that begins with a brace', () => {
    expect(load({ LUAT_LINK_BROKER__CLIENTID: '{imei}' }).broker.clientId).toBe('{imei}');
  });

  test('a payload that is empty', () => {
    const { will } = load({ LUAT_LINK_WILL__TOPIC: 't', LUAT_LINK_WILL__PAYLOAD: '' });
    expect(will?.payload).toBe('');
  });
});

describe('all else is read', () => {
  test('numbers, true and false', () => {
    const config = load({
      LUAT_LINK_BROKER__KEEPALIVE: '240',
      LUAT_LINK_BROKER__CLEAN: 'false',
      LUAT_LINK_RECOVERY__ATTEMPTS__RADIO: ' 5 ',
      LUAT_LINK_INSPECT__PORT: '8177',
    });
    expect(config.broker).toMatchObject({ keepalive: 240, clean: false });
    expect(config.recovery.attempts.radio).toBe(5);
    expect(config.inspect).toStrictEqual({ port: 8177 });
  });

  test('lists and groups, as JSON or YAML', () => {
    const config = load({
      LUAT_LINK_SUBSCRIPTIONS: '[{topic: a/#, qos: 2}]',
      LUAT_LINK_RESET: '{"command":["pulse","1"]}',
      LUAT_LINK_PORT: '{"path":"/dev/y","baudRate":9600}',
    });
    expect(config.subscriptions).toStrictEqual([{ topic: 'a/#', qos: 2 }]);
    expect(config.reset).toStrictEqual({ kind: 'command', command: ['pulse', '1'] });
    expect(config.port).toStrictEqual({ kind: 'serial', path: '/dev/y', baudRate: 9600 });
  });

  test('a key wins over its group, whatever the order', () => {
    const config = load({
      LUAT_LINK_LOG__LEVEL: 'debug',
      LUAT_LINK_LOG: '{"level":"warn","trace":true}',
    });
    expect(config.log).toStrictEqual({ level: 'debug', trace: true });
  });
});

describe('names', () => {
  test('upper or lower case alike after the prefix', () => {
    expect(load({ LUAT_LINK_broker__clientId: 'x' }).broker.clientId).toBe('x');
  });

  test('other variables and those without a value are not looked at', () => {
    expect(load({ LUAT_LINKED: '1', OTHER: '2', LUAT_LINK_MODULE: undefined }).module).toBe('auto');
  });

  test.each([
    ['LUAT_LINK_BROKER__PASWORD', 'LUAT_LINK_BROKER__PASSWORD'],
    ['LUAT_LINK_BROKER_URL', 'LUAT_LINK_BROKER__URL'],
    ['LUAT_LINK_BROKER__CLIENT_ID', 'LUAT_LINK_BROKER__CLIENTID'],
    ['LUAT_LINK_MODULE__X', 'LUAT_LINK_MODULE'],
    ['LUAT_LINK_TOSTRING', 'LUAT_LINK_'],
    ['LUAT_LINK_', 'LUAT_LINK_'],
  ])('%s is an error that names the nearest', (name, nearest) => {
    expect(fault({ [name]: 'hunter2' })).toContain(
      `${name} is not a known variable; the nearest is ${nearest}`,
    );
  });
});

describe('values that do not fit name their variable', () => {
  test.each<[Record<string, string>, string]>([
    [{ LUAT_LINK_BROKER__KEEPALIVE: 'hunter2' }, 'broker.keepalive (LUAT_LINK_BROKER__KEEPALIVE) is text'],
    [{ LUAT_LINK_BROKER__KEEPALIVE: '' }, 'broker.keepalive (LUAT_LINK_BROKER__KEEPALIVE) is empty'],
    [{ LUAT_LINK_BROKER__CLEAN: 'yes' }, 'broker.clean (LUAT_LINK_BROKER__CLEAN) is text'],
    [{ LUAT_LINK_SUBSCRIPTIONS: '[{' }, 'LUAT_LINK_SUBSCRIPTIONS is not JSON or YAML that can be read'],
    [
      { LUAT_LINK_SUBSCRIPTIONS: 'a/#' },
      'subscriptions (LUAT_LINK_SUBSCRIPTIONS) is text; it must be a list',
    ],
    [{ LUAT_LINK_RECOVERY: '5' }, 'recovery (LUAT_LINK_RECOVERY) is text; it must be a group of keys'],
    [{ LUAT_LINK_SIM: '{pin: 0012}' }, 'sim.pin (LUAT_LINK_SIM) is a number; it must be 4 to 8 digits'],
  ])('%j', (environment, message) => {
    expect(fault(environment)).toContain(message);
  });
});
