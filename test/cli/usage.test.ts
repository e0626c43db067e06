import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { CliProcess, runCli } from './cli-process.js';

const PROGRAM = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

describe('what cannot be meant ends with 2, says what could be, and shows no stack', () => {
  test.each([
    ['an unknown command', ['rnu'], 'Did you mean run?'],
    ['an unknown option', ['run', '--confg', 'x'], 'Did you mean --config?'],
    ['a format that there is not', ['diagram', '--format', 'png'], 'mermaid, svg, json, scxml'],
    ['a profile that there is not', ['simulate', '--profile', 'air700'], 'air780ep'],
    ['no command', [], 'Usage: luat-link'],
    ['a key that there is not', ['run', '--set', 'broker.urll=mqtt://h'], 'nearest is broker.url'],
    ['a key without a value', ['run', '--set', 'broker'], 'KEY=VALUE'],
    ['a broker that is no address', ['simulate', '--broker', 'h:1'], 'mqtt://127.0.0.1:1883'],
    ['a port that there cannot be', ['simulate', '--tcp', '70000'], '0 to 65535'],
    ['no configuration', ['run'], 'port is missing'],
    ['no configuration: where it goes', ['run'], 'with -c FILE'],
    ['a configuration that is not there', ['run', '-c', 'nowhere.yaml'], 'Correct the path of the file'],
  ])('%s', async (_, args, told) => {
    const { code, stdout, stderr } = await runCli(args);
    expect(code).toBe(2);
    expect(stderr).toContain(told);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
  });
});

test('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

describe('--help', () => {
  test.each([
    ['demo'],
    ['run'],
    ['simulate'],
    ['diagram'],
    ['replay'],
    ['config', 'check'],
    ['config', 'show'],
  ])('of %s %s shows an example of it', async (...command) => {
    const { code, stdout } = await runCli([...command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples?:/);
    expect(stdout).toContain(`luat-link ${command.join(' ')}`);
  });

  test.each([[['diagram']], [['config', 'check']], [['config', 'show']]])(
    'of %j has an example that works as it stands',
    async (command) => {
      const { stdout } = await runCli([...command, '--help']);
      const example = stdout
        .slice(stdout.indexOf('Example'))
        .split('\n')
        .flatMap((line) => /^ {2}\$ (.*)$/.exec(line)?.[1] ?? [])
        .join('\n');
      const folder = mkdtempSync(join(tmpdir(), 'luat-link-help-'));
      // The name under which it is installed.
      writeFileSync(join(folder, 'luat-link'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
      chmodSync(join(folder, 'luat-link'), 0o755);
      const env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
      const failure = await new Promise((resolve) => {
        execFile('sh', ['-ec', example], { cwd: folder, env }, (error) => resolve(error));
      });
      rmSync(folder, { recursive: true });
      expect(example).toContain(command.join(' '));
      expect(failure).toBeNull();
    },
  );
});

test('a reader that has seen enough is no fault', async () => {
  const cli = new CliProcess(['diagram', '--format', 'json']);
  cli.closeOutput();
  expect(await cli.ended()).toBe(0);
  expect(cli.stderr).toBe('');
});
