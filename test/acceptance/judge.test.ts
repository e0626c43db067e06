import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { SerialPort } from 'serialport';
import { Modem, type ModemSetup } from './support/modem.js';

jest.setTimeout(30_000);

/** A host that breaks the vendor's rules, one by one: the independent modem must notice. */
class CarelessHost {
  readonly #port: SerialPort;
  #heard = '';
  #wake: () => void = () => undefined;

  /** Settles when the port is open: what the modem says before that is flushed away. */
  static async on(path: string): Promise<CarelessHost> {
    const port = new SerialPort({ path, baudRate: 115_200 });
    await once(port, 'open');
    return new CarelessHost(port);
  }

  private constructor(port: SerialPort) {
    this.#port = port;
    this.#port.on('data', (bytes: Buffer) => {
      this.#heard += bytes.toString('latin1');
      this.#wake();
    });
  }

  write(bytes: string): void {
    this.#port.write(bytes, 'latin1');
  }

  /** Settles when the modem has said this since the last time something was waited for. */
  async hears(text: string): Promise<void> {
    while (!this.#heard.includes(text)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#heard = this.#heard.slice(this.#heard.indexOf(text) + text.length);
  }

  async says(command: string, answer = '\r\nOK\r\n'): Promise<void> {
    this.write(`${command}\r`);
    await this.hears(answer);
  }

  async close(): Promise<void> {
    const closed = once(this.#port, 'close');
    this.#port.close();
    await closed;
  }
}

describe('The independent modem notices', () => {
  let server: Server;
  let modem: Modem;
  let host: CarelessHost;

  const begin = async (special: Partial<ModemSetup> = {}): Promise<void> => {
    modem = await Modem.start({ profile: 'air724', echo: true, pieces: 0, glueMs: 0, rdy: 1, ...special });
    host = await CarelessHost.on(modem.path);
  };

  const connect = async (): Promise<void> => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    await host.says('AT+SAPBR=1,1');
    await host.says('AT+MCONFIG="judge"');
    await host.says(`AT+MIPSTART="127.0.0.1",${address.port}`, 'CONNECT OK\r\n');
  };

  beforeEach(async () => {
    server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    await host.close();
    await modem.close();
    server.close();
  });

  test('nothing while the rules are kept', async () => {
    await begin();
    host.write('AT\rAT\r');
    await host.hears('OK\r\n');
    await host.hears('OK\r\n');
    await connect();
    await host.says('AT+MCONNECT=1,60');
    await modem.does('closed');
    await host.hears('CLOSED\r\n');
    await host.says('AT+MIPCLOSE', '+CME ERROR: 767\r\n');
    await connect();
    await host.says('AT+MCONNECT=1,60');
    await modem.does('deact');
    await host.hears('DEACT\r\n');
    await host.says('AT+MIPCLOSE');
    await host.says('AT+SAPBR=0,1', '+CME ERROR: 3\r\n');
    await host.says('AT+SAPBR=1,1');
    expect(await modem.violations()).toEqual([]);
  });

  test('a command before the final result of the one before', async () => {
    await begin();
    host.write('AT\rAT+CSQ\r');
    expect(await modem.violation()).toMatch(/before the final result of AT$/);
  });

  test('a line feed', async () => {
    await begin();
    host.write('AT\r\n');
    expect(await modem.violation()).toMatch(/^LF in a command/);
  });

  test('a command that is never ended', async () => {
    await begin();
    host.write('AT+CSQ');
    expect(await modem.violation()).toBe('a command without CR');
  });

  test('anything but MCONNECT after CONNECT OK', async () => {
    await begin();
    await connect();
    host.write('AT+CSQ\r');
    expect(await modem.violation()).toMatch(/AT\+CSQ after CONNECT OK/);
  });

  test('an MCONNECT that comes late', async () => {
    await begin({ mconnectWithinMs: 0 });
    await connect();
    host.write('AT+MCONNECT=1,60\r');
    expect(await modem.violation()).toMatch(/MCONNECT \d+ ms after CONNECT OK/);
  });

  test('MCONFIG after CLOSED without MIPCLOSE', async () => {
    await begin();
    await connect();
    await modem.does('closed');
    await host.hears('CLOSED\r\n');
    host.write('AT+MCONFIG="judge"\r');
    expect(await modem.violation()).toMatch(/MCONFIG.* without MIPCLOSE/);
  });

  test('a bearer activated after DEACT without closing it first', async () => {
    await begin();
    await modem.does('deact');
    await host.hears('DEACT\r\n');
    host.write('AT+SAPBR=1,1\r');
    expect(await modem.violation()).toMatch(/without SAPBR=0,1/);
  });

  test('a bearer closed after DEACT before MIPCLOSE', async () => {
    await begin();
    await modem.does('deact');
    await host.hears('DEACT\r\n');
    host.write('AT+SAPBR=0,1\r');
    expect(await modem.violation()).toMatch(/before MIPCLOSE/);
  });

  test('publishing outside a session', async () => {
    await begin();
    host.write('AT+MPUB="a",0,0,"x"\r');
    expect(await modem.violation()).toMatch(/outside a session/);
  });

  test('a PIN after one that was refused, unless the card was changed', async () => {
    await begin({ sim: { pin: '4711' } });
    await host.says('AT+CPIN="0001"', '+CME ERROR: 16\r\n');
    await modem.does('simOut');
    await host.hears('SIM REMOVED');
    await modem.does('simIn');
    await host.hears('SIM PIN');
    await host.says('AT+CPIN="0002"', '+CME ERROR: 16\r\n');
    expect(await modem.violations()).toEqual([]);
    host.write('AT+CPIN="0003"\r');
    expect(await modem.violation()).toBe('a PIN after one that was refused');
  });

  test('TLS before it was said who is checked', async () => {
    await begin();
    await host.says('AT+SSLCFG="cacert",88,"ca.crt"');
    host.write('AT+SSLMIPSTART="127.0.0.1","8883"\r');
    expect(await modem.violation()).toMatch(/before it was said who is checked/);
  });

  test('TLS after a setting that was refused', async () => {
    await begin();
    await host.says('AT+SSLCFG="seclevel",88,1');
    await host.says('AT+SSLCFG="negotiatetimeout",88,5', 'ERROR\r\n');
    host.write('AT+SSLMIPSTART="127.0.0.1","8883"\r');
    expect(await modem.violation()).toMatch(/after negotiatetimeout was refused/);
  });

  test('TLS settings for a context that is not that of MQTT', async () => {
    await begin();
    host.write('AT+SSLCFG="seclevel",0,1\r');
    expect(await modem.violation()).toMatch(/the context of MQTT is 88/);
  });
});
