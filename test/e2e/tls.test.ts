import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { Scene } from '../support/scene.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const file = (name: string): string => path.join(here, '../fixtures/tls', name);
const mutual = { ca: file('ca.crt'), cert: file('client.crt'), key: file('client.key') };

function scene(tls: object | undefined, profile: 'air780e' | 'air780ep' = 'air780ep'): Scene {
  return new Scene({
    modem: { profile },
    link: {
      broker: { url: 'mqtts://broker.example', clientId: 'meter-17', ...(tls !== undefined && { tls }) },
    },
    startMs: Date.UTC(2027, 0, 1),
  });
}

const about = (sent: readonly string[], pattern: RegExp): string[] =>
  sent.filter((command) => pattern.test(command));

describe('TLS', () => {
  test('mutual: files written behind the prompt, context 88 set up, then SSLMIPSTART', async () => {
    const it = scene(mutual);
    await it.online();
    const sent = it.sent();
    for (const name of ['ll_ca.crt', 'll_client.crt', 'll_client.key']) {
      expect(about(sent, new RegExp(name)).map((command) => command.split('=')[0])).toEqual([
        'AT+FSDEL',
        'AT+FSCREATE',
        'AT+FSWRITE',
        'AT+FSFLSIZE',
        'AT+SSLCFG',
      ]);
    }
    expect(sent).toEqual(
      expect.arrayContaining([
        'AT+SSLCFG="cacert",88,"ll_ca.crt"',
        'AT+SSLCFG="clientcert",88,"ll_client.crt"',
        'AT+SSLCFG="clientkey",88,"ll_client.key"',
        'AT+SSLCFG="seclevel",88,2',
        'AT+SSLCFG="hostname",88,"broker.example"',
        'AT+SSLMIPSTART="broker.example","8883"',
      ]),
    );
    expect(about(sent, /^AT\+MIPSTART/)).toEqual([]);
    expect(it.modem.violations).toEqual([]);
    await it.end();
  });

  test('certificates are written once per boot: not after CLOSED or DEACT, again after a reboot', async () => {
    const it = scene({ ca: file('ca.crt') });
    await it.online();
    const writes = (): number => about(it.sent(), /FSWRITE/).length;
    expect(writes()).toBe(1);
    it.modem.faults.closed();
    await it.clock.advance(10_000);
    it.modem.faults.deact('cgev-nw');
    await it.clock.advance(30_000);
    expect(it.supervisor.status()).toMatchObject({ status: 'online', recoveries: 2 });
    expect(writes()).toBe(1);
    it.modem.faults.reboot(1);
    await it.clock.advance(60_000);
    expect(it.supervisor.status()).toMatchObject({ status: 'online', recoveries: 3 });
    expect(writes()).toBe(2);
    await it.end();
  });

  test('a reboot without a word never leads to an unchecked connection', async () => {
    const it = scene({ ca: file('ca.crt') });
    await it.online();
    const from = it.modem.transcript.length;
    it.modem.faults.reboot(0);
    await it.clock.advance(180_000);
    expect(it.supervisor.status()).toMatchObject({ status: 'online' });
    const sent = it.sent(from);
    const level = sent.indexOf('AT+SSLCFG="seclevel",88,1');
    expect(level).toBeGreaterThanOrEqual(0);
    expect(sent.findIndex((command) => command.startsWith('AT+SSLMIPSTART'))).toBeGreaterThan(level);
    await it.end();
  });

  test('a firmware that cannot be asked for its settings is told them again before it connects; files stay', async () => {
    const it = scene({ ca: file('ca.crt') });
    await it.online();
    const from = it.modem.transcript.length;
    it.modem.faults.failNext('SSLCFG', 'ERROR', 1);
    it.modem.faults.closed();
    await it.clock.advance(20_000);
    expect(it.supervisor.status()).toMatchObject({ status: 'online', recoveries: 1 });
    const sent = it.sent(from);
    expect(about(sent, /SSLCFG|SSLMIPSTART/)).toEqual([
      'AT+SSLCFG="seclevel",88',
      'AT+SSLCFG="cacert",88,"ll_ca.crt"',
      'AT+SSLCFG="seclevel",88,1',
      'AT+SSLCFG="sslversion",88,4',
      'AT+SSLCFG="ignorelocaltime",88,0',
      'AT+SSLCFG="negotiatetimeout",88,60',
      'AT+SSLCFG="hostname",88,"broker.example"',
      'AT+SSLMIPSTART="broker.example","8883"',
    ]);
    expect(about(sent, /FSWRITE/)).toEqual([]);
    await it.end();
  });

  test('a refused setting stops the connect', async () => {
    const it = scene({ ca: file('ca.crt') });
    it.modem.faults.failNext('SSLCFG', 'ERROR', 1_000);
    it.modem.powerOn();
    await it.clock.advance(10_000);
    await it.supervisor.start();
    await it.clock.advance(60_000);
    expect(it.supervisor.status()).toMatchObject({
      status: 'needs-attention',
      cause: { code: 'TLS_SETUP_FAILED' },
    });
    expect(about(it.sent(), /MIPSTART/)).toEqual([]);
    await it.end();
  });

  test('a certificate file that is taken away while it runs ends in a status that names it, not in a crash', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'luat-link-tls-'));
    const ca = path.join(folder, 'ca.crt');
    copyFileSync(file('ca.crt'), ca);
    const it = scene({ ca });
    await it.online();
    rmSync(folder, { recursive: true });
    it.modem.faults.closed();
    await it.clock.advance(60_000);
    expect(it.supervisor.status()).toMatchObject({
      status: 'needs-attention',
      cause: { code: 'TLS_SETUP_FAILED', detail: expect.stringContaining('broker.tls.ca') },
    });
    await it.end();
  });

  test('mqtts:// without an authority is refused before anything happens', () => {
    expect(() => scene(undefined)).toThrow(expect.objectContaining({ code: 'TLS_SETUP_FAILED' }));
  });
});
