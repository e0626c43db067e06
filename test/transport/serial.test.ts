import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { SerialPort } from 'serialport';
import { systemClock } from '../../src/clock/system.js';
import { VirtualClock } from '../../src/clock/virtual.js';
import { meansHungUp } from '../../src/transport/port-errors.js';
import { serialTransport } from '../../src/transport/serial.js';
import type { Transport } from '../../src/transport/transport.js';
import { hasPseudoTerminals, PseudoTerminal } from './pseudo-terminal.js';
import { RecordingListener } from './recording-listener.js';

const open: Transport[] = [];
const terminals: PseudoTerminal[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((transport) => transport.close()));
  await Promise.all(terminals.splice(0).map((terminal) => terminal.hangUp()));
});

function terminal(): PseudoTerminal {
  const made = new PseudoTerminal();
  terminals.push(made);
  return made;
}

function line(path: string, clock = systemClock) {
  const listener = new RecordingListener();
  const transport = serialTransport({ path, baudRate: 115_200 }, clock)(listener);
  open.push(transport);
  return { transport, listener };
}

describe('a path that is no serial port', () => {
  test.each([
    ['/dev/no-such-port', 'PORT_NOT_FOUND', /\/dev\/no-such-port does not exist/],
    ['/dev/null', 'PORT_NOT_FOUND', /\/dev\/null is not a serial port/],
    ['/', 'PORT_NOT_FOUND', /\/ is not a serial port/],
  ])('%s is refused', async (path, code, message) => {
    await expect(line(path).transport.open()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});

(hasPseudoTerminals ? describe : describe.skip)('a serial port', () => {
  test('carries more than the system takes at once, in order', async () => {
    const modem = terminal();
    const { transport } = line(modem.path);
    await transport.open();
    const parts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(7_001));
    await Promise.all(parts.map((part) => transport.write(Buffer.from(part))));
    await modem.heard(parts.join(''));
  });

  test('carries every byte both ways, through three openings', async () => {
    const modem = terminal();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    for (let opening = 0; opening < 3; opening += 1) {
      const { transport, listener } = line(modem.path);
      await transport.open();
      await transport.write(bytes);
      await modem.heard(bytes.toString('latin1'));
      modem.say(`${bytes.toString('latin1')}.${opening}`);
      await listener.until(() => listener.received.endsWith(`.${opening}`));
      expect(listener.received.slice(0, 256)).toBe(bytes.toString('latin1'));
      await transport.close();
    }
  });

  test('that is open already is busy, and free again once it is closed', async () => {
    const { path } = terminal();
    const first = line(path).transport;
    await first.open();
    await expect(line(path).transport.open()).rejects.toMatchObject({ code: 'PORT_BUSY' });
    await first.close();
    await line(path).transport.open();
  });

  test('has no control lines when it is a pseudo-terminal, and says so', async () => {
    const { path } = terminal();
    const { transport } = line(path);
    await transport.open();
    await expect(transport.setSignal('rts', true)).rejects.toMatchObject({
      code: 'PORT_LOST',
      message: `${path} has no RTS line.`,
    });
  });

  test('whose other end dies is lost once, cannot be written to, and is not there any more', async () => {
    const modem = terminal();
    const { transport, listener } = line(modem.path);
    await transport.open();
    await modem.hangUp();
    await listener.until(() => listener.losses.length > 0);
    await expect(transport.write(Buffer.from('AT\r'))).rejects.toMatchObject({ code: 'PORT_LOST' });
    await transport.close();
    expect(listener.losses).toEqual([expect.objectContaining({ code: 'PORT_LOST' })]);
    await expect(line(modem.path).transport.open()).rejects.toMatchObject({ code: 'PORT_NOT_FOUND' });
  });

  test('whose other end sends a burst and dies is lost once, even where serialport notices nothing', async () => {
    for (let trial = 0; trial < 20; trial += 1) {
      const clock = new VirtualClock();
      const modem = new PseudoTerminal();
      const { transport, listener } = line(modem.path, clock);
      await transport.open();
      modem.say('\r\n+CGEV: ME DETACH\r\n'.repeat(150));
      await modem.hangUp();
      await clock.advance(5000);
      await listener.until(() => listener.losses.length > 0);
      await transport.close();
      expect(listener.losses).toHaveLength(1);
    }
  });

  test('is told from a dead one by what the system says when asked for its control lines', async () => {
    const modem = terminal();
    const port = new SerialPort({ path: modem.path, baudRate: 115_200, autoOpen: false });
    port.open();
    await once(port, 'open');
    const asked = () =>
      new Promise<Error>((resolve) => port.get((error) => resolve(error ?? new Error('none'))));
    expect(meansHungUp(await asked())).toBe(false);
    await modem.hangUp();
    expect(meansHungUp(await asked())).toBe(true);
    await new Promise<void>((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve()));
  });
});
