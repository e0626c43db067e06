import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { LinkError } from '../../src/errors/link-error.js';
import { LevelStore } from '../../src/outbox/level-store.js';
import type { Outbox } from '../../src/outbox/outbox.js';
import { makeOutbox, message, stopped } from '../outbox/support.js';
import { runCli } from './cli-process.js';

// Each command is a process that starts anew.
jest.setTimeout(60_000);

describe('luat-link outbox', () => {
  let folder: string;
  const file = (): string => join(folder, 'link.json');
  const open = (): Outbox => makeOutbox({ store: new LevelStore(join(folder, 'outbox')) });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'luat-link-cli-outbox-'));
    writeFileSync(
      file(),
      JSON.stringify({ port: '/dev/null', broker: { url: 'mqtt://b' }, log: { level: 'silent' } }),
    );
    const box = open();
    await box.accept(message('waits'));
    for (const text of ['one', 'two']) {
      await box.accept(message(text));
      const entry = box.next();
      if (entry === undefined) throw new Error('nothing waits');
      box.bury(entry, new LinkError('PUBLISH_FAILED', 'Refused with ERROR.'));
    }
    await box.close(stopped);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('lists what waits and what was refused, for people and as JSON', async () => {
    const plain = await runCli(['outbox', 'list', '-c', file()]);
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(plain.stdout).toMatch(
      /^1 waiting \(4 bytes\), 2 dead letters\n1 +"t" .*\n +PUBLISH_FAILED: Refused/,
    );
    const { stdout } = await runCli(['outbox', 'list', '-c', file(), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      waiting: 1,
      deadLetters: [
        { id: 1, payload: 'waits', encoding: 'utf8' },
        { id: 2, payload: 'one' },
      ],
    });
  });

  test('retries and purges those that are named', async () => {
    expect((await runCli(['outbox', 'retry', '1', '-c', file()])).stdout).toMatch(/^1 wait again/);
    expect((await runCli(['outbox', 'purge', '-c', file()])).stdout).toBe('1 purged.\n');
    expect((await runCli(['outbox', 'list', '-c', file()])).stdout).toBe(
      '2 waiting (10 bytes), 0 dead letters\n',
    );
    for (const id of ['x', '99']) {
      const { code, stderr } = await runCli(['outbox', 'retry', id, '-c', file()]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/There is no dead letter with the id[^]*outbox list/);
    }
  });

  test('an outbox that is in use is told as that, with code 8', async () => {
    const box = open();
    await box.open();
    const { code, stderr } = await runCli(['outbox', 'list', '-c', file()]);
    await box.close(stopped);
    expect(code).toBe(8);
    expect(stderr).toMatch(/in use by another process[^]*Stop the other/);
  });
});
