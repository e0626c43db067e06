import { constants, existsSync, writeSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClassicLevel } from 'classic-level';
import { LinkError } from '../errors/link-error.js';
import { makePrivateDirectory } from './directory.js';
import type { Change, KeyRange, Store, StoredRecord } from './store.js';

/** Keys are text, so that they sort and can be read with any LevelDB tool; values are bytes. */
const encodings = { keyEncoding: 'utf8', valueEncoding: 'buffer' } as const;

/** So much is fetched at a time. classic-level's own 16 KiB would cost a hundred turns to read ten thousand messages. */
const READ_BYTES = 1_048_576;
const MOST_JOTTED = 64;

/**
 * A LevelDB in `<directory>/messages`, and what is jotted down in `<directory>/acknowledged`. LevelDB locks itself, checks
 * its log by checksums when it opens, and takes a log that ends in the middle of a record as it was before that record.
 */
export class LevelStore implements Store {
  readonly #directory: string;
  /** A native module, which an outbox in memory can do without. Loading it takes some 30 ms, so it begins here. */
  readonly #library = import('classic-level');
  #level: ClassicLevel<string, Buffer> | undefined;
  #jottings: FileHandle | undefined;
  jotted: Buffer | undefined;

  constructor(directory: string) {
    this.#directory = directory;
    // Told when it is opened.
    this.#library.catch(() => undefined);
  }

  async open(): Promise<void> {
    const location = join(this.#directory, 'messages');
    await this.#guarded('opened', async () => {
      makePrivateDirectory(location);
      const { ClassicLevel } = await this.#library;
      const level = new ClassicLevel<string, Buffer>(location, encodings);
      try {
        await level.open();
      } catch (error) {
        if (reasonOf(error).code !== 'LEVEL_CORRUPTION') throw error;
        // LevelDB's own repair keeps what can be read, and moves what cannot into "lost".
        await ClassicLevel.repair(location);
        await level.open();
      }
      this.#level = level;
      await this.#openJottings();
    });
  }

  write(changes: readonly Change[], { sync }: { readonly sync: boolean }): Promise<void> {
    return this.#guarded('written', async () => {
      const [only] = changes;
      if (changes.length === 1 && only?.type === 'put') {
        await this.#opened().put(only.key, only.value, { sync });
        return;
      }
      // Not an array: classic-level clones each operation of one, which costs several times what writing it does.
      const batch = this.#opened().batch();
      for (const change of changes) {
        if (change.type === 'put') batch.put(change.key, change.value);
        else batch.del(change.key);
      }
      await batch.write({ sync });
    });
  }

  read(range: KeyRange): Promise<readonly StoredRecord[]> {
    return this.#guarded('read', () =>
      this.#opened()
        .iterator({ ...range, highWaterMarkBytes: READ_BYTES })
        .all(),
    );
  }

  /** Into a file's bytes that are there already: no longer than the system takes to copy them. */
  jot(bytes: Buffer): boolean {
    const file = this.#jottings;
    try {
      return file !== undefined && writeSync(file.fd, bytes, 0, bytes.length, 0) === bytes.length;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    const [level, jottings] = [this.#level, this.#jottings];
    this.#level = undefined;
    this.#jottings = undefined;
    await jottings?.close();
    await level?.close();
  }

  async #openJottings(): Promise<void> {
    const path = join(this.#directory, 'acknowledged');
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600).catch((error: unknown) => {
      // A disk that is full can do without; but one that is there must be read.
      if (existsSync(path)) throw error;
      return undefined;
    });
    this.#jottings = file;
    const read = await file?.read(Buffer.alloc(MOST_JOTTED), 0, MOST_JOTTED, 0);
    this.jotted = read?.buffer.subarray(0, read.bytesRead);
  }

  #opened(): ClassicLevel<string, Buffer> {
    if (this.#level === undefined) throw new Error('the store is not open');
    return this.#level;
  }

  async #guarded<T>(done: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storeError(this.#directory, done, error);
    }
  }
}

/** What went wrong, in words that say what to do. */
function storeError(directory: string, done: string, error: unknown): LinkError {
  const { code, message: reason } = reasonOf(error);
  if (code === 'LEVEL_LOCKED') {
    return new LinkError('OUTBOX_FAILED', `The outbox in ${directory} is in use by another process.`, {
      hint: 'Stop the other luat-link that uses it, or give each modem an outbox.directory of its own.',
      cause: error,
    });
  }
  const hint = hints.find(([pattern]) => pattern.test(`${code} ${reason}`))?.[1];
  return new LinkError('OUTBOX_FAILED', `The outbox in ${directory} cannot be ${done}: ${reason}`, {
    ...(hint !== undefined && { hint }),
    cause: error,
  });
}

/** classic-level wraps what LevelDB said: LEVEL_DATABASE_NOT_OPEN, caused by LEVEL_LOCKED. */
function reasonOf(error: unknown): { readonly code: string; readonly message: string } {
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: unknown };
  if (cause !== undefined) return reasonOf(cause);
  return { code: String(code), message: String(message ?? error) };
}

/** LevelDB hands on the system's words, Node its codes. */
const hints: readonly (readonly [RegExp, string])[] = [
  [
    /ENOSPC|EDQUOT|EFBIG|No space left|quota|File too large/i,
    'Free space on that disk: what was accepted is kept, and accepting goes on by itself.',
  ],
  [
    /EACCES|EPERM|EROFS|Permission denied|Read-only/i,
    'Give the user write access to outbox.directory, or name another one.',
  ],
  [/ENOTDIR|EEXIST|Not a directory/i, 'outbox.directory names a file; name a directory.'],
];
