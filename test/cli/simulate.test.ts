import { once } from 'node:events';
import { existsSync, lstatSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CliProcess, runCli } from './cli-process.js';

let folder: string;
let started: CliProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'luat-link-simulate-'));
  started = [];
});
afterEach(async () => {
  for (const cli of started) cli.kill('SIGKILL');
  await Promise.all(started.map(async (cli) => cli.ended()));
  rmSync(folder, { recursive: true });
});

function simulate(...flags: readonly string[]): CliProcess {
  const cli = new CliProcess(['simulate', ...flags]);
  started.push(cli);
  return cli;
}

async function connected(path: string): Promise<Socket> {
  const socket = connect(path);
  await once(socket, 'connect');
  return socket;
}

test('the link and the control socket are there while it runs, and gone afterwards', async () => {
  const [link, control] = [join(folder, 'modem'), join(folder, 'control')];
  const cli = simulate('--link', link, '--control', control, '--profile', 'air780e');
  await cli.until(({ stdout }) => stdout === `${link}\n`);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readlinkSync(link)).toMatch(/^\/dev\//);

  const socket = await connected(control);
  const answers = createInterface({ input: socket });
  socket.write('state\n');
  const [state] = (await once(answers, 'line')) as [string];
  expect(JSON.parse(state)).toMatchObject({ profile: 'air780e' });

  // With the client still connected.
  cli.kill('SIGTERM');
  expect(await cli.ended()).toBe(0);
  expect(existsSync(control)).toBe(false);
  expect(lstatSync(link, { throwIfNoEntry: false })).toBeUndefined();
});

test('faults are typed too', async () => {
  const cli = simulate('--link', join(folder, 'modem'));
  await cli.until(({ stdout }) => stdout !== '');
  cli.write('hang', 'nonsense');
  await cli.until(({ stderr }) => stderr.includes('ok\n') && stderr.includes('unknown command "nonsense"'));
  cli.kill('SIGINT');
  expect(await cli.ended()).toBe(0);
});

test('on TCP it answers AT', async () => {
  const cli = simulate('--tcp', '0');
  await cli.until(({ stdout }) => stdout.endsWith('\n'));
  const port = Number(/:(\d+)\n/.exec(cli.stdout)?.[1]);
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  // Deaf while it boots: asked again with each of its boot texts.
  socket.on('data', (bytes: Buffer) => {
    answer += bytes.toString('latin1');
    if (!answer.includes('OK')) socket.write('AT\r');
    else socket.end();
  });
  socket.write('AT\r');
  await once(socket, 'close');
  expect(answer).toContain('\r\nOK\r\n');
});

test('a file in the place of the link is left alone, and a failed start leaves no link behind', async () => {
  const taken = join(folder, 'taken');
  writeFileSync(taken, 'mine');
  const [onFile, noSocket] = await Promise.all([
    runCli(['simulate', '--link', taken]),
    runCli(['simulate', '--link', join(folder, 'modem'), '--control', join(folder, 'absent', 'control')]),
  ]);
  expect(onFile.code).toBe(2);
  expect(onFile.stderr).toContain(taken);
  expect(lstatSync(taken).isFile()).toBe(true);
  expect(noSocket.code).toBe(2);
  expect(lstatSync(join(folder, 'modem'), { throwIfNoEntry: false })).toBeUndefined();
});
