import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '../../src/config/load.js';
import { configFault } from './options.js';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'luat-link-config-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Writes a file into the folder of this suite and returns its path. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const LEAST = 'port: /dev/ttyUSB2\nbroker:\n  url: mqtt://u@broker.example\n';

describe('precedence', () => {
  test('defaults, file, environment, flags: the later wins, and each key tells its origin', () => {
    const { config, origins } = loadConfig({
      file: file('all.yaml', `${LEAST}  keepalive: 60\n  clean: false\n  clientId: file\n`),
      environment: { LUAT_LINK_BROKER__CLEAN: 'true', LUAT_LINK_BROKER__CLIENTID: 'environment' },
      overrides: { broker: { clientId: 'flag', password: undefined } },
    });
    expect(config.broker).toMatchObject({ keepalive: 60, clean: true, clientId: 'flag' });
    expect(Object.fromEntries(origins)).toMatchObject({
      'port.path': 'file',
      'port.baudRate': 'default',
      'broker.url': 'file',
      'broker.username': 'file',
      'broker.keepalive': 'file',
      'broker.clean': 'environment',
      'broker.clientId': 'flag',
      'log.level': 'default',
    });
  });

  test('a key of a group completes what an earlier layer wrote as one word', () => {
    const { config, origins } = loadConfig({
      file: file('short.yaml', `${LEAST}receive: cached\n`),
      environment: { LUAT_LINK_PORT__BAUDRATE: '9600', LUAT_LINK_RECEIVE__ENCODING: 'hex' },
    });
    expect(config.port).toStrictEqual({ kind: 'serial', path: '/dev/ttyUSB2', baudRate: 9600 });
    expect(config.receive).toStrictEqual({ mode: 'cached', encoding: 'hex' });
    expect(origins.get('port.path')).toBe('file');
    expect(origins.get('port.baudRate')).toBe('environment');
  });

  test('one word replaces a whole group', () => {
    const { config } = loadConfig({
      file: file('usb.yaml', 'port: {vendorId: "19d1", productId: "0001"}\nbroker: {url: mqtt://h}\n'),
      overrides: { port: '/dev/ttyS1' },
    });
    expect(config.port).toStrictEqual({ kind: 'serial', path: '/dev/ttyS1', baudRate: 115_200 });
  });

  test('one of two alternatives takes back the other', () => {
    const { config } = loadConfig({
      file: file('reset.yaml', `${LEAST}  passwordFile: ./absent\nreset: {line: dtr, pulseMs: 200}\n`),
      environment: { LUAT_LINK_RESET__COMMAND: '["pulse"]', LUAT_LINK_BROKER__PASSWORD: 'x' },
      overrides: { port: { vendorId: '19d1', productId: '0001' } },
    });
    expect(config.reset).toStrictEqual({ kind: 'command', command: ['pulse'] });
    expect(config.broker.password).toBe('x');
    expect(config.port.kind).toBe('usb');
  });

  test('a list is replaced, not joined', () => {
    const { config } = loadConfig({
      file: file('lists.yaml', `${LEAST}subscriptions: [{topic: a}, {topic: b}]\n`),
      environment: { LUAT_LINK_SUBSCRIPTIONS: '[{"topic":"c","qos":1}]' },
    });
    expect(config.subscriptions).toStrictEqual([{ topic: 'c', qos: 1 }]);
  });

  test('an empty group takes nothing back', () => {
    const { config } = loadConfig({ file: file('empty-group.yaml', LEAST), overrides: { broker: {} } });
    expect(config.broker.username).toBe('u');
  });

  test('no file is needed', () => {
    const environment = { LUAT_LINK_PORT: 'COM3', LUAT_LINK_BROKER__URL: 'mqtt://h', PATH: '/bin' };
    expect(loadConfig({ environment }).config.outbox.directory).toBe(resolve('outbox'));
  });
});

describe('files', () => {
  test('JSON with the name of its schema, indented by tabs', () => {
    const text = JSON.stringify({ $schema: 'x', port: 'COM3', broker: { url: 'mqtt://h' } }, undefined, '\t');
    expect(loadConfig({ file: file('link.json', text) }).config.port).toMatchObject({ path: 'COM3' });
  });

  test('an empty file leaves everything to the environment', () => {
    const environment = { LUAT_LINK_PORT: 'COM3', LUAT_LINK_BROKER__URL: 'mqtt://h' };
    expect(loadConfig({ file: file('empty.yaml', ''), environment }).config.broker.host).toBe('h');
  });

  test('relative paths start from the folder of the file', () => {
    mkdirSync(join(folder, 'sub'));
    const text = [
      'port: ../modem',
      'broker: {url: mqtts://h, tls: {ca: ca.crt, cert: ./c.crt, key: /etc/c.key}}',
      'outbox: {directory: queue}',
      'reset: {command: [./pulse.sh, ./argument]}',
      'power: {command: [uhubctl]}',
    ].join('\n');
    const { config } = loadConfig({ file: file('sub/link.yaml', text) });
    expect(config.port).toMatchObject({ path: join(folder, 'modem') });
    expect(config.broker.tls).toMatchObject({
      ca: join(folder, 'sub/ca.crt'),
      cert: join(folder, 'sub/c.crt'),
      key: '/etc/c.key',
    });
    expect(config.outbox.directory).toBe(join(folder, 'sub/queue'));
    expect(config.reset).toMatchObject({ command: [join(folder, 'sub/pulse.sh'), './argument'] });
    expect(config.power).toMatchObject({ command: ['uhubctl'] });
  });

  test('the default outbox is beside the file', () => {
    expect(loadConfig({ file: file('default.yaml', LEAST) }).config.outbox.directory).toBe(
      join(folder, 'outbox'),
    );
  });

  test.each([
    ['a\\nb\n', 'a\\nb'],
    [' kept \r\n', ' kept '],
    ['last\n\n', 'last\n'],
    ['0012', '0012'],
  ])('the password file %j loses one line end', (text, password) => {
    file('password', text);
    const load = () =>
      loadConfig({ file: file('with-password.yaml', `${LEAST}  passwordFile: ./password\n`) });
    if (password.endsWith('\n')) {
      expect(configFault(load)).toContain(
        'broker.password (line 4) must be up to 256 bytes of text without control',
      );
      return;
    }
    expect(load().config.broker.password).toBe(password);
    expect(load().origins.get('broker.password')).toBe('file');
  });

  test('a password file named by the environment starts from the folder of the file too', () => {
    file('password', 'from-file\n');
    const { config, origins } = loadConfig({
      file: file('env-password.yaml', LEAST),
      environment: { LUAT_LINK_BROKER__PASSWORDFILE: 'password' },
    });
    expect(config.broker.password).toBe('from-file');
    expect(origins.get('broker.password')).toBe('environment');
  });
});

describe('faults', () => {
  const faultOf = (name: string, text: string) => configFault(() => loadConfig({ file: file(name, text) }));

  test('a finding tells where the key was set', () => {
    const path = file('faults.yaml', `${LEAST}  keepalive: 0\nsim: {pin: 0012}\nreset: {}\n`);
    const message = configFault(() =>
      loadConfig({
        file: path,
        environment: { LUAT_LINK_LOG__TRACE: 'perhaps' },
        overrides: { module: 'air1' },
      }),
    );
    expect(message.split('\n')).toStrictEqual([
      `${path}: 5 findings`,
      '  module (flag) must be one of auto, air724, air780e, air780ep, air780el',
      '  sim.pin (line 5) is a number; it must be 4 to 8 digits (put it in quotes)',
      '  broker.keepalive (line 4) is 0; it must be a whole number of seconds from 1 to 65535',
      '  reset (line 6) must have either command or line',
      '  log.trace (LUAT_LINK_LOG__TRACE) is text; it must be true or false',
    ]);
  });

  test('a file that is not there', () => {
    const path = join(folder, 'absent.yaml');
    expect(configFault(() => loadConfig({ file: path }))).toBe(
      `${path}: the configuration cannot be read (ENOENT)`,
    );
  });

  test('a password file that is not there is named by key and path', () => {
    const message = faultOf('no-password.yaml', `${LEAST}  passwordFile: ./nowhere\n  keepalive: 0\n`);
    expect(message).toContain(
      `broker.passwordFile (line 4) names ${join(folder, 'nowhere')}, which cannot be read (ENOENT)`,
    );
    expect(message).toContain('broker.keepalive (line 5)');
  });

  test('an empty password file', () => {
    file('nothing', '\n');
    expect(faultOf('empty-password.yaml', `${LEAST}  passwordFile: nothing\n`)).toContain('which is empty');
  });

  test('password and password file in one layer', () => {
    const text = `${LEAST}  password: x\n  passwordFile: y\n`;
    expect(faultOf('both.yaml', text)).toContain(
      'broker.passwordFile (line 5) must not be given together with broker.password',
    );
  });

  test('text instead of keys', () => {
    expect(faultOf('text.yaml', 'hello')).toContain('the configuration is text; it must be a group of keys');
  });

  test.each([
    ['a: [1', '1:6 the indentation does not fit the lines before, or a bracket is not closed'],
    ['port: x\nport: y', '2:1 the key stands twice in its group'],
    ['a:\n\tb: 1', '2:1 a tab indents the line'],
    ['a: !secret hunter2', '1:4 the tag (!name) is not known'],
    ['a: *hunter2', '1:4 an alias (*name) has no finished anchor before it'],
    ['a: &b\n  c: *b', '2:6 an alias (*name) has no finished anchor before it'],
    ['a: @hunter2', '1:4 text that begins with this character needs quotes'],
    ['a: "\\hunter2"', '1:5 a backslash in double quotes begins no known escape'],
    ['a: 1\n---\nb: 2', '2:1 a second document begins'],
  ])('%j is named by line and column, and not repeated', (text, place) => {
    const message = faultOf('syntax.yaml', text);
    expect(message).toContain(`syntax.yaml:${place}`);
    expect(message).not.toContain('hunter2');
  });

  test('aliases of aliases do not grow without end', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}]`,
    );
    expect(faultOf('bomb.yaml', ['l0: &l0 [x, x]', ...levels].join('\n'))).toContain('too many aliases');
  });
});
