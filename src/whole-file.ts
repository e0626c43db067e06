import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateDirectory } from './outbox/directory.js';

/**
 * Writes a small file for its owner alone, by a second file and a rename: whatever dies in between, one of the two is
 * whole.
 * @throws Error of the file system
 */
export function writeWhole(file: string, text: string): void {
  makePrivateDirectory(dirname(file));
  const fresh = `${file}.new`;
  const descriptor = openSync(fresh, 'w', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, file);
}
