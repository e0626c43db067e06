/** A process of `main.ts`: does one job after the other. */
import { work, type Job } from './jobs.js';

process.on('message', (job: Job) => {
  void work(job).then((result) => process.send?.(result));
});
