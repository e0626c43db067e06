import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { LinkError, type LinkErrorCode } from '../../src/errors/link-error.js';
import { rungs, type Finding, type Rung } from '../../src/doctor/finding.js';
import type { TransportFactory } from '../../src/transport/transport.js';
import { Patient, talkingAt, type Diagnosis, type PatientOptions } from './patient.js';

const certificate = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));

/** The fixtures begin in November 2026. */
const CERTIFICATES_ARE_VALID = Date.UTC(2027, 0, 1);

let admitted: Patient | undefined;
afterEach(() => admitted?.close());

async function admit(options: PatientOptions = {}): Promise<Patient> {
  admitted = await Patient.booted(options);
  return admitted;
}

/** The rung that fails, what it is reported with, and a piece of the cure; everything behind it is skipped. */
function expectFault(
  { fault, exitCode }: Diagnosis,
  rung: Rung,
  code: LinkErrorCode,
  exit: number,
  cure: RegExp,
): void {
  expect(fault).toMatchObject({ rung, code, advice: expect.stringMatching(cure) });
  expect(exitCode).toBe(exit);
}

/** Strikes as soon as a rung was looked at. */
function at(rung: Rung, strike: () => void): (finding: Finding) => void {
  return (finding) => {
    if (finding.rung === rung) strike();
  };
}

const refusing = (error: LinkError): TransportFactory => {
  return () => ({
    name: 'refused',
    open: () => Promise.reject(error),
    write: () => Promise.resolve(),
    close: () => Promise.resolve(),
    setSignal: () => Promise.resolve(),
  });
};

test('a healthy set-up: every rung is found in order, and the module is left without a session', async () => {
  const patient = await admit();
  const { modem } = patient;
  const diagnosis = await patient.examined();
  expect(diagnosis.fault).toBeUndefined();
  expect(diagnosis.exitCode).toBe(0);
  expect(diagnosis.findings.map(({ rung }) => rung)).toEqual(rungs);
  expect(diagnosis.findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([
    { rung: 'certificates', verdict: 'skipped', message: 'not used: the broker is reached by mqtt://' },
    { rung: 'tls', verdict: 'skipped', message: 'not used: mqtt://' },
  ]);
  expect(modem.state().session).toBe('closed');
  expect(modem.violations).toEqual([]);
});

describe('the host', () => {
  test('a Node.js that is too old', async () => {
    const patient = await admit({ parts: { nodeVersion: 'v18.20.4' } });
    expectFault(await patient.examined(), 'node', 'CONFIG_INVALID', 2, /Install Node\.js 20\.19 or later/);
  });

  test('a configuration that is none: everything else is skipped, and says why', async () => {
    const patient = await admit({ link: { module: 'air999' as 'auto' } });
    const diagnosis = await patient.examined();
    expectFault(diagnosis, 'configuration', 'CONFIG_INVALID', 2, /Correct the named key/);
    expect(diagnosis.fault?.message).toMatch(/module must be one of auto, air724/);
    expect(diagnosis.findings.slice(2)).toEqual(
      rungs.slice(2).map((rung) => ({
        rung,
        verdict: 'skipped',
        message: 'needs configuration, which failed',
        needs: 'configuration',
      })),
    );
  });

  test('an expired certificate', async () => {
    const patient = await admit({
      startMs: CERTIFICATES_ARE_VALID,
      link: {
        broker: {
          url: 'mqtts://broker.example',
          tls: {
            ca: certificate('ca.crt'),
            cert: certificate('expired.crt'),
            key: certificate('expired.key'),
          },
        },
      },
    });
    expectFault(await patient.examined(), 'certificates', 'CONFIG_INVALID', 2, /Renew the certificate/);
  });

  test('the key of another certificate', async () => {
    const patient = await admit({
      startMs: CERTIFICATES_ARE_VALID,
      link: {
        broker: {
          url: 'mqtts://broker.example',
          tls: { ca: certificate('ca.crt'), cert: certificate('client.crt'), key: certificate('other.key') },
        },
      },
    });
    const diagnosis = await patient.examined();
    expectFault(diagnosis, 'certificates', 'CONFIG_INVALID', 2, /the key that the certificate was made for/);
    // What does not need them is looked at all the same.
    expect(diagnosis.verdictOf('bearer')).toBe('ok');
    expect(diagnosis.verdictOf('login')).toBe('skipped');
  });

  test('an outbox that cannot be written', async () => {
    const patient = await admit();
    const { folder } = patient;
    writeFileSync(join(folder, 'outbox'), 'a file where the folder should be');
    expectFault(
      await patient.examined(),
      'outbox',
      'OUTBOX_FAILED',
      8,
      /outbox a folder that this user may write in/,
    );
  });
});

describe('the port', () => {
  test('a wrong path', async () => {
    const patient = await admit({
      parts: { connect: () => refusing(new LinkError('PORT_NOT_FOUND', '/dev/ttyUSB9 does not exist.')) },
    });
    expectFault(await patient.examined(), 'port', 'PORT_NOT_FOUND', 3, /ls -l \/dev\/serial\/by-id/);
  });

  test('no right to it', async () => {
    const patient = await admit({
      parts: { connect: () => refusing(new LinkError('PORT_DENIED', 'It may not be opened by this user.')) },
    });
    const diagnosis = await patient.examined();
    expectFault(diagnosis, 'permissions', 'PORT_DENIED', 3, /dialout/);
    expect(diagnosis.verdictOf('port')).toBe('ok');
  });

  test('another rate: the one that answers is found and named', async () => {
    const patient = await admit({
      parts: { connect: talkingAt(9_600, (listener) => patient.cable(listener)) },
    });
    expectFault(await patient.examined(), 'baud', 'MODEM_UNRESPONSIVE', 3, /Set port\.baudRate: 9600/);
  });

  test('a module that hangs, or has no power', async () => {
    const patient = await admit();
    const { modem } = patient;
    modem.faults.hang();
    expectFault(await patient.examined(), 'at', 'MODEM_UNRESPONSIVE', 3, /POWERKEY.*RESET pin or its supply/);
  });

  test('a module that hangs while it is looked at', async () => {
    const patient = await admit({
      parts: { onFinding: at('module', () => patient.modem.faults.hang()) },
    });
    expectFault(await patient.examined(), 'sim', 'MODEM_UNRESPONSIVE', 3, /RESET or the supply/);
  });

  test('the cable pulled while it is looked at', async () => {
    const patient = await admit({
      parts: { onFinding: at('sim', () => patient.cable.unplug()) },
    });
    expectFault(await patient.examined(), 'signal', 'PORT_LOST', 3, /cable, hub and supply/);
  });
});

describe('the card', () => {
  test('none', async () => {
    const patient = await admit({ modem: { sim: { present: false } } });
    expectFault(await patient.examined(), 'sim', 'SIM_MISSING', 4, /Insert a SIM card/);
  });

  test('a PIN that is not configured', async () => {
    const patient = await admit({ modem: { sim: { pin: '1234' } } });
    expectFault(await patient.examined(), 'sim', 'SIM_PIN_REQUIRED', 4, /Set sim\.pin/);
  });

  test('a wrong PIN: entered once, not again', async () => {
    const patient = await admit({ modem: { sim: { pin: '1234' } }, link: { sim: { pin: '9999' } } });
    expectFault(await patient.examined(), 'sim', 'SIM_PIN_WRONG', 4, /third wrong PIN in a row blocks/);
    expect(patient.modem.transcript.filter(({ text }) => text.startsWith('AT+CPIN="'))).toHaveLength(1);
  });

  test('the right PIN is no fault', async () => {
    const patient = await admit({ modem: { sim: { pin: '1234' } }, link: { sim: { pin: '1234' } } });
    expect(await patient.examined()).toMatchObject({ fault: undefined, exitCode: 0 });
  });

  test('blocked: it asks for its PUK', async () => {
    const patient = await admit({ modem: { sim: { pin: '1234' } }, link: { sim: { pin: '1234' } } });
    const { modem } = patient;
    for (let tries = 0; tries < 3; tries += 1) {
      modem.write(Buffer.from('AT+CPIN="0000"\r'));
      await patient.pass(1_000);
    }
    expectFault(await patient.examined(), 'sim', 'SIM_BLOCKED', 4, /unblock it in a phone/);
  });
});

describe('the network', () => {
  test('no signal', async () => {
    const patient = await admit();
    const { modem } = patient;
    modem.faults.detach();
    expectFault(await patient.examined(), 'signal', 'NOT_ATTACHED', 5, /antenna/);
  });

  test('registration denied', async () => {
    const patient = await admit();
    const { modem } = patient;
    modem.faults.denyRegistration();
    expectFault(await patient.examined(), 'registration', 'REGISTRATION_DENIED', 5, /Ask the operator/);
  });

  test('a weak signal is a warning', async () => {
    const patient = await admit();
    const { modem } = patient;
    modem.faults.signal(6);
    const diagnosis = await patient.examined();
    expect(diagnosis.fault).toBeUndefined();
    expect(diagnosis.findings.find(({ rung }) => rung === 'signal')).toMatchObject({
      verdict: 'warn',
      message: expect.stringMatching(/unstable \(RSSI -101 dBm/),
      advice: expect.stringMatching(/antenna/),
    });
  });

  test('the bearer refused', async () => {
    const patient = await admit({ link: { apn: { name: 'private.apn' } } });
    const { modem } = patient;
    modem.faults.refuseBearer();
    modem.faults.deact('cgev-nw');
    const diagnosis = await patient.examined();
    expectFault(diagnosis, 'bearer', 'BEARER_FAILED', 5, /check apn\.name, apn\.user and apn\.password/);
    expect(diagnosis.fault?.message).toMatch(/APN private\.apn/);
  });

  test('a clock that is off is a warning that says who sets it', async () => {
    const patient = await admit({
      link: { broker: { url: 'mqtts://broker.example', tls: { insecure: true } } },
    });
    const { modem } = patient;
    modem.faults.loseTime();
    const { findings } = await patient.examined();
    expect(findings.find(({ rung }) => rung === 'clock')).toMatchObject({
      verdict: 'warn',
      advice: expect.stringMatching(/the link sets it/),
    });
  });
});

describe('the broker', () => {
  const seen = (parts: { resolve?: string; dial?: string; handshake?: string }) => ({
    resolve: () =>
      Promise.resolve(parts.resolve === undefined ? { address: '192.0.2.7' } : { fault: parts.resolve }),
    dial: () => Promise.resolve(parts.dial),
    handshake: () => Promise.resolve(parts.handshake),
  });

  test('a host that does not exist', async () => {
    const patient = await admit({ parts: { reach: seen({ resolve: 'ENOTFOUND' }) } });
    const { network } = patient;
    network.goDown();
    const diagnosis = await patient.examined();
    expectFault(diagnosis, 'dns', 'TCP_FAILED', 6, /Correct the host in broker\.url/);
    expect(diagnosis.verdictOf('loopback')).toBe('skipped');
  });

  test('a port that nobody listens at', async () => {
    const patient = await admit({ parts: { reach: seen({ dial: 'ECONNREFUSED' }) } });
    const { network } = patient;
    network.goDown();
    expectFault(await patient.examined(), 'tcp', 'TCP_FAILED', 6, /Check the port in broker\.url/);
  });

  test('a broker that this host reaches and the module does not', async () => {
    const patient = await admit({ parts: { reach: seen({}) } });
    const { network } = patient;
    network.goDown();
    expectFault(await patient.examined(), 'tcp', 'TCP_FAILED', 6, /network of the card/);
  });

  test('a refused login', async () => {
    const patient = await admit({ link: { broker: { url: 'mqtt://me:s3cret@127.0.0.1' } } });
    const { network } = patient;
    network.refuseLogins();
    const diagnosis = await patient.examined();
    expectFault(diagnosis, 'login', 'MQTT_REFUSED', 6, /clientId, username and password/);
    expect(JSON.stringify(diagnosis.findings)).not.toContain('s3cret');
  });

  test('a refused login that shows as a closed connection', async () => {
    const patient = await admit({ modem: { quirks: { connackRefusal: 'CLOSED' } } });
    const { network } = patient;
    network.refuseLogins();
    const diagnosis = await patient.examined();
    expectFault(diagnosis, 'login', 'MQTT_REFUSED', 6, /clientId, username and password/);
    expect(diagnosis.fault?.message).toMatch(/the module says CLOSED/);
  });

  test('a publish that is not acknowledged', async () => {
    const patient = await admit();
    const { modem } = patient;
    modem.faults.errorAfterOk('MPUB');
    expectFault(
      await patient.examined(),
      'loopback',
      'PUBLISH_FAILED',
      6,
      /luat-link\/doctor\/meter-17.*--topic/,
    );
  });

  test('a session that the broker keeps is left alone', async () => {
    const patient = await admit({ link: { broker: { clean: false } } });
    const { network } = patient;
    expect(await patient.examined()).toMatchObject({ fault: undefined });
    expect(network.broker.logins.map(({ clientId, clean }) => ({ clientId, clean }))).toEqual([
      { clientId: 'meter-17-doctor', clean: true },
    ]);
  });
});

test('messages that the module keeps in its cache are left for the link', async () => {
  const patient = await admit({ link: { receive: 'cached' } });
  const { modem } = patient;
  await patient.examined();
  expect(modem.transcript.map(({ text }) => text)).not.toContain('AT+MQTTMSGGET');
});
