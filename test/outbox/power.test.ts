import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock/virtual.js';
import { LevelStore } from '../../src/outbox/level-store.js';
import { end, makeOutbox, message, stopped, takeAll } from './support.js';

jest.setTimeout(120_000);

const skipsNothing = process.env['SKIP_NOTHING'] === '1';
const available = (program: string): boolean => spawnSync(program, ['--help']).error === undefined;

/** A group of tests that need something of the system. Without it they are skipped, and that is said. */
function needing(what: string, isThere: boolean): typeof describe | typeof describe.skip {
  if (isThere) return describe;
  process.stdout.write(`skipped: ${what}\n`);
  return describe.skip;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'luat-link-power-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const logOf = (directory: string): string => {
  const messages = join(directory, 'messages');
  const [log] = readdirSync(messages).filter((name) => name.endsWith('.log'));
  return join(messages, log ?? '');
};

describe('the power fails', () => {
  test('the log, cut at every byte of its tail, opens and has everything that was synced before the cut', async () => {
    const directory = join(folder, 'outbox');
    const box = makeOutbox({ store: new LevelStore(directory) });
    await box.open();
    /** How long the log was when so many messages were accepted. */
    const lengths: number[] = [];
    for (let index = 0; index < 5; index++) {
      await box.accept(message(String(index)));
      lengths.push(statSync(logOf(directory)).size);
    }
    const image = join(folder, 'image');
    cpSync(directory, image, { recursive: true });
    await box.close(stopped);
    const tail = lengths.at(-1) ?? 0;
    for (let cut = lengths[2] ?? 0; cut <= tail; cut++) {
      const copy = join(folder, 'copy');
      cpSync(image, copy, { recursive: true });
      truncateSync(logOf(copy), cut);
      const reopened = makeOutbox({ store: new LevelStore(copy) });
      await reopened.open();
      const synced = lengths.filter((length) => length <= cut).length;
      expect({ cut, failure: reopened.report().failure, waiting: reopened.size }).toEqual({
        cut,
        failure: undefined,
        waiting: synced,
      });
      await expect(takeAll(reopened)).resolves.toEqual(
        Array.from({ length: synced }, (_, index) => String(index)),
      );
      await reopened.close(stopped);
      rmSync(copy, { recursive: true });
    }
  });

  test('a record that was damaged goes to the dead letters with its bytes, and the others are sent', async () => {
    const directory = join(folder, 'outbox');
    const store = new LevelStore(directory);
    const box = makeOutbox({ store });
    for (const text of ['a', 'b', 'c']) await box.accept(message(text));
    await box.close(stopped);
    await store.open();
    const [, second] = await store.read({ gt: 'message!', lt: 'message!~', limit: 3 });
    if (second === undefined) throw new Error('no record');
    const damaged = Buffer.from(second[1]);
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
    await store.write([{ type: 'put', key: second[0], value: damaged }], { sync: true });
    await store.close();
    const reopened = makeOutbox({ store: new LevelStore(directory) });
    await reopened.open();
    await expect(takeAll(reopened)).resolves.toEqual(['a', 'c']);
    await expect(reopened.deadLetters.list()).resolves.toMatchObject([
      { code: 'OUTBOX_FAILED', reason: expect.stringMatching(/damaged/), payload: damaged },
    ]);
    await expect(reopened.deadLetters.retry()).resolves.toBe(0);
    await reopened.close(stopped);
  });

  test('tables whose list was damaged are repaired, and nothing that can be read is lost', async () => {
    const directory = join(folder, 'outbox');
    for (const text of ['a', 'b']) {
      const box = makeOutbox({ store: new LevelStore(directory) });
      await box.accept(message(text));
      await box.close(stopped);
    }
    const messages = join(directory, 'messages');
    const [manifest] = readdirSync(messages).filter((name) => name.startsWith('MANIFEST'));
    writeFileSync(join(messages, manifest ?? ''), 'not a list of tables');
    const reopened = makeOutbox({ store: new LevelStore(directory) });
    await reopened.open();
    expect(reopened.report().failure).toBeUndefined();
    await expect(takeAll(reopened)).resolves.toEqual(['a', 'b']);
    await reopened.close(stopped);
  });
});

needing('tests of the order of syncs, since strace is not installed', skipsNothing || available('strace'))(
  'the disk',
  () => {
    test('has the data, synced, before a message is accepted', async () => {
      const trace = join(folder, 'trace');
      const program = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
      const flags = ['--set', `outbox.directory=${join(folder, 'outbox')}`, '--log-level', 'silent'];
      const child = spawn(
        'strace',
        // prettier-ignore
        ['-f', '-s', '300', '-e', 'trace=write,fdatasync,fsync', '-o', trace, process.execPath, program,
       'run', '--port', '/dev/does-not-exist', '--broker', 'mqtt://127.0.0.1:1', ...flags],
        { stdio: ['pipe', 'pipe', 'ignore'] },
      );
      child.stdin.write('{"id":"the-one","topic":"t","payload":"the payload to look for","qos":1}\n');
      let said = '';
      for await (const chunk of child.stdout) {
        said += String(chunk);
        // Not strace, which would let go of it, but the program itself: each line begins with the process.
        if (said.includes('"the-one"'))
          process.kill(Number(readFileSync(trace, 'latin1').split(' ')[0]), 'SIGTERM');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      const calls = readFileSync(trace, 'latin1').split('\n');
      const written = calls.findIndex((line) => / write\(\d+,.*the payload to look for/.test(line));
      const descriptor = / write\((\d+),/.exec(calls[written] ?? '')?.[1];
      const accepted = calls.findIndex((line) => / write\(1,.*accepted.*the-one/.test(line));
      // A call that others interrupt in the trace is over where it is "resumed".
      const begun = calls.findIndex((line, at) => at > written && line.includes(`sync(${descriptor ?? ''}`));
      const [thread] = (calls[begun] ?? '').split(' ');
      const synced = (calls[begun] ?? '').includes('unfinished')
        ? calls.findIndex(
            (line, at) => at > begun && line.startsWith(`${thread ?? ''} `) && line.includes('sync resumed'),
          )
        : begun;
      expect({ written: written >= 0, accepted: accepted >= 0 }).toEqual({ written: true, accepted: true });
      expect(synced).toBeGreaterThan(written);
      expect(accepted).toBeGreaterThan(synced);
    });
  },
);

/** Whether a file system of a size can be made here: as root, in most places. */
function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'luat-link-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place]).status === 0;
  if (mounted) spawnSync('umount', [place]);
  rmSync(place, { recursive: true });
  return mounted;
}

needing('the test on a full disk, since no tmpfs can be mounted', canMount() && available('mount'))(
  'a full disk',
  () => {
    test('refuses with a typed error, loses nothing, and takes on by itself when there is room again', async () => {
      const disk = join(folder, 'disk');
      spawnSync('mkdir', [disk]);
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
      try {
        const ballast = join(disk, 'ballast');
        writeFileSync(ballast, Buffer.alloc(1_000_000));
        const clock = new VirtualClock();
        const directory = join(disk, 'outbox');
        const box = makeOutbox({ store: new LevelStore(directory), clock });
        const accepted: string[] = [];
        const text = (index: number): string => `${index} ${'x'.repeat(4_000)}`;
        let refused: string | undefined;
        for (let index = 0; refused === undefined && index < 1_000; index++) {
          const how = await end(box.accept(message(text(index))));
          if (how === 'delivered') accepted.push(text(index));
          else refused = how;
        }
        expect(refused).toBe('OUTBOX_FAILED');
        expect(accepted.length).toBeGreaterThan(10);
        expect(box.report().failure?.hint).toMatch(/Free space/);
        rmSync(ballast);
        await clock.advance(60_000);
        await box.open();
        const more = await end(box.accept(message(text(1_000))));
        expect(more).toBe('delivered');
        await box.close(stopped);
        const reopened = makeOutbox({ store: new LevelStore(directory) });
        await reopened.open();
        await expect(takeAll(reopened)).resolves.toEqual([...accepted, text(1_000)]);
        await reopened.close(stopped);
      } finally {
        spawnSync('umount', ['-l', disk]);
      }
    });
  },
);
