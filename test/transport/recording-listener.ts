import type { TransportListener } from '../../src/transport/transport.js';

/** Writes down what a line reports, and lets a test wait for it. */
export class RecordingListener implements TransportListener {
  readonly losses: Error[] = [];
  received = '';
  #wake: () => void = () => undefined;

  data(bytes: Buffer): void {
    this.received += bytes.toString('latin1');
    this.#wake();
  }

  lost(reason: Error): void {
    this.losses.push(reason);
    this.#wake();
  }

  /** Settles when `condition` holds, which is looked at whenever something is reported. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
