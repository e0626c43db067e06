import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Job, JobResult } from './jobs.js';

const worker = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** Does the jobs in as many processes as there are cores. */
export async function inWorkers(
  jobs: readonly Job[],
  onResult: (result: JobResult) => void,
): Promise<readonly JobResult[]> {
  const waiting = [...jobs];
  const results: JobResult[] = [];
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      // The loader of the sources is handed on with execArgv.
      const child = fork(worker);
      let finished = false;
      const next = (): void => {
        const job = waiting.shift();
        if (job !== undefined) child.send(job);
        else {
          finished = true;
          child.disconnect();
        }
      };
      child.on('message', (result: JobResult) => {
        results.push(result);
        onResult(result);
        next();
      });
      child.on('error', reject);
      child.on('exit', (code) => {
        if (finished) resolve();
        else reject(new Error(`A worker ended with code ${String(code)} in the middle of its work.`));
      });
      next();
    });
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, one));
  return results;
}
