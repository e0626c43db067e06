import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { createLogger } from '../../src/telemetry/logger.js';
import { Scene } from '../support/scene.js';
import { ask } from './viewer.js';

test('`inspect` serves the page from start() to stop(), and its retry is the operator’s', async () => {
  const scene = new Scene({ link: { inspect: { port: 0 } } });
  expect(scene.supervisor.inspector).toBeUndefined();
  await scene.online();
  const { url, operatorUrl } = scene.supervisor.inspector ?? { url: '', operatorUrl: '' };
  expect((await ask(url)).status).toBe(200);
  const token = operatorUrl.split('=')[1] ?? '';
  const { status } = await ask(`${url}act/retry`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(status).toBe(200);
  await scene.end();
  await expect(ask(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a port that is taken is told in the log, without a token, and the link does without', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  let log = '';
  const logger = createLogger({ destination: { write: (line: string) => void (log += line) } });
  const scene = new Scene({ link: { inspect: { port } }, logger });
  await scene.online();
  expect(scene.supervisor.status().status).toBe('online');
  expect(log).toContain('EADDRINUSE');
  expect(log).not.toContain('token');
  await scene.end();
  taken.close();
});

test('stop() while the page is being opened leaves nothing running', async () => {
  const scene = new Scene({ link: { inspect: { port: 0 } } });
  const starting = scene.supervisor.start();
  await scene.supervisor.stop();
  await starting;
  expect(scene.supervisor.status().path).toBe('stopped');
  expect(scene.supervisor.inspector).toBeUndefined();
  expect(scene.opened).toBe(0);
});
