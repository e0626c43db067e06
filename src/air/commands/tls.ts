import type { AtCommand } from '../../at/command.js';
import type { Accepted, Argument } from '../compose.js';
import { bare, order, question, quoted } from '../compose.js';
import { checkFileName, checkHost, checkInteger } from '../fields.js';
import { answerLine, COMMA, lastMatch } from '../pattern.js';
import type { Timings } from '../timings.js';

/** The TLS context of MQTT; certificates set for another one leave the connection unverified (AT manual, SSLCFG). */
const MQTT_CONTEXT = 88;
/** What one FSWRITE takes; longer files are appended to (AT manual, FSWRITE). */
export const FILE_CHUNK_BYTES = 10_240;
/** How long the module waits for the data of one write, in seconds. */
const WRITE_SECONDS = 15;

const sizeLine = answerLine('+FSFLSIZE', `(?:"[^"]*"${COMMA})?(\\d+)`);

const levelLine = answerLine('+SSLCFG', `"?seclevel"?${COMMA}\\d+${COMMA}([012])`);

/** The settings of AT+SSLCFG, and the values each takes. */
export interface SslSettings {
  /** Files in the module. */
  readonly cacert: string;
  readonly clientcert: string;
  readonly clientkey: string;
  /** The name sent as SNI; brokers that share an address need it. */
  readonly hostname: string;
  /** 0 no verification, 1 the server's certificate, 2 both sides'. */
  readonly seclevel: 0 | 1 | 2;
  /** 0 SSL 3.0, 1 TLS 1.0, 2 TLS 1.1, 3 TLS 1.2, 4 all. */
  readonly sslversion: 0 | 1 | 2 | 3 | 4;
  /** 0 checks expiry against the module's clock, 1 ignores it. */
  readonly ignorelocaltime: 0 | 1;
  /** Seconds, 10 to 300. */
  readonly negotiatetimeout: number;
}

export type SslKey = keyof SslSettings;

/** Commands about certificates and TLS. */
export function tlsCommands({ commandTimeoutMs: timeoutMs }: Timings) {
  return {
    /** May be refused when the file exists: delete it first. */
    fileCreate: (name: string): AtCommand<Accepted> =>
      order({ verb: '+FSCREATE', arguments: [fileName(name)], timeoutMs }),

    /**
     * Writes or appends 1 to 10240 bytes. The module itself gives up after 15 s without them, and says so with
     * `TimeOut`, so the final result gets that long on top.
     */
    fileWrite: (name: string, data: Buffer, mode: 'overwrite' | 'append'): AtCommand<Accepted> =>
      order({
        verb: '+FSWRITE',
        arguments: [
          fileName(name),
          bare(mode === 'append' ? 1 : 0),
          bare(checkInteger('file size', data.length, 1, FILE_CHUNK_BYTES)),
          bare(WRITE_SECONDS),
        ],
        data,
        timeoutMs: timeoutMs + WRITE_SECONDS * 1000,
      }),

    /** Refused with CME 62 when there is no such file. */
    fileDelete: (name: string): AtCommand<Accepted> =>
      order({ verb: '+FSDEL', arguments: [fileName(name)], timeoutMs }),

    /** In bytes. */
    fileSize: (name: string): AtCommand<number> =>
      question({
        verb: '+FSFLSIZE',
        arguments: [fileName(name)],
        timeoutMs,
        information: sizeLine,
        parse: (lines) => {
          const match = lastMatch(sizeLine, lines);
          return match ? Number(match[1]) : undefined;
        },
      }),

    /** Sets one TLS setting. If any is refused, do not connect: the connection would go unverified. */
    sslConfig: <Key extends SslKey>(key: Key, value: SslSettings[Key]): AtCommand<Accepted> =>
      order({
        verb: '+SSLCFG',
        arguments: [quoted(key), bare(MQTT_CONTEXT), sslValue(key, value)],
        timeoutMs,
      }),

    /** The verification that is set: 0, 1 or 2. A module that rebooted has forgotten it. */
    securityLevel: (): AtCommand<number> =>
      question({
        verb: '+SSLCFG',
        arguments: [quoted('seclevel'), bare(MQTT_CONTEXT)],
        timeoutMs,
        information: levelLine,
        parse: (lines) => {
          const match = lastMatch(levelLine, lines);
          return match ? Number(match[1]) : undefined;
        },
      }),

    /** Takes a file or name out of the settings: an empty value after the comma erases (AT manual, SSLCFG). */
    sslErase: (key: 'cacert' | 'clientcert' | 'clientkey' | 'hostname'): AtCommand<Accepted> =>
      order({ verb: '+SSLCFG', arguments: [quoted(key), bare(MQTT_CONTEXT), bare('')], timeoutMs }),
  };
}

function fileName(name: string): Argument {
  return quoted(checkFileName('file name', name));
}

function sslValue(key: SslKey, value: string | number): Argument {
  switch (key) {
    case 'cacert':
    case 'clientcert':
    case 'clientkey':
      return fileName(String(value));
    case 'hostname':
      return quoted(checkHost('broker.tls.serverName', String(value)));
    case 'seclevel':
      return bare(checkInteger('seclevel', Number(value), 0, 2));
    case 'sslversion':
      return bare(checkInteger('sslversion', Number(value), 0, 4));
    case 'ignorelocaltime':
      return bare(checkInteger('ignorelocaltime', Number(value), 0, 1));
    case 'negotiatetimeout':
      return bare(checkInteger('negotiatetimeout', Number(value), 10, 300));
  }
}
