import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { rungs } from '../../src/doctor/finding.js';
import { CliProcess } from './cli-process.js';
import { RunScene } from './run-scene.js';

jest.setTimeout(60_000);

let scene: RunScene;
let folder = '';
beforeEach(async () => {
  scene = await RunScene.set();
  folder = mkdtempSync(join(tmpdir(), 'luat-link-doctor-'));
});
afterEach(async () => {
  await scene.close();
  rmSync(folder, { recursive: true });
});

const outbox = () => ['--set', `outbox.directory=${join(folder, 'outbox')}`];

describe('doctor', () => {
  test('a healthy set-up: one line a rung on stdout, nothing on stderr, exit code 0', async () => {
    const cli = scene.start('doctor', ...outbox());
    await expect(cli.ended()).resolves.toBe(0);
    const lines = cli.stdout.trimEnd().split('\n');
    expect(lines.slice(0, rungs.length).map((line) => line.split(/\s+/)[1])).toEqual(rungs);
    expect(lines.slice(rungs.length)).toEqual(['', 'No fault found.']);
    expect(cli.stderr).toBe('');
    expect(cli.stdout).not.toContain('\u001b');
    // Looked at, not used: nothing of it stays.
    expect(scene.modem.state()).toMatchObject({ session: 'closed', broker: undefined });
  });

  test('a link that runs holds the port: it is named, and nothing is done to it', async () => {
    const run = scene.run();
    await run.line({ type: 'state', status: 'online' });
    const cli = scene.start('doctor', ...outbox());
    await expect(cli.ended()).resolves.toBe(3);
    expect(cli.stdout).toMatch(
      /^FAIL +holder +\S+ is held by luat-link \(pid \d+\)\. Another luat-link supervises/m,
    );
    expect(cli.stdout).toMatch(/^skip +at +needs holder, which failed$/m);
    expect(cli.stdout).toMatch(/^ok +outbox /m);
    expect(scene.modem.state().session).toBe('online');
  });

  test('interrupted, it does not say that there is no fault', async () => {
    scene.modem.faults.detach();
    const cli = scene.start('doctor', ...outbox());
    await cli.until(({ stdout }) => /^ok +sim /m.test(stdout));
    cli.kill('SIGINT');
    await expect(cli.ended()).resolves.toBe(130);
    expect(cli.stdout).toMatch(/\nInterrupted: /);
    expect(cli.stdout).not.toMatch(/No fault found/);
  });

  test('--json: one object with every finding and the exit code', async () => {
    scene.modem.faults.simOut();
    const cli = scene.start('doctor', '--json', ...outbox());
    await expect(cli.ended()).resolves.toBe(4);
    const report = JSON.parse(cli.stdout) as { findings: { rung: string }[] };
    expect(report).toMatchObject({ ok: false, exitCode: 4 });
    expect(report.findings).toHaveLength(rungs.length);
    expect(report.findings).toContainEqual({
      rung: 'sim',
      verdict: 'fail',
      code: 'SIM_MISSING',
      message: 'The module sees no card.',
      advice: 'Insert a SIM card or clean its contacts.',
    });
  });

  test('--bundle: what somebody who helps needs, and no secret', async () => {
    const file = join(folder, 'support.json');
    const secrets = [
      's3cret-password',
      'user-of-mine',
      '4321',
      'apn-pass',
      'socket-token',
      '866289037465624',
    ];
    const cli = scene.start(
      'doctor',
      ...['--set', 'broker.clientId={imei}', '--set', 'sim.pin=4321'],
      ...['--set', 'broker.username=user-of-mine', '--set', 'broker.password=s3cret-password'],
      ...['--set', 'apn.name=private', '--set', 'apn.password=apn-pass'],
      ...['--set', 'power.command=["curl","http://socket.example/?token=socket-token"]'],
      ...['--bundle', file, ...outbox()],
    );
    await expect(cli.ended()).resolves.toBe(0);
    const text = readFileSync(file, 'utf8');
    for (const secret of secrets) expect(text).not.toContain(secret);
    const bundle = JSON.parse(text) as Record<string, unknown>;
    expect(bundle).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ rung: 'loopback', verdict: 'ok' })]),
      configuration: { config: { broker: { password: '***' }, power: { command: ['curl', '***'] } } },
      transcript: expect.arrayContaining([{ direction: 'module', text: 'CONNACK OK' }]),
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('a configuration that is missing ends with 2, and the archive is written all the same', async () => {
    const file = join(folder, 'support.json');
    const cli = new CliProcess(['doctor', '-c', join(folder, 'nowhere.yaml'), '--bundle', file]);
    await expect(cli.ended()).resolves.toBe(2);
    expect(cli.stdout).toMatch(/^FAIL +configuration .*nowhere\.yaml.*cannot be read/m);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ findings: expect.any(Array) });
  });
});

describe('ports', () => {
  test('--probe finds a Luat AT port by asking it', async () => {
    const cli = new CliProcess(['ports', '--probe', '--json', scene.port]);
    await expect(cli.ended()).resolves.toBe(0);
    expect(JSON.parse(cli.stdout)).toEqual({
      ports: [
        {
          path: scene.port,
          mayBeLuat: false,
          holders: [],
          probe: {
            kind: 'luat',
            baudRate: 115_200,
            identity: 'AirM2M_780EP_V1007_LTE_AT',
            family: 'air780ep',
          },
        },
      ],
    });
  });

  test('a port that somebody holds is not asked; who holds it is said', async () => {
    const run = scene.run();
    await run.line({ type: 'state', status: 'online' });
    const asked = scene.heard().length;
    const cli = new CliProcess(['ports', '--probe', scene.port]);
    await expect(cli.ended()).resolves.toBe(0);
    expect(cli.stdout).toMatch(/held by luat-link \(pid \d+\)/);
    // The link itself asks for network, signal and card about now; the probe would begin with AT.
    const own = /^AT\+(?:COPS\?|CSQ|CESQ|ICCID)$/;
    expect(
      scene
        .heard()
        .slice(asked)
        .filter((command) => !own.test(command)),
    ).toEqual([]);
  });

  test.each([[['--probe']], [[]]])('a path that is no port is said to be none: ports %j', async (flags) => {
    const cli = new CliProcess(['ports', ...flags, join(folder, 'nowhere')]);
    await expect(cli.ended()).resolves.toBe(0);
    expect(cli.stdout).toMatch(/does not exist/);
  });
});
