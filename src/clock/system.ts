import { performance } from 'node:perf_hooks';
import type { Clock } from './clock.js';

/** Real time. Its timers keep the process alive, as a supervised link should. */
export const systemClock: Clock = {
  wallTime: () => Date.now(),
  now: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => {
    clearTimeout(handle as NodeJS.Timeout | undefined);
  },
};
