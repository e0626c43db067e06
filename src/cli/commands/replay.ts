import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LinkError } from '../../errors/link-error.js';
import { Inspector } from '../../inspector/inspector.js';
import { readRecording, type Recording } from '../../inspector/story/recording.js';
import { emptyStory, tell } from '../../inspector/story/story.js';
import { duration, wordsOf } from '../../inspector/story/words.js';
import type { Observation } from '../../observer.js';
import type { CliContext } from '../context.js';
import { exitCode, type ExitCode } from '../exit-codes.js';
import { interrupted } from '../interrupt.js';

export interface ReplayOptions {
  readonly file: string;
  /** 1: as it was; 0: at once. */
  readonly speed: number;
  readonly wire: boolean;
  /** Shows it on the page, on this port of 127.0.0.1. */
  readonly inspect?: number;
}

/** Tells a recorded run again, and what it came to. */
export async function replay(options: ReplayOptions, context: CliContext): Promise<ExitCode> {
  const { file, speed, inspect } = options;
  if (!(speed >= 0)) {
    throw new LinkError('CONFIG_INVALID', '--speed takes a number from 0 on.', {
      hint: '1 is as it was, 10 ten times as fast, 0 at once.',
    });
  }
  const recording = load(file);
  if (inspect !== undefined) return onPage(recording, inspect, context);

  const { stdout } = context;
  const story = emptyStory();
  const [first] = recording.observations;
  const start = first?.at ?? 0;
  stdout.write(`Recorded at ${recording.startedAt}, ${recording.observations.length} observations.\n\n`);
  let before = start;
  for (const observation of recording.observations) {
    if (speed > 0 && observation.at > before) await sleep((observation.at - before) / speed);
    before = Math.max(before, observation.at);
    const path = story.state?.path;
    tell(story, observation);
    const line = lineOf(observation, path, options.wire);
    if (line !== undefined) stdout.write(`${duration(observation.at - start).padStart(10)}  ${line}\n`);
  }
  const words = wordsOf(story, story.at);
  stdout.write(`\n${words.state}\n${words.loss}\n`);
  return exitCode.done;
}

/** What is worth a line: a new state, a message that failed, and the wire where it is asked for. */
function lineOf(observation: Observation, path: string | undefined, wire: boolean): string | undefined {
  switch (observation.kind) {
    case 'state': {
      if (observation.path === path) return undefined;
      const cause = observation.cause === undefined ? '' : ` (${observation.cause.code})`;
      return `${observation.status.padEnd(15)}  ${observation.path}  ← ${observation.event}${cause}`;
    }
    case 'wire':
      return wire ? `    ${observation.direction === 'host' ? '>' : '<'} ${observation.text}` : undefined;
    case 'message':
      return observation.stage === 'failed' ? `message failed: ${observation.code ?? ''}` : undefined;
    case 'module':
      return `module ${observation.identity ?? observation.profile}`;
    case 'signal':
    case 'outbox':
      return undefined;
  }
}

async function onPage(recording: Recording, port: number, { clock, stdout }: CliContext): Promise<ExitCode> {
  const inspector = new Inspector({ port, clock, recording: recording.observations });
  await inspector.listen();
  stdout.write(`The recorded run is at ${inspector.url}\nCtrl-C ends.\n`);
  await interrupted();
  await inspector.close();
  return exitCode.done;
}

/** @throws LinkError CONFIG_INVALID */
function load(file: string): Recording {
  try {
    return readRecording(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new LinkError('CONFIG_INVALID', `${file}: ${(error as Error).message}`, {
      hint: '`luat-link demo --record FILE` and `luat-link run --record FILE` make recordings.',
    });
  }
}
