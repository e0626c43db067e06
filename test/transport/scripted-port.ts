import { EventEmitter } from 'node:events';
import type { NativePort } from '../../src/transport/serial-transport.js';

type Callback = (error: Error | null | undefined) => void;

/** A native port of which the test decides when, how and whether it answers; by default well and at once. */
export class ScriptedPort extends EventEmitter implements NativePort {
  isOpen = false;
  readonly calls: string[] = [];
  readonly written: Buffer[] = [];
  readonly signals: unknown[] = [];
  /** What each call does instead of succeeding; `hang` never calls back. */
  readonly script: Partial<Record<'open' | 'close' | 'write' | 'set' | 'get', 'hang' | Error>> = {};

  open(callback: Callback): void {
    this.#answer('open', callback, () => (this.isOpen = true));
  }

  close(callback: Callback): void {
    this.#answer('close', callback, () => {
      this.isOpen = false;
      this.emit('close', null);
    });
  }

  /** How many bytes the system takes at once. */
  room = 0;
  /** Lets a write go on that hangs. */
  goOn: () => void = () => undefined;

  writeNow(bytes: Buffer): number {
    const taken = Math.min(this.room, bytes.length);
    if (taken > 0) this.written.push(bytes.subarray(0, taken));
    return taken;
  }

  write(bytes: Buffer, callback: Callback): boolean {
    this.written.push(bytes);
    this.#answer('write', callback);
    return true;
  }

  set(signals: unknown, callback: Callback): void {
    this.signals.push(signals);
    this.#answer('set', callback);
  }

  get(callback: Callback): void {
    this.#answer('get', callback);
  }

  #answer(call: keyof ScriptedPort['script'], callback: Callback, effect?: () => void): void {
    this.calls.push(call);
    const what = this.script[call];
    if (what === 'hang') {
      this.goOn = () => callback(null);
      return;
    }
    if (what === undefined) effect?.();
    callback(what ?? null);
  }
}
