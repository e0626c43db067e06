import type { CliContext } from './context.js';

/** What is being done now, on a line that the next one takes the place of. */
export interface Progress {
  show(what: string): void;
  clear(): void;
}

const silent: Progress = { show: () => undefined, clear: () => undefined };

/** On stderr, and only where it is a terminal. */
export function progressOn({ stderr }: CliContext): Progress {
  if (!('isTTY' in stderr) || stderr.isTTY !== true) return silent;
  const clear = '\r\u001b[K';
  return {
    show: (what) => void stderr.write(`${clear}... ${what}`),
    clear: () => void stderr.write(clear),
  };
}
