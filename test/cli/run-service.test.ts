import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { freePort } from '../acceptance/support/broker.js';
import { RunScene } from './run-scene.js';

jest.setTimeout(60_000);

let scene: RunScene;
let folder = '';
beforeEach(async () => {
  scene = await RunScene.set();
  folder = mkdtempSync(join(tmpdir(), 'luat-link-service-'));
});
afterEach(async () => {
  await scene.close();
  rmSync(folder, { recursive: true });
});

test('run as a service: it serves its metrics on loopback, and the service manager hears READY, the watchdog, STOPPING', async () => {
  const heard = join(folder, 'heard');
  writeFileSync(join(folder, 'systemd-notify'), `#!/bin/sh\necho "$@" >> ${heard}\n`);
  chmodSync(join(folder, 'systemd-notify'), 0o755);
  const port = await freePort();
  const cli = scene.startIn(
    { NOTIFY_SOCKET: join(folder, 'socket'), PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    'run',
    '--metrics',
    String(port),
  );
  await cli.line({ type: 'state', status: 'online' });
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain(
    'luat_link_status{status="online"} 1',
  );
  cli.kill('SIGTERM');
  await expect(cli.ended()).resolves.toBe(0);
  const lines = readFileSync(heard, 'utf8').trim().split('\n');
  expect(lines).toContainEqual(expect.stringContaining('--ready'));
  expect(lines).toContainEqual(expect.stringMatching(/WATCHDOG_USEC=\d+ WATCHDOG=1$/));
  expect(lines).toContainEqual(expect.stringContaining('STOPPING=1'));
});
