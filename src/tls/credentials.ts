import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TlsConfig } from '../config/schema.js';
import { LinkError } from '../errors/link-error.js';

/** A file that the module needs for TLS, as it will lie in its flash. */
export interface CredentialFile {
  readonly role: 'cacert' | 'clientcert' | 'clientkey';
  /** Its name in the module: fixed, so that a renewed file replaces the old one. */
  readonly name: string;
  readonly content: Buffer;
}

/** Everything that the module is told for TLS. */
export interface Credentials {
  readonly files: readonly CredentialFile[];
  /** 0 nobody is checked, 1 the broker, 2 both sides. */
  readonly level: 0 | 1 | 2;
  /** Of all files and names: when it changes, the module must be told anew. */
  readonly digest: string;
}

const moduleNames = { cacert: 'll_ca.crt', clientcert: 'll_client.crt', clientkey: 'll_client.key' } as const;

/** The smallest file system of a module with TLS is the Air780EP's, 96 KB of which 64,100 bytes are free. */
const MOST_BYTES = 48 * 1024;

/**
 * Reads and checks the files of `broker.tls` before the module is touched: that they are PEM, that no certificate has
 * expired or is not yet valid, that key and certificate belong together, that they fit.
 * @param now milliseconds since the epoch
 * @throws LinkError TLS_SETUP_FAILED naming the key, the file and what to do; never any content
 */
export function readCredentials(tls: TlsConfig, now: number): Credentials {
  if (tls.ca === undefined && !tls.insecure) {
    throw fault('broker.tls.ca', 'is missing: without it the module cannot check who the broker is', {
      hint: 'Name the PEM file of the authority that signed the broker’s certificate, or set broker.tls.insecure: true to connect unchecked.',
    });
  }
  const files: CredentialFile[] = [];
  const add = (role: CredentialFile['role'], key: string, path: string | undefined): Buffer | undefined => {
    if (path === undefined) return undefined;
    const content = readPem(key, path);
    files.push({ role, name: moduleNames[role], content });
    return content;
  };
  const ca = add('cacert', 'broker.tls.ca', tls.ca);
  const cert = add('clientcert', 'broker.tls.cert', tls.cert);
  const key = add('clientkey', 'broker.tls.key', tls.key);
  if (ca !== undefined) for (const one of chainOf('broker.tls.ca', ca)) checkDates('broker.tls.ca', one, now);
  if (cert !== undefined && key !== undefined) checkPair(cert, key, now);
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  if (bytes > MOST_BYTES) {
    throw fault('broker.tls', `has ${bytes} bytes of certificates; the module keeps up to ${MOST_BYTES}`, {
      hint: 'Leave only the needed certificates in the files.',
    });
  }
  const digest = createHash('sha256');
  for (const { role, content } of files) digest.update(role).update(content);
  digest.update(JSON.stringify([tls.serverName, tls.insecure]));
  return { files, level: levelOf(tls), digest: digest.digest('hex') };
}

function levelOf(tls: TlsConfig): Credentials['level'] {
  if (tls.insecure) return 0;
  return tls.cert === undefined ? 1 : 2;
}

function readPem(key: string, path: string): Buffer {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    const code =
      typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unreadable';
    throw fault(key, `names ${path}, which cannot be read (${code})`, {
      hint: 'Correct the path or its permissions.',
    });
  }
  if (!content.includes('-----BEGIN ')) {
    throw fault(key, `names ${path}, which is not PEM`, {
      hint: 'Convert it: openssl x509 -inform der -in FILE -out FILE.pem',
    });
  }
  return content;
}

/** Every certificate of a PEM file. */
function chainOf(key: string, pem: Buffer): readonly X509Certificate[] {
  const blocks =
    pem.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0)
    throw fault(key, 'holds no certificate', { hint: 'Name a PEM file with a certificate.' });
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw fault(key, 'holds a certificate that cannot be read', { hint: 'Export the certificate again.' });
  }
}

function checkDates(key: string, certificate: X509Certificate, now: number): void {
  const subject = certificate.subject.replaceAll('\n', ', ');
  if (Date.parse(certificate.validTo) < now) {
    throw fault(key, `expired on ${certificate.validTo} (${subject})`, { hint: 'Renew the certificate.' });
  }
  if (Date.parse(certificate.validFrom) > now) {
    throw fault(key, `is valid only from ${certificate.validFrom} (${subject})`, {
      hint: 'Correct this host’s clock, or wait.',
    });
  }
}

function checkPair(cert: Buffer, key: Buffer, now: number): void {
  const [leaf] = chainOf('broker.tls.cert', cert);
  if (leaf === undefined) return;
  checkDates('broker.tls.cert', leaf, now);
  let privateKey;
  try {
    privateKey = createPrivateKey(key);
  } catch {
    throw fault('broker.tls.key', 'cannot be read; a key with a passphrase is no use to the module', {
      hint: 'Export the key without a passphrase, as PEM.',
    });
  }
  if (!leaf.checkPrivateKey(privateKey)) {
    throw fault('broker.tls.key', 'does not belong to broker.tls.cert', {
      hint: 'Use the key that the certificate was made for.',
    });
  }
}

function fault(key: string, what: string, { hint }: { hint: string }): LinkError {
  return new LinkError('TLS_SETUP_FAILED', `${key} ${what}.`, { hint });
}
