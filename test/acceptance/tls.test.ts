import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { connectAsync } from 'mqtt';
import { systemClock } from '../../src/clock/system.js';
import { createSupervisor, type LinkOptions, type Supervisor } from '../../src/index.js';
import { SoftwareModem } from '../../src/simulator/modem.js';
import { tcpNetwork } from '../../src/simulator/tcp-network.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { memoryTransport } from '../../src/testing/memory-transport.js';
import { Broker, freePort, hasMosquitto, tlsFile as file, tlsListener } from './support/broker.js';

/** The library on a software modem with real sockets, and Mosquitto with a private authority. */
jest.setTimeout(30_000);

const skipsNothing = process.env['SKIP_NOTHING'] === '1';
if (!hasMosquitto && !skipsNothing) {
  process.stderr.write(
    'SKIPPED test/acceptance/tls.test.ts: Mosquitto is not installed (apt install mosquitto)\n',
  );
}

(hasMosquitto || skipsNothing ? describe : describe.skip)('Mosquitto', () => {
  let broker: Broker;
  let serverOnly = 0;
  let mutual = 0;
  let link: Supervisor | undefined;
  let modem: SoftwareModem | undefined;

  beforeAll(async () => {
    [serverOnly, mutual] = [await freePort(), await freePort()];
    broker = await Broker.start([
      ...tlsListener(serverOnly, 'server'),
      ...tlsListener(mutual, 'server', { mutual: true }),
    ]);
  });
  afterEach(async () => {
    await link?.stop();
    modem?.powerOff();
  });
  afterAll(async () => broker.close());

  async function start(options: Omit<LinkOptions, 'port'>): Promise<Supervisor> {
    modem = new SoftwareModem({
      profile: 'air780ep',
      clock: systemClock,
      random: () => 0.5,
      network: tcpNetwork(),
      latency: 'none',
    });
    modem.powerOn();
    link = createSupervisor(
      {
        port: 'memory',
        outbox: { store: 'memory' },
        recovery: { backoff: { minMs: 50, maxMs: 200 }, commandTimeoutMs: 1_500 },
        ...options,
      },
      { openTransport: memoryTransport(modem), logger: createLogger({ level: 'silent' }) },
    );
    await link.start();
    return link;
  }

  const secured = (port: number, tls: object): Omit<LinkOptions, 'port'> => ({
    broker: { url: `mqtts://localhost:${port}`, clientId: 'meter-17', tls },
  });
  const client = { cert: file('client.crt'), key: file('client.key') };

  test.each([
    ['by TLS, checking the server', () => secured(serverOnly, { ca: file('ca.crt') })],
    ['by TLS, both sides checked', () => secured(mutual, { ca: file('ca.crt'), ...client })],
    ['by TLS, unchecked where that is asked for', () => secured(serverOnly, { insecure: true })],
  ])('is reached %s', async (what, options) => {
    const since = broker.seen;
    const supervisor = await start(options());
    const { delivered } = await supervisor.publish('secure', what, { qos: 1 });
    await delivered;
    await expect(broker.published('secure', since)).resolves.toEqual(Buffer.from(what));
    expect(modem?.violations).toEqual([]);
  });

  test.each([
    ['signed by a stranger', () => secured(serverOnly, { ca: file('wrong-ca.crt') })],
    ['that wants a client certificate which is not there', () => secured(mutual, { ca: file('ca.crt') })],
  ])('%s is not connected to, and the status says why', async (_what, options) => {
    const supervisor = await start(options());
    await new Promise<void>((resolve) => {
      supervisor.on('state', ({ cause }) => {
        if (cause?.code === 'TCP_FAILED' || cause?.code === 'TCP_CLOSED') resolve();
      });
    });
    expect(supervisor.status()).toMatchObject({ status: 'recovering', recoveries: 0 });
    const sent =
      modem?.transcript.filter(({ direction }) => direction === 'host').map(({ text }) => text) ?? [];
    expect(sent.some((text) => text.startsWith('AT+SSLMIPSTART'))).toBe(true);
    expect(sent.some((text) => text.startsWith('AT+MIPSTART'))).toBe(false);
  });

  test('gets the will with quotes in it when the client id is taken over, and the announcement overrides it', async () => {
    const since = broker.seen;
    const will = '{"state":"offline","why":"line \\ lost"}';
    const supervisor = await start({
      broker: { url: `mqtt://127.0.0.1:${broker.port}`, clientId: 'meter-17' },
      will: { topic: 'status', payload: will, qos: 1, retain: true },
      announce: { topic: 'status', payload: '{"state":"online"}', qos: 1, retain: true },
    });
    await supervisor.online();
    await expect(broker.published('status', since)).resolves.toEqual(Buffer.from('{"state":"online"}'));

    const afterOnline = broker.seen;
    const back = new Promise<void>((resolve) => {
      supervisor.on('state', ({ status }) => {
        if (status === 'online') resolve();
      });
    });
    const impostor = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
      clientId: 'meter-17',
      reconnectPeriod: 0,
    });
    await expect(broker.published('status', afterOnline)).resolves.toEqual(Buffer.from(will));
    const afterWill = broker.seen;
    await back;
    await expect(broker.published('status', afterWill)).resolves.toEqual(Buffer.from('{"state":"online"}'));
    await impostor.endAsync(true);
  });
});
