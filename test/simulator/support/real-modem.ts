import { systemClock } from '../../../src/clock/system.js';
import { seededRandom } from '../../../src/simulator/entropy.js';
import { SoftwareModem, type SoftwareModemOptions } from '../../../src/simulator/modem.js';
import { tcpNetwork } from '../../../src/simulator/tcp-network.js';

/** A modem on real time and real sockets, without latency of its own, and a host that waits for texts. */
export class RealModem {
  readonly modem: SoftwareModem;
  #printed = '';
  #wake: () => void = () => undefined;

  constructor(options: Partial<SoftwareModemOptions> = {}) {
    this.modem = new SoftwareModem({
      profile: 'air780e',
      clock: systemClock,
      random: seededRandom(3),
      network: tcpNetwork(),
      latency: 'none',
      ...options,
    });
    this.modem.onOutput((bytes) => {
      this.#printed += bytes.toString('latin1');
      this.#wake();
    });
    this.modem.powerOn();
  }

  /** Types a command; settles when `text` is printed. @returns all that was printed up to there since the last look */
  async type(command: string, text: string): Promise<string> {
    this.modem.write(Buffer.from(`${command}\r`, 'latin1'));
    return await this.prints(text);
  }

  async prints(text: string): Promise<string> {
    for (;;) {
      const end = this.#printed.indexOf(text);
      if (end >= 0) {
        const seen = this.#printed.slice(0, end + text.length);
        this.#printed = this.#printed.slice(end + text.length);
        return seen;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** From a boot to CONNACK OK. */
  async connect(port: number, config = 'AT+MCONFIG="meter"', connect = 'AT+MCONNECT=1,60'): Promise<void> {
    await this.prints('+NITZ');
    await this.type('ATE0', 'OK\r\n');
    await this.type(config, 'OK\r\n');
    await this.type(`AT+MIPSTART="127.0.0.1",${port}`, 'CONNECT OK\r\n');
    await this.type(connect, 'CONNACK OK\r\n');
  }
}
