import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/clock/system.js';
import { VirtualClock } from '../../src/clock/virtual.js';
import { tcpTransport } from '../../src/transport/tcp.js';
import { RecordingListener } from './recording-listener.js';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A serial server on a free port, and whoever connects to it. */
async function serialServer() {
  const server = createServer();
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = once(server, 'connection').then(([socket]) => socket as Socket);
  return { port, client, stop: () => server.close() };
}

async function connected() {
  const { port, client } = await serialServer();
  const listener = new RecordingListener();
  const transport = tcpTransport({ host: '127.0.0.1', port }, systemClock)(listener);
  await transport.open();
  return { transport, listener, peer: await client };
}

describe('a line over TCP', () => {
  test('carries bytes both ways and is named by its address', async () => {
    const { transport, listener, peer } = await connected();
    await transport.write(Buffer.from('AT\r'));
    const [heard] = (await once(peer, 'data')) as [Buffer];
    expect(heard.toString()).toBe('AT\r');
    peer.write('\r\nOK\r\n');
    await listener.until(() => listener.received === '\r\nOK\r\n');
    expect(transport.name).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    await transport.close();
    await transport.close();
    expect(listener.losses).toEqual([]);
  });

  test.each(['end', 'resetAndDestroy'] as const)('is lost once when its peer goes (%s)', async (way) => {
    const { transport, listener, peer } = await connected();
    peer[way]();
    await listener.until(() => listener.losses.length > 0);
    await expect(transport.write(Buffer.from('AT\r'))).rejects.toMatchObject({ code: 'PORT_LOST' });
    await transport.close();
    expect(listener.losses).toEqual([expect.objectContaining({ code: 'PORT_LOST' })]);
  });

  test('sends what was written before it closes', async () => {
    const { transport, peer } = await connected();
    const written = transport.write(Buffer.from('AT+MIPCLOSE\r'));
    const heard = once(peer, 'data') as Promise<[Buffer]>;
    await written;
    await transport.close();
    expect((await heard)[0].toString()).toBe('AT+MIPCLOSE\r');
  });

  test('has no control lines', async () => {
    const { transport, listener } = await connected();
    await expect(transport.setSignal('dtr', true)).rejects.toMatchObject({
      code: 'PORT_LOST',
      message: expect.stringMatching(/has no DTR line/),
    });
    expect(listener.losses).toEqual([]);
    await transport.close();
  });

  test('is not found where nobody listens', async () => {
    const { port, stop } = await serialServer();
    stop();
    const transport = tcpTransport({ host: '127.0.0.1', port }, systemClock)(new RecordingListener());
    await expect(transport.open()).rejects.toMatchObject({ code: 'PORT_NOT_FOUND' });
    await transport.close();
  });

  test('ends its opening when it is closed', async () => {
    const { port } = await serialServer();
    const clock = new VirtualClock();
    const transport = tcpTransport({ host: '127.0.0.1', port }, clock)(new RecordingListener());
    const failed = expect(transport.open()).rejects.toMatchObject({ code: 'PORT_LOST' });
    const closed = transport.close();
    await failed;
    await clock.advance(5000);
    await closed;
    expect(clock.armed).toBe(0);
  });

  test('is named with brackets round an IPv6 address', () => {
    const { name } = tcpTransport({ host: '::1', port: 4001 }, systemClock)(new RecordingListener());
    expect(name).toBe('tcp://[::1]:4001');
  });
});
