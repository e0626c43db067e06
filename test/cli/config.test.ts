import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { runCli } from './cli-process.js';

const folder = mkdtempSync(join(tmpdir(), 'luat-link-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const good = file(
  'good.yaml',
  'port: /dev/ttyUSB2\nbroker: { url: "mqtt://meter:hush-hush@broker.example" }\nsim: { pin: "4711" }\n',
);
const bad = file(
  'bad.yaml',
  'port: /dev/ttyUSB2\nbroker: { url: "mqtt://u:hush-hush@h", keepalive: 0 }\nrecovry: {}\n',
);
const withoutCa = file(
  'tls.yaml',
  'port: /dev/ttyUSB2\nbroker: { url: "mqtts://h", tls: { ca: ./absent.crt } }\n',
);

describe('config check', () => {
  test('says that a good file is valid', async () => {
    expect(await runCli(['config', 'check', good])).toEqual({
      code: 0,
      stdout: `${good} is valid.\n`,
      stderr: '',
    });
  });

  test('names every finding of a bad one, and no secret', async () => {
    const { code, stdout, stderr } = await runCli(['config', 'check', bad]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('2 findings');
    expect(stderr).toContain('broker.keepalive');
    expect(stderr).toContain('recovry (line 3) is not a known key; the nearest is recovery');
    expect(stderr).toContain('(CONFIG_INVALID)');
    expect(stderr).not.toContain('hush-hush');
  });

  test('looks into the certificates too', async () => {
    const { code, stderr } = await runCli(['config', 'check', withoutCa]);
    expect(code).toBe(2);
    expect(stderr).toContain('broker.tls.ca');
    expect(stderr).toContain('absent.crt');
  });

  test('gives one object with --json, good or bad', async () => {
    const [fine, faulty] = await Promise.all([
      runCli(['config', 'check', good, '--json']),
      runCli(['config', 'check', bad, '--json']),
    ]);
    expect(JSON.parse(fine.stdout)).toEqual({ ok: true, file: good });
    expect(faulty.code).toBe(2);
    expect(JSON.parse(faulty.stdout)).toMatchObject({ ok: false, file: bad, code: 'CONFIG_INVALID' });
  });
});

describe('config show', () => {
  test('shows each value with its origin, secrets masked, the environment over the file', async () => {
    const { code, stdout } = await runCli(['config', 'show', good], { LUAT_LINK_BROKER__KEEPALIVE: '60' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/keepalive: 60 +# environment/);
    expect(stdout).toMatch(/path: \/dev\/ttyUSB2 +# file/);
    expect(stdout).toMatch(/module: auto +# default/);
    expect(stdout).not.toContain('hush-hush');
    expect(stdout).not.toContain('4711');
  });

  test('gives one object with --json', async () => {
    const { stdout } = await runCli(['config', 'show', good, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      config: { sim: { pin: '***' }, broker: { password: '***' } },
      origins: { 'sim.pin': 'file', 'broker.keepalive': 'default' },
    });
    expect(stdout).not.toContain('hush-hush');
  });
});
