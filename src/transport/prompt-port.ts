import { readSync, writeSync } from 'node:fs';
import { SerialPort } from 'serialport';
import type { SerialSettings } from './serial-transport.js';

/** What serialport opens on Linux and macOS: a file that does not block, and who tells when there is something to read. */
type UnixPort = Extract<NonNullable<SerialPort['port']>, { readonly poller: unknown }>;

/**
 * serialport reads and writes in threads of their own, and waking one takes longer than what it has to do: an answer would
 * be heard, and the next command reach the module, later by as much. The file does not block, so what can be read or written
 * is, at once. For everything else (a port that is gone, more than the system takes, Windows) serialport's own way is left.
 */
export class PromptPort extends SerialPort {
  constructor(settings: SerialSettings) {
    super({ ...settings, autoOpen: false });
    // Before the stream hears of it, which begins to read then.
    this.prependListener('open', () => {
      if (isUnix(this.port)) readAtOnce(this.port);
    });
  }

  /** Gives bytes to the system at once. @returns how many it took; serialport's write waits with the others, or says why */
  writeNow(bytes: Buffer): number {
    if (!isUnix(this.port) || this.port.fd === null) return 0;
    return attempt(writeSync, this.port.fd, bytes, 0, bytes.length);
  }
}

function isUnix(port: SerialPort['port']): port is UnixPort {
  return port !== undefined && 'poller' in port;
}

function readAtOnce(port: UnixPort): void {
  const readInThread = port.read.bind(port);
  port.read = async (buffer, offset, length) => {
    await new Promise<void>((resolve, reject) => {
      port.poller.once('readable', (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    const bytesRead = port.fd === null ? 0 : attempt(readSync, port.fd, buffer, offset, length);
    return bytesRead > 0 ? { buffer, bytesRead } : readInThread(buffer, offset, length);
  };
}

type FileCall = (fd: number, buffer: Buffer, offset: number, length: number, position: null) => number;

/** @returns how many bytes; 0 when it failed */
function attempt(call: FileCall, fd: number, buffer: Buffer, offset: number, length: number): number {
  try {
    return call(fd, buffer, offset, length, null);
  } catch {
    return 0;
  }
}
