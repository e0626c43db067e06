import { LinkError } from '../errors/link-error.js';
import { hasControl, isWellFormed, wireBytes } from './wire-text.js';

/**
 * Checks of the values that become arguments of AT commands. A refusal names the field and what is wrong with it, never
 * its value: some of the fields are secrets.
 */

/** The limits that the AT manual sets, in bytes. */
const LOGIN_BYTES = 256;
const APN_BYTES = 50;
const FILE_NAME_BYTES = 64;
const WILL_BYTES = 1360;

/** Client id, user name or password of the broker (AT manual, MCONFIG). */
export function checkLogin(field: string, value: string): string {
  return checkQuoted(field, value, LOGIN_BYTES);
}

/** APN, its user or its password (AT manual, SAPBR). Empty means: the network's own. */
export function checkApn(field: string, value: string): string {
  return checkQuoted(field, value, APN_BYTES);
}

/** The name of a file in the module (AT manual, FSCREATE). */
export function checkFileName(field: string, value: string): string {
  if (value === '') throw invalid(field, 'is empty');
  return checkQuoted(field, value, FILE_NAME_BYTES);
}

/** A host name or an IP address. */
export function checkHost(field: string, value: string): string {
  if (!/^[A-Za-z0-9._:-]{1,253}$/.test(value)) {
    throw invalid(field, 'is not a host name or an IP address; write international names in punycode');
  }
  return value;
}

/** The will's text: a message, so it may hold what has an escape (AT manual, MCONFIG: up to 1360 bytes). */
export function checkWillPayload(field: string, value: string): string {
  if (hasControl(value.replaceAll(/[\r\n]/g, ''))) {
    throw invalid(
      field,
      'holds a control character other than CR and LF; the module takes the will only as text',
    );
  }
  checkUnicode(field, value);
  checkLength(field, value, WILL_BYTES);
  return value;
}

/** The PIN or PUK of the card. */
export function checkPin(field: string, value: string): string {
  if (!/^\d{4,8}$/.test(value)) throw invalid(field, 'is not 4 to 8 digits');
  return value;
}

/** A whole number inside the range that the command takes. */
export function checkInteger(field: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw invalid(field, `is not a whole number from ${least} to ${most}`);
  }
  return value;
}

/**
 * Text for a quoted argument that is no message. A quote would end the argument, CR the command. The manual documents
 * escapes for messages only: whether the module decodes `\22` in a login or an APN, or takes it as it stands, is
 * unknown, so a backslash is refused rather than sent as perhaps another value.
 */
function checkQuoted(field: string, value: string, mostBytes: number): string {
  if (value.includes('"')) throw invalid(field, 'holds a quote, which the module cannot take here');
  if (value.includes('\\')) throw invalid(field, 'holds a backslash, which the module may read as an escape');
  if (hasControl(value)) throw invalid(field, 'holds a control character');
  checkUnicode(field, value);
  checkLength(field, value, mostBytes);
  return value;
}

function checkUnicode(field: string, value: string): void {
  if (!isWellFormed(value)) throw invalid(field, 'is not well-formed Unicode');
}

function checkLength(field: string, value: string, mostBytes: number): void {
  const bytes = wireBytes(value);
  if (bytes > mostBytes) throw invalid(field, `has ${bytes} bytes; the module takes up to ${mostBytes}`);
}

function invalid(field: string, finding: string): LinkError {
  return new LinkError('CONFIG_INVALID', `${field} ${finding}.`);
}
