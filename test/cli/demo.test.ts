import { PassThrough } from 'node:stream';
import { expect, jest, test } from '@jest/globals';
import { Story } from '../../src/cli/demo/story.js';
import { VirtualClock } from '../../src/clock/virtual.js';
import { runCli } from './cli-process.js';

jest.setTimeout(60_000);

test('the demo shows every step, its counts add up, and it says so in plain text', async () => {
  const [told, counted] = await Promise.all([runCli(['demo']), runCli(['demo', '--json'])]);

  expect(told.code).toBe(0);
  expect(told.stdout).not.toContain('\u001b');
  expect(told.stdout).toContain('> AT+MIPSTART');
  expect(told.stdout).toContain('< CLOSED');
  expect(told.stdout).toContain('RESET pin pulled low');
  expect(told.stdout).toMatch(/Faults +3, back online after/);
  expect(told.stdout).toMatch(/Messages +6 published, 6 arrived at the broker, 0 lost/);

  expect(counted.code).toBe(0);
  expect(counted.stdout.trimEnd()).not.toContain('\n');
  const summary = JSON.parse(counted.stdout) as {
    ok: boolean;
    chapters: { ok: boolean }[];
    recoveries: { fault: string }[];
  };
  expect(summary).toMatchObject({
    ok: true,
    messages: { published: 6, arrived: 6, lost: 0, sentToDevice: 1, received: 1 },
  });
  expect(summary.chapters).toHaveLength(7);
  expect(summary.recoveries.map(({ fault }) => fault.split(' ')[0])).toEqual(['closed', 'deact', 'hang']);
});

test('a step that does not come true in time fails, and those after it are not tried', async () => {
  const clock = new VirtualClock();
  const story = new Story(new PassThrough(), clock, { colours: false, silent: true });
  const running = story.chapter('Connect', 1_000, () => new Promise(() => undefined));
  await clock.advance(1_000);
  await running;
  const next = jest.fn(() => Promise.resolve('done'));
  await story.chapter('Publish', 1_000, next);
  expect(next).not.toHaveBeenCalled();
  expect(story.chapters.map(({ title, ok, detail }) => ({ title, ok, detail }))).toEqual([
    { title: 'Connect', ok: false, detail: 'not within 1 s' },
    { title: 'Publish', ok: false, detail: 'not tried after the failure above' },
  ]);
});
