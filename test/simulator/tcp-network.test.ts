import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Aedes } from 'aedes';
import { connectAsync, type MqttClient } from 'mqtt';
import { RealModem } from './support/real-modem.js';

let broker: Aedes;
let server: Server;
let port: number;
let observer: MqttClient;
const sockets = new Set<Socket>();
const modems: RealModem[] = [];

beforeEach(async () => {
  broker = await Aedes.createBroker();
  server = createServer(broker.handle);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  observer = await connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'observer', protocolVersion: 4 });
});

afterEach(async () => {
  for (const { modem } of modems.splice(0)) modem.powerOff();
  await observer.endAsync(true);
  await new Promise<void>((resolve) => broker.close(() => resolve()));
  server.close();
  for (const socket of sockets) socket.destroy();
});

function powered(...options: ConstructorParameters<typeof RealModem>): RealModem {
  const it = new RealModem(...options);
  modems.push(it);
  return it;
}

/** The next message that the observer gets. */
async function observed(): Promise<{ topic: string; payload: string; qos: number }> {
  return await new Promise((resolve) => {
    observer.once('message', (topic, payload, { qos }) =>
      resolve({ topic, payload: payload.toString('latin1'), qos }),
    );
  });
}

describe('a software modem on a real broker', () => {
  test.each([
    [0, 'OK\r\n'],
    [1, 'PUBACK\r\n'],
    [2, 'PUBCOMP\r\n'],
  ] as const)('publishes and receives with QoS %d', async (qos, outcome) => {
    const it = powered();
    await it.connect(port);
    await observer.subscribeAsync('up', { qos: 2 });
    const arrives = observed();
    const printed = await it.type(`AT+MPUB="up",${qos},0,"hello"`, outcome);
    expect(printed.includes('PUBREC')).toBe(qos === 2);
    expect(await arrives).toEqual({ topic: 'up', payload: 'hello', qos });

    await it.type(`AT+MSUB="down/#",${qos}`, 'SUBACK\r\n');
    await observer.publishAsync('down/a', Buffer.from('\r\nOK\r\n\xff', 'latin1'), { qos });
    expect(await it.prints('\xff\r\n')).toBe('\r\n+MSUB: "down/a",7 byte,\r\nOK\r\n\xff\r\n');
    await it.type('AT+MUNSUB="down/#"', 'UNSUBACK\r\n');
  });

  test('its will is published when the module runs MIPCLOSE', async () => {
    const it = powered();
    await observer.subscribeAsync('status');
    const arrives = observed();
    await it.connect(port, 'AT+MCONFIG="meter","u","p",0,0,"status","offline"');
    await it.type('AT+MIPCLOSE', 'OK\r\n');
    expect(await arrives).toMatchObject({ topic: 'status', payload: 'offline' });
  });

  test('the same client id elsewhere closes it', async () => {
    const first = powered();
    await first.connect(port);
    const second = powered();
    await second.connect(port);
    expect(await first.prints('CLOSED\r\n')).toBe('\r\nCLOSED\r\n');
    expect(await second.type('AT+MQTTSTATU', 'OK\r\n')).toContain('+MQTTSTATU :1');
  });

  test('a broker that goes away closes it, and then refuses the connection', async () => {
    const it = powered();
    await it.connect(port);
    server.close();
    for (const socket of sockets) socket.destroy();
    await it.prints('CLOSED\r\n');
    expect(await it.type(`AT+MIPSTART="127.0.0.1",${port}`, 'CONNECT FAIL\r\n')).toContain(
      'STATE: IP STATUS',
    );
  });

  test('a refused login shows as ERROR after OK', async () => {
    broker.authenticate = (_client, _user, _password, done) => done(null, false);
    const it = powered();
    await it.prints('+NITZ');
    await it.type('AT+MCONFIG="meter","u","wrong"', 'OK\r\n');
    await it.type(`AT+MIPSTART="127.0.0.1",${port}`, 'CONNECT OK\r\n');
    expect(await it.type('AT+MCONNECT=1,60', 'ERROR\r\n')).toContain('OK\r\n');
    await it.prints('CLOSED\r\n');
  });

  test('without power it is gone, and the broker is not told', async () => {
    const it = powered();
    await it.connect(port);
    const connected = [...sockets].length;
    it.modem.powerOff();
    await observer.publishAsync('down', 'x', { qos: 1 });
    expect([...sockets]).toHaveLength(connected);
    expect(broker.connectedClients).toBe(2);
  });
});
