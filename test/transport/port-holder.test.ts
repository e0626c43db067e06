import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/clock/system.js';
import { holderAdvice, holderNames, portHolders, type SystemPaths } from '../../src/transport/port-holder.js';
import { serialTransport } from '../../src/transport/serial.js';
import { hasPseudoTerminals, PseudoTerminal } from './pseudo-terminal.js';
import { RecordingListener } from './recording-listener.js';

(hasPseudoTerminals && process.platform === 'linux' ? describe : describe.skip)(
  'a port that another process holds',
  () => {
    let terminal: PseudoTerminal;
    let holder: ChildProcess;

    beforeEach(async () => {
      terminal = new PseudoTerminal();
      const hold = `const { SerialPort } = require('serialport');
        new SerialPort({ path: ${JSON.stringify(terminal.path)}, baudRate: 9600 }, (error) => console.log(error ?? "open")).resume();`;
      holder = spawn(process.execPath, ['-e', hold], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [said] = (await once(holder.stdout ?? process.stdin, 'data')) as [Buffer];
      expect(said.toString()).toBe('open\n');
    });

    afterEach(async () => {
      holder.kill();
      await once(holder, 'close');
      await terminal.hangUp();
    });

    test('is busy, and the error names the process and how to end it', async () => {
      const transport = serialTransport(
        { path: terminal.path, baudRate: 9600 },
        systemClock,
      )(new RecordingListener());
      await expect(transport.open()).rejects.toMatchObject({
        code: 'PORT_BUSY',
        message: `${terminal.path} is held by node (pid ${holder.pid}).`,
        hint: expect.stringContaining(`sudo kill ${holder.pid}`),
      });
    });

    test('is found behind a symbolic link', () => {
      const folder = mkdtempSync(join(tmpdir(), 'by-id-'));
      const link = join(folder, 'usb-luat');
      symlinkSync(terminal.path, link);
      expect(portHolders(link)).toEqual([
        { pid: holder.pid, command: 'node', certainty: 'certain', kind: 'other' },
      ]);
      rmSync(folder, { recursive: true });
    });
  },
);

(hasPseudoTerminals && process.platform === 'linux' ? test : test.skip)(
  'a second supervisor in one process is told that it is the process itself',
  async () => {
    const terminal = new PseudoTerminal();
    const open = serialTransport({ path: terminal.path, baudRate: 9600 }, systemClock);
    const first = open(new RecordingListener());
    await first.open();
    await expect(open(new RecordingListener()).open()).rejects.toMatchObject({
      code: 'PORT_BUSY',
      hint: expect.stringContaining('This process has the port open already'),
    });
    await first.close();
    await terminal.hangUp();
  },
);

describe('holders as the system tells them', () => {
  let root: string;
  let paths: SystemPaths;
  let port: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'holder-'));
    paths = { proc: join(root, 'proc'), sysfs: join(root, 'sys'), udevRules: [join(root, 'rules.d')] };
    port = join(root, 'ttyUSB2');
    writeFileSync(port, '');
    mkdirSync(join(root, 'rules.d'));
    mkdirSync(paths.proc);
    const device = join(paths.sysfs, 'devices/usb1/1-1/1-1:1.2/ttyUSB2');
    mkdirSync(device, { recursive: true });
    writeFileSync(join(device, '../bInterfaceNumber'), '02\n');
    writeFileSync(join(device, '../../idVendor'), '19d1\n');
    writeFileSync(join(device, '../../idProduct'), '0001\n');
    const tty = join(paths.sysfs, 'class/tty/ttyUSB2');
    mkdirSync(tty, { recursive: true });
    symlinkSync(device, join(tty, 'device'));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  function process(pid: number, commandLine: readonly string[], holds: boolean): void {
    const files = join(paths.proc, String(pid), 'fd');
    mkdirSync(files, { recursive: true });
    writeFileSync(join(paths.proc, String(pid), 'cmdline'), `${commandLine.join('\0')}\0`);
    if (holds) symlinkSync(port, join(files, '7'));
  }

  test('ModemManager: the udev rule that keeps it away from this device', () => {
    process(812, ['/usr/sbin/ModemManager'], true);
    const [holder] = portHolders(port, paths);
    expect(holder).toEqual({ pid: 812, command: 'ModemManager', certainty: 'certain', kind: 'ModemManager' });
    expect(holder && holderAdvice(port, holder, paths)).toContain(
      `echo 'ATTRS{idVendor}=="19d1", ATTRS{idProduct}=="0001", ENV{ID_MM_DEVICE_IGNORE}="1"' | sudo tee /etc/udev/rules.d/99-luat-link.rules`,
    );
  });

  test('brltty: the rules files of this very system', () => {
    writeFileSync(join(root, 'rules.d/90-brltty-usb-generic.rules'), '');
    process(77, ['/usr/bin/brltty', '-P'], true);
    const [holder] = portHolders(port, paths);
    expect(holder && holderAdvice(port, holder, paths)).toContain(
      'sudo ln -s /dev/null /etc/udev/rules.d/90-brltty-usb-generic.rules &&',
    );
  });

  test('another luat-link is told as such, and nothing of its arguments is shown', () => {
    process(
      5,
      ['/usr/bin/node', '/opt/app/node_modules/.bin/luat-link', 'run', '--broker', 'mqtt://me:s3cret@b'],
      true,
    );
    const holders = portHolders(port, paths);
    expect(holders).toEqual([{ pid: 5, command: 'luat-link', certainty: 'certain', kind: 'luat-link' }]);
    expect(holderNames(holders)).toBe('luat-link (pid 5)');
  });

  test('who cannot look into processes of others is told which of them takes ports of this kind', () => {
    process(812, ['/usr/sbin/ModemManager'], false);
    process(900, ['/usr/bin/minicom'], false);
    expect(portHolders(port, paths)).toEqual([
      { pid: 812, command: 'ModemManager', certainty: 'suspected', kind: 'ModemManager' },
    ]);
  });

  test('nobody: an empty list, as for a port that is not there', () => {
    process(900, ['/usr/bin/minicom'], false);
    expect(portHolders(port, paths)).toEqual([]);
    expect(portHolders(join(root, 'ttyUSB9'), paths)).toEqual([]);
  });
});
