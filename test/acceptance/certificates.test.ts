import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Broker, freePort, tlsFile, tlsListener } from './support/broker.js';
import { Configuration, type Ended } from './support/configuration.js';
import { Modem, type ModemSetup } from './support/modem.js';
import { onMosquitto } from './support/mosquitto.js';
import { recovery, Rig } from './support/rig.js';

/** The built product, a modem that shares no code with it and does real TLS, and Mosquitto with a private authority. */
jest.setTimeout(60_000);

const ca = tlsFile('ca.crt');
const client = { cert: tlsFile('client.crt'), key: tlsFile('client.key') };
const secured = (port: number, tls: object): object => ({
  broker: { url: `mqtts://localhost:${port}`, clientId: 'judge', keepalive: 30, tls },
});
const setups = {
  air780e: { profile: 'air780e', echo: true, pieces: 3, glueMs: 5, rdy: 2 },
  air780ep: { profile: 'air780ep', echo: true, pieces: 0, glueMs: 0, rdy: 1 },
} satisfies Record<string, ModemSetup>;

onMosquitto('test/acceptance/certificates.test.ts', 'luat-link run by TLS, on an independent modem', () => {
  let serverOnly: Rig;
  let mutual: Rig;
  let folder = '';
  let chain = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'luat-link-certificates-'));
    chain = join(folder, 'chain.crt');
    // More than one write takes.
    writeFileSync(chain, readFileSync(ca, 'utf8').repeat(30));
    const [one, other] = [await freePort(), await freePort()];
    [serverOnly, mutual] = await Promise.all([
      Rig.start(setups.air780ep, {
        listeners: tlsListener(one, 'server'),
        link: secured(one, { ca: chain }),
      }),
      Rig.start(setups.air780e, {
        listeners: tlsListener(other, 'server', { mutual: true }),
        link: secured(other, { ca, ...client }),
      }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([serverOnly.close(), mutual.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['the broker alone is checked', () => serverOnly],
    ['both sides are checked', () => mutual],
  ])('%s: gets online and carries messages both ways', async (_what, rig) => {
    await rig().judged(async () => {
      await rig().online();
      await rig().carries(Buffer.from([0, 0x0d, 0x0a, 0x1a, 0x22, 0xff]));
      expect(await rig().modem.commands(/^AT\+MIPSTART/)).toEqual([]);
      expect(await rig().modem.violations()).toEqual([]);
    });
  });

  test('the files lie in the module byte for byte, a long one in pieces of up to 10,240 bytes', async () => {
    expect(await serverOnly.modem.file('ll_ca.crt')).toEqual(readFileSync(chain));
    expect(await mutual.modem.file('ll_ca.crt')).toEqual(readFileSync(ca));
    expect(await mutual.modem.file('ll_client.crt')).toEqual(readFileSync(client.cert));
    expect(await mutual.modem.file('ll_client.key')).toEqual(readFileSync(client.key));
    const size = readFileSync(chain).length;
    expect(await serverOnly.modem.commands(/^AT\+FSWRITE=/)).toEqual([
      'AT+FSWRITE="ll_ca.crt",0,10240,15',
      `AT+FSWRITE="ll_ca.crt",1,${size - 10_240},15`,
    ]);
  });

  test('certificates are written once per boot: not after CLOSED or a lost bearer, again after a reboot', async () => {
    await mutual.judged(async () => {
      const written = async (): Promise<number> => (await mutual.modem.commands(/^AT\+FSWRITE=/)).length;
      expect(await written()).toBe(3);
      await mutual.survives(() => mutual.modem.does('closed'));
      await mutual.survives(() => mutual.modem.does('deact'));
      expect(await written()).toBe(3);
      await mutual.survives(() => mutual.modem.does('reboot'));
      expect(await written()).toBe(6);
      expect(await mutual.modem.violations()).toEqual([]);
    });
  });

  test('a reboot without a word never leads to a connection that checks nobody', async () => {
    await serverOnly.judged(async () => {
      await serverOnly.survives(() => serverOnly.modem.does('reboot', { rdy: 0 }));
      expect(await serverOnly.modem.violations()).toEqual([]);
    });
  });

  test('a setting that is refused stops the connect, until it is taken', async () => {
    await serverOnly.judged(async () => {
      await serverOnly.modem.rule({ command: 'AT+SSLCFG="cacert"', final: 'ERROR' });
      await serverOnly.survives(() => serverOnly.modem.does('reboot'));
      expect(await serverOnly.modem.violations()).toEqual([]);
    });
  });
});

interface Refusal {
  /** How the broker of the case presents itself, and whether it wants to know its client. */
  readonly server: readonly [certificate: string, options?: { mutual: boolean }];
  readonly tls: object;
  readonly code: number;
  readonly says: RegExp;
}

const refusals: Readonly<Record<string, Refusal>> = {
  'an authority that did not sign the broker’s certificate': {
    server: ['server'],
    tls: { ca: tlsFile('wrong-ca.crt') },
    code: 6,
    says: /signed by broker\.tls\.ca[^]*TCP_FAILED/,
  },
  'a broker whose certificate has expired': {
    server: ['expired'],
    tls: { ca },
    code: 6,
    says: /expired[^]*TCP_FAILED/,
  },
  'a broker that wants a client certificate, and none is set': {
    server: ['server', { mutual: true }],
    tls: { ca },
    code: 6,
    says: /broker\.tls\.cert[^]*TCP_FAILED/,
  },
  'a client certificate that has expired': {
    server: ['server', { mutual: true }],
    tls: { ca, cert: tlsFile('expired.crt'), key: tlsFile('expired.key') },
    code: 2,
    says: /broker\.tls\.cert expired on[^]*Renew/,
  },
  'a key that belongs to another certificate': {
    server: ['server', { mutual: true }],
    tls: { ca, cert: client.cert, key: tlsFile('other.key') },
    code: 2,
    says: /broker\.tls\.key does not belong to broker\.tls\.cert[^]*Use the key/,
  },
};

onMosquitto('test/acceptance/certificates.test.ts', 'luat-link pub by TLS ends with what is wrong', () => {
  const modems: Modem[] = [];
  const configurations: Configuration[] = [];
  let broker: Broker;
  /** All at once: most of a case is waiting for the broker that never takes it. */
  const ends = new Map<string, { readonly modem: Modem; readonly ended: Promise<Ended> }>();

  beforeAll(async () => {
    const cases = await Promise.all(
      Object.entries(refusals).map(async ([name, refusal]) => ({ name, ...refusal, port: await freePort() })),
    );
    broker = await Broker.start(cases.flatMap(({ port, server }) => tlsListener(port, ...server)));
    for (const { name, port, tls } of cases) {
      const modem = await Modem.start(setups.air780e);
      const configuration = new Configuration({
        port: modem.path,
        // No further than the first rung, so that the time ends on what keeps the link down.
        recovery: { ...recovery, attempts: { ...recovery.attempts, reconnect: 100 } },
        ...secured(port, tls),
      });
      modems.push(modem);
      configurations.push(configuration);
      ends.set(name, { modem, ended: configuration.pub('--timeout', '10') });
    }
  });

  afterAll(async () => {
    await Promise.all(modems.map((modem) => modem.close()));
    for (const configuration of configurations) configuration.remove();
    await broker.close();
  });

  test.each(Object.entries(refusals))('%s', async (name, { code, says }) => {
    const begun = ends.get(name);
    if (begun === undefined) throw new Error('The case was not begun.');
    const { modem, ended } = begun;
    expect(await ended).toEqual({ code, stderr: expect.stringMatching(says) });
    expect(await modem.violations()).toEqual([]);
    expect(await modem.commands(/^AT\+MCONNECT/)).toEqual([]);
    // What the host can see for itself is told before a port is opened.
    if (code === 2) expect(await modem.log()).toEqual([]);
  });
});
