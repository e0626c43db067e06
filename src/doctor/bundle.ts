import { chmodSync, writeFileSync } from 'node:fs';
import { arch, platform, release } from 'node:os';
import type { TraceEntry } from '../at/trace.js';
import { redactConfig } from '../config/redact.js';
import type { LoadedConfig } from '../config/load.js';
import { LinkError } from '../errors/link-error.js';
import type { SerialPortInfo } from '../transport/serial.js';
import type { Finding } from './finding.js';

export interface BundleParts {
  /** Of luat-link. */
  readonly version: string;
  /** ISO 8601. */
  readonly at: string;
  /** Absent when there is no valid one. */
  readonly loaded: LoadedConfig | undefined;
  readonly findings: readonly Finding[];
  /** The conversation with the module, masked as logs are. */
  readonly transcript: readonly TraceEntry[];
  readonly ports: readonly SerialPortInfo[];
  /** Names of the variables that set something, without their values. */
  readonly variables: readonly string[];
  /** What names the device or its card, such as IMEI and ICCID: shown by its last digits. */
  readonly identities: readonly string[];
}

const MASK = '***';
/** Digits that stay, so that two devices can be told apart. */
const SHOWN_DIGITS = 4;

/**
 * Writes what somebody who helps from afar needs to know, as one JSON object: findings, configuration, conversation,
 * ports. Passwords, user names, PINs, the arguments of drivers and the numbers of device and card are masked, wherever
 * they stand; keys and certificates are not read into it.
 * @throws LinkError CONFIG_INVALID when the file cannot be written
 */
export function writeBundle(file: string, parts: BundleParts): void {
  const { version, at, loaded, findings, transcript, ports, variables } = parts;
  const bundle = {
    luatLink: version,
    at,
    node: process.version,
    system: { platform: platform(), release: release(), arch: arch() },
    findings,
    ...(loaded !== undefined && { configuration: withoutArguments(redactConfig(loaded)) }),
    variables,
    ports,
    transcript,
  };
  const masked = scrubbed(JSON.stringify(bundle, undefined, 2), secretsOf(loaded), parts.identities);
  try {
    writeFileSync(file, `${masked}\n`, { mode: 0o600 });
    chmodSync(file, 0o600);
  } catch (error) {
    throw new LinkError('CONFIG_INVALID', `--bundle ${file} cannot be written.`, {
      hint: 'Name a file in a folder that can be written.',
      cause: error,
    });
  }
}

/** Values that must not be in the file, however they got there: an error may quote what the module echoed. */
function secretsOf(loaded: LoadedConfig | undefined): readonly string[] {
  if (loaded === undefined) return [];
  const { broker, sim, apn } = loaded.config;
  return [broker.username, broker.password, sim.pin, apn.user, apn.password].filter(
    (secret) => secret !== undefined && secret !== '',
  ) as string[];
}

/** So short a secret may be part of ordinary words: "me" in "message". It is masked where it stands by itself. */
const SHORT = 6;

function scrubbed(text: string, secrets: readonly string[], identities: readonly string[]): string {
  const masked = secrets.reduce(
    (rest, secret) =>
      secret.length < SHORT ? withoutWord(rest, asInJson(secret)) : rest.replaceAll(asInJson(secret), MASK),
    text,
  );
  return identities.reduce(
    (rest, identity) => rest.replaceAll(identity, `${MASK}${identity.slice(-SHOWN_DIGITS)}`),
    masked,
  );
}

function withoutWord(text: string, word: string): string {
  const literal = word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.replaceAll(new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'gu'), MASK);
}

function asInJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The program of a driver is shown, its arguments are not: they may hold the password of a switched socket. */
function withoutArguments(shown: ReturnType<typeof redactConfig>): ReturnType<typeof redactConfig> {
  const config = Object.fromEntries(
    Object.entries(shown.config).map(([key, value]) => [key, isDriver(value) ? masked(value) : value]),
  );
  return { ...shown, config };
}

function isDriver(value: unknown): value is { readonly command: readonly unknown[] } {
  return typeof value === 'object' && value !== null && 'command' in value && Array.isArray(value.command);
}

function masked(driver: { readonly command: readonly unknown[] }): object {
  const [program, ...rest] = driver.command;
  return { ...driver, command: [program, ...rest.map(() => MASK)] };
}
