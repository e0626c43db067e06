import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../src/clock/system.js';
import { hostReach } from '../../src/doctor/reach.js';
import { Broker, freePort, hasMosquitto } from '../acceptance/support/broker.js';
import { Patient, type Diagnosis, type PatientOptions } from './patient.js';

/** What only real sockets show: Mosquitto with access rules and a private authority. */
jest.setTimeout(60_000);

const file = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));
const skipsNothing = process.env['SKIP_NOTHING'] === '1';
if (!hasMosquitto && !skipsNothing) {
  process.stderr.write(
    'SKIPPED test/doctor/real-broker.test.ts: Mosquitto is not installed (apt install mosquitto)\n',
  );
}

(hasMosquitto || skipsNothing ? describe : describe.skip)('Mosquitto', () => {
  let broker: Broker;
  let tls = 0;
  let folder = '';
  let patient: Patient | undefined;

  beforeAll(async () => {
    tls = await freePort();
    folder = mkdtempSync(join(tmpdir(), 'luat-link-acl-'));
    const rules = join(folder, 'acl');
    writeFileSync(rules, 'topic readwrite allowed/#\n');
    // Started as root, Mosquitto reads them as a user of its own.
    chmodSync(folder, 0o755);
    broker = await Broker.start([
      `acl_file ${rules}`,
      `listener ${tls} 127.0.0.1`,
      'allow_anonymous true',
      `cafile ${file('ca.crt')}`,
      `certfile ${file('server.crt')}`,
      `keyfile ${file('server.key')}`,
    ]);
  });
  afterEach(() => patient?.close());
  afterAll(async () => {
    await broker.close();
    rmSync(folder, { recursive: true });
  });

  async function examined({ link, parts }: PatientOptions): Promise<Diagnosis> {
    patient = Patient.withSockets({
      ...(link && { link }),
      parts: {
        reach: hostReach(systemClock),
        topic: 'allowed/meter-17',
        patience: { loopbackMs: 500 },
        ...parts,
      },
    });
    return patient.examined();
  }

  test('healthy: TLS with its own authority, login, a message that comes back', async () => {
    const { fault, findings } = await examined({
      link: { broker: { url: `mqtts://127.0.0.1:${tls}`, tls: { ca: file('ca.crt') } } },
    });
    expect(fault).toBeUndefined();
    expect(findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  });

  test('the wrong authority: the module says CONNECT FAIL, this host says why', async () => {
    const { fault, findings, exitCode } = await examined({
      link: { broker: { url: `mqtts://127.0.0.1:${tls}`, tls: { ca: file('wrong-ca.crt') } } },
    });
    expect(fault).toMatchObject({
      rung: 'tls',
      message: expect.stringMatching(/not signed by broker\.tls\.ca/),
      advice: 'Name the authority that signed it in broker.tls.ca.',
    });
    expect(exitCode).toBe(6);
    expect(findings).toContainEqual(expect.objectContaining({ rung: 'tcp', verdict: 'ok' }));
  });

  test('TLS where the broker speaks none', async () => {
    const { fault, exitCode } = await examined({
      link: { broker: { url: `mqtts://127.0.0.1:${broker.port}`, tls: { ca: file('ca.crt') } } },
    });
    expect(fault).toMatchObject({ rung: 'tls', advice: expect.stringMatching(/expects TLS on this port/) });
    expect(exitCode).toBe(6);
  });

  test('a port that nobody listens at', async () => {
    const { fault, exitCode } = await examined({
      link: { broker: { url: `mqtt://127.0.0.1:${await freePort()}` } },
    });
    expect(fault).toMatchObject({
      rung: 'tcp',
      message: expect.stringMatching(/Nothing listens/),
      advice: expect.stringMatching(/Check the port in broker\.url/),
    });
    expect(exitCode).toBe(6);
  });

  test('access rules that drop the message: acknowledged, but it does not come back', async () => {
    const { fault, exitCode } = await examined({
      link: { broker: { url: `mqtt://127.0.0.1:${broker.port}` } },
      parts: { topic: 'forbidden/meter-17' },
    });
    expect(fault).toMatchObject({
      rung: 'loopback',
      code: 'PUBLISH_FAILED',
      message: expect.stringMatching(/acknowledged, but did not come back/),
      advice: expect.stringMatching(/access rules.*--topic/),
    });
    expect(exitCode).toBe(6);
  });
});
