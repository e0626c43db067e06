import { isIP } from 'node:net';
import { FILE_CHUNK_BYTES } from '../air/commands/tls.js';
import type { AtCommand } from '../at/command.js';
import type { Commands } from '../air/commands/index.js';
import type { LinkConfig } from '../config/schema.js';
import { LinkError } from '../errors/link-error.js';
import type { CredentialFile, Credentials } from '../tls/credentials.js';
import type { Talk } from './talk.js';

/** Seconds that the module may take for the TLS handshake; it accepts 10 to 300. */
const NEGOTIATE_SECONDS = 60;
const MS_PER_DAY = 86_400_000;

export interface SecureParts {
  readonly commands: Commands;
  readonly config: LinkConfig;
  readonly credentials: Credentials;
  /** Milliseconds since the epoch. */
  readonly wallTime: () => number;
}

/**
 * Tells the module its certificates and TLS settings. Any refusal ends it: left half set up, the module would connect
 * without checking anybody.
 */
export function secure(talk: Talk, parts: SecureParts, done: () => void): void {
  const { commands, credentials } = parts;
  setClock(talk, parts, () =>
    writeFiles(talk, commands, credentials.files, () => applySettings(talk, parts, done)),
  );
}

/** Tells the module its TLS settings and leaves the files alone: flash wears out. */
export function applySettings(talk: Talk, parts: SecureParts, done: () => void): void {
  inTurn(talk, settings(parts), done);
}

/**
 * Certificates are checked against the module's clock, which is wrong until the network told it the time. When it is
 * off by more than a day, the host's time is set.
 */
function setClock(talk: Talk, { commands, credentials, wallTime }: SecureParts, next: () => void): void {
  if (credentials.level === 0) {
    next();
    return;
  }
  talk.ask(commands.clock(), (result) => {
    const now = wallTime();
    const written = result.kind === 'done' ? result.answer : undefined;
    const shown =
      written === undefined
        ? undefined
        : Date.UTC(
            written.year,
            written.month - 1,
            written.day,
            written.hour,
            written.minute,
            written.second,
          );
    if (shown !== undefined && Math.abs(shown - now) < MS_PER_DAY) next();
    else talk.ask(commands.setClock(now), () => next());
  });
}

function writeFiles(
  talk: Talk,
  commands: Commands,
  files: readonly CredentialFile[],
  done: () => void,
): void {
  const [file, ...rest] = files;
  if (file === undefined) {
    done();
    return;
  }
  // Deleting a file that is not there, and creating one that is, may be refused: what counts is the size at the end.
  talk.each([commands.fileDelete(file.name), commands.fileCreate(file.name)], () =>
    inTurn(talk, pieces(commands, file), () =>
      talk.ask(commands.fileSize(file.name), (result) => {
        if (result.kind === 'unanswered') talk.answer({ type: 'UNANSWERED' });
        // Not every firmware tells sizes; a wrong one is a file that broke on the way.
        else if (result.kind === 'done' && result.answer !== file.content.length) {
          const sizes = `${result.answer} bytes in the module instead of ${file.content.length}`;
          throw new LinkError('TLS_SETUP_FAILED', `${file.name} has ${sizes}: it broke on the line.`);
        } else writeFiles(talk, commands, rest, done);
      }),
    ),
  );
}

function pieces(commands: Commands, { name, content }: CredentialFile): readonly AtCommand<unknown>[] {
  const writes: AtCommand<unknown>[] = [];
  for (let at = 0; at < content.length; at += FILE_CHUNK_BYTES) {
    const piece = content.subarray(at, at + FILE_CHUNK_BYTES);
    writes.push(commands.fileWrite(name, piece, at === 0 ? 'overwrite' : 'append'));
  }
  return writes;
}

function settings({ commands, config, credentials }: SecureParts): readonly AtCommand<unknown>[] {
  const { broker } = config;
  const name = broker.tls?.serverName ?? (isIP(broker.host) === 0 ? broker.host : undefined);
  return [
    ...credentials.files.map(({ role, name: file }) => commands.sslConfig(role, file)),
    commands.sslConfig('seclevel', credentials.level),
    commands.sslConfig('sslversion', 4),
    ...(credentials.level === 0 ? [] : [commands.sslConfig('ignorelocaltime', 0)]),
    commands.sslConfig('negotiatetimeout', NEGOTIATE_SECONDS),
    ...(name === undefined ? [] : [commands.sslConfig('hostname', name)]),
  ];
}

/** Commands in turn as long as each is answered with OK; otherwise the operation has failed. */
function inTurn(talk: Talk, commands: readonly AtCommand<unknown>[], done: () => void): void {
  const [first, ...rest] = commands;
  if (first === undefined) {
    done();
    return;
  }
  talk.ask(first, (result) => {
    if (result.kind === 'done') inTurn(talk, rest, done);
    else talk.failed(first, result);
  });
}
