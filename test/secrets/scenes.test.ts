import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { loadConfig, type ConfigSources } from '../../src/config/load.js';
import { loadUsableConfig } from '../../src/cli/configuration.js';
import { formatConfig, redactConfig } from '../../src/config/redact.js';
import type { LinkOptions } from '../../src/config/schema.js';
import { LinkError } from '../../src/errors/link-error.js';
import { createSupervisor } from '../../src/supervisor.js';
import { runCli } from '../cli/cli-process.js';
import { RunScene } from '../cli/run-scene.js';
import { Scene } from '../support/scene.js';
import { collect } from './collector.js';
import { leaksIn, planted } from './scanner.mjs';

/**
 * Every planted secret in the place where it belongs, on paths that work and on paths that fail. What is said is looked
 * through by the collector; the expectations here show that each secret was really used.
 */

const folder = mkdtempSync(join(tmpdir(), 'luat-link-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tls = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));

const everything: Partial<LinkOptions> = {
  sim: { pin: planted.pin },
  apn: { name: 'private', user: planted.apnUser, password: planted.apnPassword },
  broker: {
    url: `mqtts://${planted.urlUser}:${encodeURIComponent(planted.urlPassword)}@broker.example`,
    clientId: 'meter-17',
    username: planted.username,
    password: planted.password,
    tls: { ca: tls('ca.crt'), cert: tls('client.crt'), key: tls('client.key') },
  },
};
const locked = { profile: 'air780ep', sim: { pin: planted.pin, puk: planted.puk } } as const;

function secured(link: Partial<LinkOptions> = {}, modem: object = {}): Scene {
  return new Scene({
    modem: { ...locked, ...modem },
    link: { ...everything, ...link },
    startMs: Date.UTC(2027, 0, 1),
  });
}

async function started(it: Scene, ms: number): Promise<void> {
  it.modem.powerOn();
  await it.clock.advance(10_000);
  await it.supervisor.start();
  await it.clock.advance(ms);
}

/** What the module got to see, in which the secrets must be. */
const onTheWire = (it: Scene): readonly string[] =>
  leaksIn(it.modem.transcript.map(({ text }) => text).join('\n'));

/** An error as a program prints it that knows nothing of it: with its stack, all of its keys and all of its causes. */
function printed(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    const text = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
    collect('error', text);
    return text;
  }
  throw new Error('nothing was wrong');
}

describe('a link that uses every secret', () => {
  test('says none of them, on the way up, in traffic, through losses and down again', async () => {
    const it = secured();
    await it.online();
    for (const secret of ['pin', 'apnUser', 'apnPassword', 'username', 'password'] as const)
      expect(onTheWire(it)).toContain(secret);
    it.modem.faults.closed();
    await it.clock.advance(20_000);
    it.modem.faults.deact('cgev-nw');
    await it.clock.advance(60_000);
    it.modem.faults.reboot(1);
    await it.clock.advance(120_000);
    expect(it.supervisor.status().status).toBe('online');
    await it.end();
  });

  test('user and password of the URL, echoed back while the echo is on and when it comes back unasked', async () => {
    const it = new Scene();
    await it.online();
    expect(onTheWire(it)).toEqual(expect.arrayContaining(['urlUser', 'urlPassword']));
    // Somebody else switched the echo on again; a rejected command is echoed by some firmware in any case.
    it.modem.write(Buffer.from('ATE1\r'));
    await it.clock.advance(1_000);
    it.modem.faults.failNext('MCONFIG', '+CME ERROR: 765', 2);
    it.modem.faults.closed();
    await it.clock.advance(60_000);
    const echoed = it.modem.transcript.filter(({ direction }) => direction === 'modem');
    expect(leaksIn(echoed.map(({ text }) => text).join('\n'))).toContain('urlPassword');
    await it.end();
  });

  test.each([
    ['CPIN=', `AT+CPIN="${planted.pin}"`],
    ['SAPBR=3,1,"USER"', `AT+SAPBR=3,1,"USER","${planted.apnUser}"`],
    ['SAPBR=3,1,"PWD"', `AT+SAPBR=3,1,"PWD","${planted.apnPassword}"`],
    ['MCONFIG', `AT+MCONFIG="meter-17","${planted.username}","${planted.password}"`],
  ])('%s refused again and again, each time repeated in the error', async (command, text) => {
    const it = secured();
    it.modem.faults.failNext(command, `+CME ERROR: ${text}`, 5);
    await started(it, 60_000);
    expect(leaksIn(it.modem.transcript.map((entry) => entry.text).join('\n'))).not.toEqual([]);
    expect(it.modem.transcript.some((entry) => entry.text.includes(`+CME ERROR: ${text}`))).toBe(true);
    await it.end();
  });

  test.each([
    ['echoed late', 'AT+MCONFIG="meter-17","LOGIN"\r\n'],
    ['echoed twice', '\r\nAT+MCONFIG="meter-17","LOGIN"\r\nAT+MCONFIG="meter-17","LOGIN"\r\n'],
    ['echoed in pieces', 'AT+MCONFIG="meter-17",\r\n"LOGIN"\r\n'],
    ['echoed behind a URC', '\r\n+CGEV: ME PDN ACT 1 AT+MCONFIG="meter-17","LOGIN"\r\n'],
    ['echoed behind garbage', '\x00\xff^boot.romAT+MCONFIG="meter-17","LOGIN"\r\n'],
    ['echoed within a state', '\r\nSTATE: AT+MCONFIG="meter-17","LOGIN"\r\n'],
    ['echoed as a refusal', '\r\n+CME ERROR: AT+MCONFIG="meter-17","LOGIN"\r\n'],
  ])('a login that the module repeats, %s', async (_how, text) => {
    const it = secured();
    await it.online();
    const login = `${planted.username}","${planted.password}`;
    it.modem.faults.closed();
    for (let ms = 0; ms < 3_000; ms += 250) {
      it.modem.faults.print(text.replaceAll('LOGIN', login));
      await it.clock.advance(250);
    }
    await it.clock.advance(120_000);
    expect(it.supervisor.status().status).toBe('online');
    await it.end();
  });

  test('a wrong PIN, and a card that wants its PUK', async () => {
    const it = secured({ sim: { pin: planted.wrongPin } });
    await started(it, 60_000);
    expect(it.supervisor.status().cause).toMatchObject({ code: 'SIM_PIN_WRONG' });
    expect(onTheWire(it)).toContain('wrongPin');
    for (let tries = 0; tries < 3; tries += 1) {
      it.supervisor.retry();
      await it.clock.advance(60_000);
    }
    expect(it.supervisor.status().cause).toMatchObject({ code: 'SIM_BLOCKED' });
    // A person types the PUK into the module beside us; its echo comes over our line.
    it.modem.write(Buffer.from(`ATE1\rAT+CPIN="${planted.puk}","${planted.pin}"\r`));
    await it.clock.advance(5_000);
    it.supervisor.retry();
    await it.clock.advance(60_000);
    expect(onTheWire(it)).toContain('puk');
    await it.end();
  });

  test('the supervisor and what its actor carries, printed', async () => {
    const it = secured();
    await it.online();
    const { actor } = it.supervisor;
    const seen = [
      inspect(it.supervisor),
      inspect(actor?.getSnapshot().context, { depth: 10 }),
      JSON.stringify(actor?.getSnapshot()),
      JSON.stringify(actor?.getPersistedSnapshot()),
    ];
    for (const text of seen) {
      collect('status', text);
      expect(leaksIn(text)).toEqual([]);
    }
    await it.end();
  });

  test('a defect in the chart, and a listener that throws', async () => {
    const it = secured();
    await it.online();
    it.supervisor.on('state', () => {
      throw new Error('a listener of the host program');
    });
    const { actor } = it.supervisor;
    // A machine whose context was tampered with fails at its next step.
    Object.assign(actor?.getSnapshot().context ?? {}, { ladder: undefined });
    it.modem.faults.closed();
    await it.clock.advance(60_000);
    collect('status', inspect(it.supervisor.status(), { depth: Infinity }));
    await it.end();
  });
});

describe('certificates', () => {
  test('the key is written to the module, and no line of it is told', async () => {
    const it = secured();
    let written = '';
    const write = it.modem.write.bind(it.modem);
    it.modem.write = (bytes) => {
      written += bytes.toString('latin1');
      write(bytes);
    };
    await it.online();
    expect(leaksIn(written)).toContain('keyBytes');
    await it.end();
  });

  test.each([
    ['a key in place of the certificate', { cert: tls('client.key'), key: tls('client.key') }],
    ['a key in place of the authority', { ca: tls('client.key') }],
    ['somebody else’s certificate', { cert: tls('server.crt'), key: tls('client.key') }],
  ])('%s is refused without a line of the key', (_what, files) => {
    const broker = { url: 'mqtts://h', tls: { ca: tls('ca.crt'), ...files } };
    const text = printed(() => createSupervisor({ port: '/dev/null', broker }));
    expect(leaksIn(text)).toEqual([]);
  });
});

describe('configurations that are refused', () => {
  const { username, password, apnUser, apnPassword, urlUser, urlPassword, pin, puk } = planted;
  test.each<[string, ConfigSources]>([
    [
      'a quote in the password',
      { overrides: { broker: { url: 'mqtt://h', username, password: `${password}"` } } },
    ],
    ['a CR in the user', { overrides: { broker: { url: 'mqtt://h', username: `${username}\r`, password } } }],
    [
      'a password that is far too long',
      { overrides: { broker: { url: 'mqtt://h', username, password: password.repeat(30) } } },
    ],
    ['a URL with a path', { overrides: { broker: { url: `mqtt://${urlUser}:${urlPassword}@h/path` } } }],
    ['a URL that is none', { overrides: { broker: { url: `${urlUser}:${urlPassword}@h` } } }],
    ['a URL in place of the host', { overrides: { port: `tcp://${urlUser}:${urlPassword}@h` } }],
    [
      'an APN user with a quote',
      { overrides: { apn: { user: `${apnUser}"`, password: `${apnPassword}"` } } },
    ],
    ['a PUK where there is no key for it', { overrides: { sim: { pin, puk } } }],
    ['PIN and PUK in one', { overrides: { sim: { pin: `${pin},${puk}` } } }],
    ['a PIN that lost its quotes', { overrides: { sim: { pin: Number(pin) } } }],
    ['a password in the wrong group', { overrides: { password, username } }],
    [
      'a variable with a wrong name',
      { environment: { LUAT_LINK_BROKER__PASWORD: planted.environmentPassword } },
    ],
    ['a variable that is no group', { environment: { LUAT_LINK_BROKER: `{${planted.environmentPassword}` } }],
  ])('%s', (_what, sources) => {
    const text = printed(() => {
      const overrides = { port: '/dev/null', broker: { url: 'mqtt://h' }, ...sources.overrides };
      return loadUsableConfig({ ...sources, overrides }, Date.UTC(2027, 0, 1));
    });
    expect(text).toContain('CONFIG_INVALID');
    expect(leaksIn(text)).toEqual([]);
  });
});

describe('on the command line', () => {
  const secret = join(folder, 'secret');
  writeFileSync(secret, `${planted.filePassword}\n`);
  const text = (more: string): string => `
port: ${join(folder, 'absent')}
sim: { pin: "${planted.pin}" }
apn: { name: private, user: ${planted.apnUser}, password: ${planted.apnPassword} }
broker: { url: "mqtt://${planted.urlUser}:${encodeURIComponent(planted.urlPassword)}@127.0.0.1:1", ${more} }
log: { level: trace, trace: true }
`;
  const file = (name: string, more: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text(more));
    return path;
  };
  const good = file('good.yaml', 'passwordFile: ./secret');
  const bad = file(
    'bad.yaml',
    `password: "${planted.password}\\r", keepalive: 0, pasword: ${planted.password}`,
  );
  const broken = file('broken.yaml', `password: ${planted.password}: }, [`);
  const environment = { LUAT_LINK_BROKER__PASSWORD: planted.environmentPassword };

  test.each([
    ['config check', ['config', 'check', good], 0],
    ['config show', ['config', 'show', good], 0],
    ['config show --json', ['config', 'show', '--json', good], 0],
    ['config check of a bad one', ['config', 'check', bad], 2],
    ['config check --json of a broken one', ['config', 'check', '--json', broken], 2],
    ['pub to a port that is not there', ['pub', '-c', good, '-t', 't', '-m', 'x', '--timeout', '5'], 3],
    ['an unknown flag', ['run', '-c', good, '--pasword=x'], 2],
    ['a bad --set', ['--verbose', 'run', '-c', good, '--set', `broker.password=${planted.password}\r`], 2],
  ])(
    '%s',
    async (_what, args, code) => {
      const ended = await runCli(args);
      expect(ended.code).toBe(code);
      const overridden = await runCli(args, environment);
      expect(leaksIn(ended.stdout + ended.stderr + overridden.stdout + overridden.stderr)).toEqual([]);
    },
    60_000,
  );

  test.each([
    ['run, until it is online', []],
    ['run, with the PIN of another card', ['--set', `sim.pin=${planted.wrongPin}`]],
  ])(
    '%s, at the lowest log level with the wire trace',
    async (_what, more) => {
      const scene = await RunScene.set();
      const login = [`broker.username=${planted.username}`, `broker.password=${planted.password}`];
      const flags = [...login, `apn.password=${planted.apnPassword}`].flatMap((key) => ['--set', key]);
      const cli = scene.run('--verbose', '--log-level', 'trace', '--trace', ...flags, ...more);
      await cli.line({ type: 'state', status: 'online' });
      scene.modem.faults.closed();
      await cli.line({ type: 'state', status: 'recovering' });
      cli.kill('SIGTERM');
      expect(await cli.ended()).toBe(0);
      expect(leaksIn(scene.heard().join('\n'))).toEqual(
        expect.arrayContaining(['username', 'password', 'apnPassword']),
      );
      expect(cli.stderr).toContain(JSON.stringify('AT+MCONFIG="meter",***,***').slice(1, -1));
      expect(leaksIn(cli.stdout + cli.stderr)).toEqual([]);
      await scene.close();
    },
    60_000,
  );

  test('the view of a configuration, read in this process', () => {
    const shown = redactConfig(loadConfig({ file: good, environment }));
    const seen = formatConfig(shown) + inspect(shown, { depth: Infinity });
    collect('process', seen);
    expect(leaksIn(seen)).toEqual([]);
    expect(seen).toContain('***');
  });
});
