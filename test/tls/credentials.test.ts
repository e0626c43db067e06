import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LinkError } from '../../src/errors/link-error.js';
import { readCredentials } from '../../src/tls/credentials.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const file = (name: string): string => path.join(here, '../fixtures/tls', name);
const now = Date.UTC(2027, 0, 1);
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'luat-link-tls-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function faultOf(tls: Parameters<typeof readCredentials>[0], at = now): LinkError {
  try {
    readCredentials(tls, at);
  } catch (error) {
    if (error instanceof LinkError) return error;
    throw error;
  }
  throw new Error('nothing was wrong with it');
}

describe('certificates are checked on the host, before the module is touched', () => {
  test('server only, mutual and unchecked give the verification levels 1, 2 and 0', () => {
    const ca = file('ca.crt');
    expect(readCredentials({ ca, insecure: false }, now)).toMatchObject({ level: 1 });
    const mutual = readCredentials(
      { ca, cert: file('client.crt'), key: file('client.key'), insecure: false },
      now,
    );
    expect(mutual.level).toBe(2);
    expect(mutual.files.map(({ role }) => role)).toEqual(['cacert', 'clientcert', 'clientkey']);
    expect(readCredentials({ insecure: true }, now)).toMatchObject({ level: 0, files: [] });
  });

  test('a changed file or name changes the digest, and nothing else does', () => {
    const base = readCredentials({ ca: file('ca.crt'), insecure: false }, now).digest;
    expect(readCredentials({ ca: file('ca.crt'), insecure: false }, now).digest).toBe(base);
    expect(readCredentials({ ca: file('wrong-ca.crt'), insecure: false }, now).digest).not.toBe(base);
    expect(readCredentials({ ca: file('ca.crt'), serverName: 'x', insecure: false }, now).digest).not.toBe(
      base,
    );
  });

  const ca = file('ca.crt');
  test.each([
    ['no authority', { insecure: false }, /broker\.tls\.ca is missing/],
    [
      'a path that is not there',
      { ca: 'nowhere/ca.crt', insecure: false },
      /nowhere\/ca\.crt, which cannot be read/,
    ],
    [
      'a key that belongs to another certificate',
      { ca, cert: file('client.crt'), key: file('other.key'), insecure: false },
      /broker\.tls\.key does not belong/,
    ],
    [
      'an expired certificate',
      { ca, cert: file('expired.crt'), key: file('expired.key'), insecure: false },
      /broker\.tls\.cert expired on/,
    ],
    [
      'certificate and key swapped',
      { ca, cert: file('client.key'), key: file('client.crt'), insecure: false },
      /broker\.tls\.cert holds no certificate/,
    ],
  ])('%s is refused with the key named and advice', (_what, tls, message) => {
    const fault = faultOf(tls);
    expect(fault).toMatchObject({ code: 'TLS_SETUP_FAILED', message: expect.stringMatching(message) });
    expect(fault.hint.length).toBeGreaterThan(10);
  });

  test('a certificate from the future points at the clock', () => {
    expect(faultOf({ ca, insecure: false }, Date.UTC(2001, 0, 1)).message).toMatch(/valid only from/);
  });

  test('files that are not PEM, and more than the module keeps, are refused', () => {
    const binary = path.join(folder, 'ca.der');
    writeFileSync(binary, Buffer.from([0x30, 0x82]));
    expect(faultOf({ ca: binary, insecure: false }).message).toMatch(/is not PEM/);
    const large = path.join(folder, 'large.crt');
    writeFileSync(large, `${'x'.repeat(60_000)}\n`);
    expect(faultOf({ ca: large, insecure: false }).message).toMatch(/not PEM|keeps up to/);
  });

  test('no error shows what a file holds', () => {
    const secret = 'S3CRET-K3Y-BYTES';
    const key = path.join(folder, 'key.pem');
    writeFileSync(key, `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`);
    const fault = faultOf({ ca, cert: file('client.crt'), key, insecure: false });
    expect(JSON.stringify([fault.message, fault.hint, String(fault.cause), fault.stack])).not.toContain(
      secret,
    );
  });
});
