import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Aedes } from 'aedes';
import { spawnSoftwareModem, type SpawnedModem } from '../../src/simulator/spawn.js';

const example = fileURLToPath(new URL('../../examples/fastify-service.mjs', import.meta.url));
const execArgv = ['--import', new URL('../simulator/support/typescript-loader.mjs', import.meta.url).href];
const outbox = mkdtempSync(join(tmpdir(), 'luat-link-example-'));
const published: string[] = [];
let broker: Aedes;
const server = createServer();
let modem: SpawnedModem;
let service: ChildProcess;
let url = '';

const post = async (body: unknown, query = ''): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${url}/messages${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
};

beforeAll(async () => {
  broker = await Aedes.createBroker();
  broker.on('publish', ({ topic, payload }, client) => {
    if (client !== null) published.push(`${topic} ${payload.toString()}`);
  });
  server.on('connection', broker.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  modem = await spawnSoftwareModem({ profile: 'air780ep', latency: 'none', execArgv });
  service = spawn(process.execPath, [example], {
    env: {
      ...process.env,
      MODEM: modem.path,
      BROKER: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
      OUTBOX: outbox,
      HTTP_PORT: '0',
      METRICS_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (service.stdout === null) throw new Error('no output');
  for await (const line of createInterface(service.stdout)) {
    url = line;
    break;
  }
});

afterAll(async () => {
  if (service.exitCode === null) service.kill('SIGKILL');
  await modem.stop();
  broker.close();
  server.close();
  rmSync(outbox, { recursive: true, force: true });
});

test('the service of docs/embedding.md publishes, refuses, tells its status and stops cleanly', async () => {
  expect(await post({ topic: 'meter-17/data', payload: '21.5' }, '?wait=true')).toEqual({
    status: 200,
    body: { delivered: true },
  });
  expect(published).toContain('meter-17/data 21.5');
  expect(await post({ topic: 'meter-17/data', payload: '21.6' })).toEqual({
    status: 202,
    body: { accepted: true },
  });
  expect(await post({ topic: 'meter-17/#', payload: '' })).toMatchObject({
    status: 400,
    body: { code: 'TOPIC_INVALID' },
  });
  expect((await post({ topic: 'meter-17/data' })).status).toBe(400);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${url}/status`)).json()).toMatchObject({ status: 'online' });

  const exit = once(service, 'exit');
  service.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  expect(published).toContain('meter-17/data 21.6');
});
