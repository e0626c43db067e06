import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { replay } from '../../src/cli/commands/replay.js';
import { processContext, type CliContext } from '../../src/cli/context.js';
import { recordTo } from '../../src/cli/recorder.js';
import { readRecording, recordingHead } from '../../src/inspector/story/recording.js';
import { Scene } from '../support/scene.js';

const folder = mkdtempSync(join(tmpdir(), 'luat-link-recording-'));
const file = join(folder, 'run.jsonl');
let seen = 0;

/** A run with a CLOSED in it. */
beforeAll(async () => {
  const scene = new Scene();
  scene.supervisor.observe(() => (seen += 1));
  const recorder = recordTo(file, scene.supervisor, { ...processContext(), clock: scene.clock });
  await scene.online();
  scene.modem.faults.closed();
  await scene.clock.advanceUntil(() => scene.supervisor.status().recoveries === 1, 60_000);
  await scene.end();
  await recorder.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function told(options: { wire?: boolean; path?: string } = {}): Promise<string> {
  const stdout = new PassThrough();
  let text = '';
  stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const context: CliContext = { ...processContext(), stdout };
  await replay({ file: options.path ?? file, speed: 0, wire: options.wire ?? false }, context);
  return text;
}

describe('a recorded run', () => {
  test('holds everything that an observer saw, and no secret', () => {
    const { observations } = readRecording(readFileSync(file, 'utf8'));
    expect(observations).toHaveLength(seen);
    expect(readFileSync(file, 'utf8')).not.toContain('password');
  });

  test('is told again in the terminal: states, causes, how it ended', async () => {
    const text = await told();
    expect(text).toMatch(/recovering +recovering\.closingTcp {2}← CLOSED \(TCP_CLOSED\)/);
    expect(text).toMatch(/online +subscribed\.resting {2}← ALL SUBSCRIBED/);
    expect(text).toContain('Stopped: nothing is supervised.');
    expect(text).toMatch(/It left online .* at CLOSED: .*\(TCP_CLOSED\) It was back after/);
    expect(text).not.toContain('> AT');
    expect(await told({ wire: true })).toContain('> AT+MIPSTART');
  });

  test('whose last line was cut off is read up to there; any other fault is named', () => {
    const head = recordingHead(0);
    const line = JSON.stringify({ kind: 'outbox', at: 1, waiting: 0, bytes: 0 });
    expect(readRecording(`${head}${line}\n${line.slice(0, 10)}`).observations).toHaveLength(1);
    expect(() => readRecording(`${head}nonsense\n${line}\n`)).toThrow('Line 2');
    expect(() => readRecording('')).toThrow('not a recording');
    expect(() => readRecording(head.replace('"version":1', '"version":9'))).toThrow('version 9');
  });

  test('that is none is refused with what to do', async () => {
    const path = join(folder, 'other.txt');
    writeFileSync(path, 'hello\n');
    await expect(told({ path })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('--record'),
    });
    await expect(told({ path: join(folder, 'absent') })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
