import { VirtualClock } from '../../../src/clock/virtual.js';
import { seededRandom } from '../../../src/simulator/entropy.js';
import { MemoryNetwork } from '../../../src/simulator/memory-network.js';
import { SoftwareModem, type SoftwareModemOptions } from '../../../src/simulator/modem.js';

export interface HandTerminalOptions extends Partial<SoftwareModemOptions> {
  readonly networkLatencyMs?: number;
}

/** A person at a terminal, on virtual time: types a command, waits, reads what the module printed since. */
export class HandTerminal {
  readonly clock = new VirtualClock();
  readonly network: MemoryNetwork;
  readonly modem: SoftwareModem;
  /** The pieces in which output arrived. */
  readonly pieces: Buffer[] = [];
  #read = 0;

  constructor({ networkLatencyMs = 0, ...options }: HandTerminalOptions = {}) {
    this.network = new MemoryNetwork(this.clock, { latencyMs: networkLatencyMs });
    this.modem = new SoftwareModem({
      profile: 'air780ep',
      clock: this.clock,
      random: seededRandom(7),
      network: this.network,
      ...options,
    });
    this.modem.onOutput((bytes) => this.pieces.push(bytes));
  }

  /** A booted, registered module with its baud rate known and echo off; what it printed on the way is forgotten. */
  static async ready(options: HandTerminalOptions = {}): Promise<HandTerminal> {
    const it = new HandTerminal(options);
    it.modem.powerOn();
    await it.clock.advance(20_000);
    await it.type('AT');
    await it.type('AT');
    await it.type('ATE0');
    return it;
  }

  /** As ready(), and logged in at the broker. */
  static async online(options: HandTerminalOptions = {}): Promise<HandTerminal> {
    const it = await HandTerminal.ready(options);
    await it.connect();
    await it.type('AT+MQTTMSGSET=0');
    return it;
  }

  /** The vendor's way from MCONFIG to CONNACK OK. */
  async connect(
    login = 'AT+MCONNECT=1,60',
    config = 'AT+MCONFIG="meter","user","password"',
  ): Promise<string> {
    return (
      (await this.type(config)) +
      (await this.type('AT+MIPSTART="broker.example","1883"', 700)) +
      (await this.type(login, 700))
    );
  }

  /** Sends the command with its CR and gives it time. @returns what the module printed since the last look, latin1 */
  async type(command: string, waitMs = 700): Promise<string> {
    this.send(`${command}\r`);
    return await this.wait(waitMs);
  }

  /** Bytes as they are. */
  send(bytes: string | Buffer): void {
    this.modem.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** @returns what the module printed since the last look */
  async wait(ms: number): Promise<string> {
    await this.clock.advance(ms);
    const text = Buffer.concat(this.pieces.slice(this.#read)).toString('latin1');
    this.#read = this.pieces.length;
    return text;
  }
}

/** Texts in the module's framing. */
export function framed(...texts: readonly string[]): string {
  return texts.map((text) => `\r\n${text}\r\n`).join('');
}
