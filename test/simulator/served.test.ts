import { once } from 'node:events';
import { lstat, mkdtemp, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Aedes } from 'aedes';
import { SerialPort } from 'serialport';
import { systemClock } from '../../src/clock/system.js';
import { openPseudoTerminal, type PseudoTerminalProvider } from '../../src/simulator/pseudo-terminal.js';
import { servePty } from '../../src/simulator/serve-pty.js';
import { serveTcp } from '../../src/simulator/serve-tcp.js';
import { spawnSoftwareModem } from '../../src/simulator/spawn.js';
import { RealModem } from './support/real-modem.js';

let folder: string;
const endings: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'software-modem-'));
});

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
  await rm(folder, { recursive: true });
});

/** A host with the real serialport. */
class Host {
  readonly port: SerialPort;
  #received = Buffer.alloc(0);
  #wake: () => void = () => undefined;

  constructor(file: string) {
    this.port = new SerialPort({ path: file, baudRate: 115_200, autoOpen: false });
    this.port.on('error', () => undefined);
    this.port.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    endings.push(() => this.close());
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.port.open((failure) => (failure === null ? resolve() : reject(failure)));
    });
  }

  async close(): Promise<void> {
    if (!this.port.isOpen) return;
    await new Promise<void>((resolve) => this.port.close(() => resolve()));
  }

  /** Settles when that many bytes came. */
  async receive(count: number): Promise<Buffer> {
    while (this.#received.length < count) await this.#more();
    return this.#received;
  }

  async hears(text: string): Promise<void> {
    while (!this.#received.includes(text, 0, 'latin1')) await this.#more();
    this.#received = Buffer.alloc(0);
  }

  async #more(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}

describe.each<PseudoTerminalProvider>(['node-pty', 'script'])('a pseudo-terminal of %s', (provider) => {
  test('carries 20 kB of every byte value both ways without loss', async () => {
    const echoed: Buffer[] = [];
    const terminal = await openPseudoTerminal(
      (bytes) => {
        echoed.push(bytes);
        terminal.write(bytes);
      },
      systemClock,
      [provider],
    );
    endings.push(() => terminal.close());
    expect(terminal.provider).toBe(provider);
    const host = new Host(terminal.path);
    await host.open();
    const bytes = Buffer.from(Array.from({ length: 20_480 }, (_, index) => (index * 7) % 256));
    host.port.write(bytes);
    expect((await host.receive(bytes.length)).equals(bytes)).toBe(true);
    expect(Buffer.concat(echoed).equals(bytes)).toBe(true);
  });

  test('survives a host that closes and opens again', async () => {
    const it = new RealModem();
    const served = await servePty(it.modem, { clock: systemClock, providers: [provider] });
    endings.push(() => served.stop());
    for (let time = 0; time < 3; time += 1) {
      const host = new Host(served.path);
      await host.open();
      host.port.write('AT\r');
      await host.hears('OK\r\n');
      await host.close();
    }
  });
});

describe('serving', () => {
  test('under a link: an old link is replaced, and the link is gone after stop', async () => {
    const link = path.join(folder, 'modem');
    await symlink('/nowhere', link);
    const served = await servePty(new RealModem().modem, { clock: systemClock, link });
    expect(served.path).toBe(link);
    expect(await readlink(link)).toMatch(/^\/dev\//);
    await served.stop();
    await expect(lstat(link)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('under the name of a file is refused, and the file stays', async () => {
    const link = path.join(folder, 'file');
    await writeFile(link, 'mine');
    await expect(servePty(new RealModem().modem, { clock: systemClock, link })).rejects.toMatchObject({
      code: 'LINK_TAKEN',
    });
    expect((await lstat(link)).isFile()).toBe(true);
  });

  test('without any provider it says what to install', async () => {
    await expect(openPseudoTerminal(() => undefined, systemClock, [])).rejects.toMatchObject({
      code: 'PSEUDO_TERMINAL_UNAVAILABLE',
      message: expect.stringContaining('@lydell/node-pty'),
    });
  });

  test('on TCP, for one client at a time', async () => {
    const served = await serveTcp(new RealModem().modem);
    endings.push(() => served.stop());
    const first = connect(served.port, served.host);
    first.write('AT\r');
    let printed = '';
    for await (const bytes of first.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      printed += bytes.toString('latin1');
      if (printed.includes('OK\r\n')) break;
    }
    const second = connect(served.port, served.host);
    await once(second, 'close');
    first.destroy();
  });
});

describe('a modem in a process of its own', () => {
  const loader = new URL('./support/typescript-loader.mjs', import.meta.url).href;
  const execArgv = ['--import', loader];

  test('answers on its port, takes faults over control(), and ends', async () => {
    const link = path.join(folder, 'modem');
    const modem = await spawnSoftwareModem({ profile: 'air780ep', latency: 'none', link, execArgv });
    endings.push(() => modem.stop());
    expect(modem.path).toBe(link);
    const host = new Host(modem.path);
    await host.open();
    host.port.write('AT\r');
    await host.hears('OK\r\n');
    expect(await modem.control('deact sapbr')).toBe('ok');
    await host.hears('+SAPBR 1: DEACT\r\n');
    expect(JSON.parse(await modem.control('state'))).toMatchObject({ profile: 'air780ep', power: 'running' });
    await host.close();
    await modem.stop();
    await expect(modem.control('state')).rejects.toMatchObject({ code: 'CHILD_ENDED' });
    await expect(lstat(link)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('reports what keeps it from serving', async () => {
    const link = path.join(folder, 'file');
    await writeFile(link, 'mine');
    await expect(spawnSoftwareModem({ profile: 'air780ep', link, execArgv })).rejects.toMatchObject({
      code: 'LINK_TAKEN',
    });
  });

  test('leads every connection to the broker it was given', async () => {
    const broker = await Aedes.createBroker();
    const served = await import('node:net').then(({ createServer }) => createServer(broker.handle));
    served.listen(0, '127.0.0.1');
    await once(served, 'listening');
    const address = served.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    endings.push(async () => {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      served.close();
    });
    const modem = await spawnSoftwareModem({
      profile: 'air780ep',
      latency: 'none',
      broker: { host: '127.0.0.1', port },
      execArgv,
    });
    endings.push(() => modem.stop());
    const host = new Host(modem.path);
    await host.open();
    host.port.write('AT+MCONFIG="meter"\r');
    await host.hears('OK\r\n');
    host.port.write('AT+MIPSTART="broker.invalid","1883"\r');
    await host.hears('CONNECT OK\r\n');
    const client = once(broker, 'clientReady');
    host.port.write('AT+MCONNECT=1,60\r');
    await host.hears('CONNACK OK\r\n');
    expect((await client)[0]).toMatchObject({ id: 'meter' });
  });
});
