import type { Clock, TimerHandle } from '../clock/clock.js';

/**
 * Waits for a promise, but not longer than `ms` milliseconds.
 * @throws Error saying that `what` took too long
 */
export async function withinDeadline<T>(
  promise: Promise<T>,
  ms: number,
  clock: Clock,
  what: string,
): Promise<T> {
  let timer: TimerHandle;
  const late = new Promise<never>((_, reject) => {
    timer = clock.setTimeout(() => reject(new Error(`${what} took longer than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clock.clearTimeout(timer);
  }
}
