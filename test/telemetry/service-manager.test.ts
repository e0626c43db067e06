import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { serviceManager, Watchdog } from '../../src/telemetry/service-manager.js';
import { Scene } from '../support/scene.js';

test('steps of the chart feed the watchdog, and a new state is told in words', async () => {
  const told: string[][] = [];
  const scene = new Scene();
  const watchdog = new Watchdog((...assignments) => {
    told.push([...assignments]);
    return Promise.resolve();
  });
  scene.supervisor.observe(watchdog.observer);
  await scene.online();
  expect(told.at(-1)).toEqual(expect.arrayContaining(['WATCHDOG=1']));
  expect(told.flat()).toContain('--status=online (subscribed.resting)');
});

test('the chart is told to move within a time that it keeps, online and while it is down', async () => {
  const steps: { at: number; limitMs: number }[] = [];
  const scene = new Scene();
  scene.supervisor.observe(
    new Watchdog((...assignments) => {
      const limit = assignments.find((text) => text.startsWith('WATCHDOG_USEC='))?.slice(14);
      steps.push({ at: scene.clock.now(), limitMs: Number(limit) / 1_000 });
      return Promise.resolve();
    }).observer,
  );
  await scene.online();
  scene.network.goDown();
  await scene.clock.advance(1_800_000);
  scene.network.comeUp();
  await scene.clock.advance(600_000);
  expect(scene.supervisor.status().status).toBe('online');
  steps.slice(1).forEach((step, index) => {
    expect(step.at - (steps[index]?.at ?? 0)).toBeLessThan(steps[index]?.limitMs ?? 0);
  });
  await scene.end();
});

test('without a service manager nobody is told', () => {
  expect(serviceManager({})).toBeUndefined();
  expect(serviceManager({ NOTIFY_SOCKET: '' })).toBeUndefined();
});

const tools = ['/usr/bin/systemd-notify', '/usr/bin/python3'].filter((path) => !existsSync(path));
const skipsNothing = process.env['SKIP_NOTHING'] === '1';
if (tools.length > 0 && !skipsNothing)
  process.stderr.write(`SKIPPED the notification socket: ${tools.join(', ')} not installed\n`);

(tools.length === 0 || skipsNothing ? test : test.skip)(
  'what is told arrives at the socket of the service manager',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'notify-'));
    const socket = join(folder, 'notify');
    const listen = `import socket,sys
s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM); s.bind(sys.argv[1]); print("bound",flush=True)
while True: print(s.recv(4096).decode().replace("\\n"," "),flush=True)`;
    const manager = spawn('/usr/bin/python3', ['-c', listen, socket], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    manager.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
    while (!said.includes('bound')) await once(manager.stdout, 'data');
    await serviceManager({ PATH: '/usr/bin', NOTIFY_SOCKET: socket })?.(
      '--ready',
      'WATCHDOG=1',
      'WATCHDOG_USEC=5000000',
    );
    while (!said.includes('WATCHDOG=1')) await once(manager.stdout, 'data');
    expect(said).toMatch(/READY=1/);
    expect(said).toMatch(/WATCHDOG_USEC=5000000/);
    expect(said).toContain(`MAINPID=${process.pid}`);
    manager.kill();
    await once(manager, 'close');
    rmSync(folder, { recursive: true });
  },
);
