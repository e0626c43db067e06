import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { RunScene } from './run-scene.js';

jest.setTimeout(30_000);

let scene: RunScene;
let folder = '';
beforeEach(async () => {
  scene = await RunScene.set();
  folder = mkdtempSync(join(tmpdir(), 'luat-link-one-shot-'));
});
afterEach(async () => {
  await scene.close();
  rmSync(folder, { recursive: true });
});

describe('pub', () => {
  test('delivers one message, closes the session and exits with 0', async () => {
    const cli = scene.start('pub', '-t', 'data', '-m', '21.5', '--json');
    await expect(cli.ended()).resolves.toBe(0);
    expect(scene.published).toEqual([{ topic: 'data', payload: Buffer.from('21.5') }]);
    expect(JSON.parse(cli.stdout)).toEqual({ delivered: true, topic: 'data', qos: 1, bytes: 4 });
    expect(scene.heard().slice(-2)).toEqual(['AT+MDISCONNECT', 'AT+MIPCLOSE']);
  });

  test('takes the message from a file or from stdin, byte for byte', async () => {
    const bytes = Buffer.from([0, 0x0d, 0x0a, 0x1a, 0x22, 0xff]);
    const file = join(folder, 'message');
    writeFileSync(file, bytes);
    await expect(scene.start('pub', '-t', 'file', '-f', file, '-q', '2').ended()).resolves.toBe(0);
    const piped = scene.start('pub', '-t', 'stdin', '-s');
    piped.write('from a pipe');
    piped.endInput();
    await expect(piped.ended()).resolves.toBe(0);
    expect(scene.published).toEqual([
      { topic: 'file', payload: bytes },
      { topic: 'stdin', payload: Buffer.from('from a pipe\n') },
    ]);
  });

  test('a port that is not there ends it at once with 3', async () => {
    const cli = scene.start('pub', '-t', 'data', '-m', 'x', '--set', `port=${join(folder, 'nowhere')}`);
    await expect(cli.ended()).resolves.toBe(3);
    expect(cli.stderr).toMatch(/^luat-link: \S+nowhere does not exist\.$[^]*PORT_NOT_FOUND/m);
  });

  test('a refused login ends it with 6', async () => {
    scene.modem.faults.errorAfterOk('MCONNECT', 100);
    const cli = scene.start('pub', '-t', 'data', '-m', 'x');
    await expect(cli.ended()).resolves.toBe(6);
    expect(cli.stderr).toMatch(/check clientId, username and password[^]*MQTT_REFUSED/);
  });

  test('an acknowledgement that stays out ends it with 7 after --timeout', async () => {
    scene.modem.faults.loseOutcome('MPUB', 100);
    const cli = scene.start('pub', '-t', 'data', '-m', 'x', '--timeout', '3');
    await expect(cli.ended()).resolves.toBe(7);
  });

  test.each([
    ['no message', ['-t', 'data']],
    ['two messages', ['-t', 'data', '-m', 'x', '-s']],
    ['no topic', ['-m', 'x']],
    ['a topic that cannot be sent', ['-t', 'a/#', '-m', 'x']],
    ['a time that is none', ['-t', 'data', '-m', 'x', '--timeout', 'soon']],
  ])('%s is a mistake in the call: 2', async (_what, flags) => {
    await expect(scene.start('pub', ...flags).ended()).resolves.toBe(2);
  });
});

describe('sub', () => {
  test('prints what comes and ends after -C messages with 0', async () => {
    const cli = scene.start('sub', '-t', 'news/#', 'other', '-C', '2');
    await scene.subscribed('other');
    await scene.send('news/1', Buffer.from('first'));
    await scene.send('other', Buffer.from('second'));
    await expect(cli.ended()).resolves.toBe(0);
    expect(cli.stdout).toBe('news/1 first\nother second\n');
    expect(scene.heard()).not.toContain('AT+MSUB="cmd/#",1');
  });

  test('too few messages in time end it with 7', async () => {
    const cli = scene.start('sub', '-t', 'news/#', '-C', '1', '--timeout', '3');
    await expect(cli.ended()).resolves.toBe(7);
  });

  test('a signal ends it with 130', async () => {
    const cli = scene.start('sub', '-t', 'news/#');
    await scene.subscribed('news/#');
    cli.kill('SIGTERM');
    await expect(cli.ended()).resolves.toBe(130);
    expect(scene.heard().at(-1)).toBe('AT+MIPCLOSE');
  });
});
