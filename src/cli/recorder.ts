import { once } from 'node:events';
import { openSync, createWriteStream } from 'node:fs';
import { LinkError } from '../errors/link-error.js';
import { recordingHead } from '../inspector/story/recording.js';
import type { Supervisor } from '../supervisor.js';
import type { CliContext } from './context.js';

export interface Recorder {
  /** Settles when everything is written. */
  close(): Promise<void>;
}

/** What may wait for a slow disk; beyond it the recording has gaps, and the link goes on. */
const MOST_UNWRITTEN_BYTES = 16_000_000;

/**
 * Writes everything that an observer of the link sees into a file, one JSON object a line.
 * @throws LinkError CONFIG_INVALID when the file cannot be written
 */
export function recordTo(path: string, link: Supervisor, { clock, stderr }: CliContext): Recorder {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'w', 0o600);
  } catch (error) {
    throw new LinkError('CONFIG_INVALID', `The recording cannot be written: ${(error as Error).message}`, {
      hint: 'Name a file in a folder that you may write to.',
    });
  }
  const file = createWriteStream(path, { fd: descriptor });
  file.write(recordingHead(clock.wallTime()));
  const leave = link.observe((observation) => {
    if (file.writableLength < MOST_UNWRITTEN_BYTES) file.write(`${JSON.stringify(observation)}\n`);
  });
  file.on('error', (error) => {
    leave();
    stderr.write(`luat-link: the recording ends here: ${error.message}\n`);
  });
  return {
    close: async () => {
      leave();
      if (file.destroyed) return;
      file.end();
      await once(file, 'close');
    },
  };
}
