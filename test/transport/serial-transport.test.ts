import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock/virtual.js';
import { SerialTransport } from '../../src/transport/serial-transport.js';
import { RecordingListener } from './recording-listener.js';
import { ScriptedPort } from './scripted-port.js';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'port-'));
  path = join(directory, 'ttyUSB2');
  writeFileSync(path, '');
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function scripted() {
  const clock = new VirtualClock();
  const port = new ScriptedPort();
  const listener = new RecordingListener();
  const transport = new SerialTransport({ path, baudRate: 115_200 }, clock, () => port, listener);
  return { clock, port, listener, transport };
}

async function opened() {
  const parts = scripted();
  await parts.transport.open();
  return parts;
}

const lost = (message: RegExp) =>
  expect.objectContaining({ code: 'PORT_LOST', message: expect.stringMatching(message) });

describe('open', () => {
  test('gives up after 5 s, and closes a port that opens after that', async () => {
    const { clock, port, transport } = scripted();
    let opensAfterAll: () => void = () => undefined;
    port.open = (callback) => {
      opensAfterAll = () => {
        port.isOpen = true;
        callback(null);
      };
    };
    const opening = transport.open();
    const failed = expect(opening).rejects.toEqual(lost(/did not open within 5 s/));
    await clock.advance(5000);
    await failed;
    opensAfterAll();
    await clock.advance(0);
    expect(port.calls).toEqual(['close']);
  });

  test('fails with what the system says', async () => {
    const { clock, port, transport } = scripted();
    port.script.open = new Error('Error Resource temporarily unavailable Cannot lock port');
    await expect(transport.open()).rejects.toMatchObject({ code: 'PORT_BUSY' });
    await expect(transport.write(Buffer.from('AT'))).rejects.toEqual(lost(/is not open/));
    await transport.close();
    expect(clock.armed).toBe(0);
  });

  test('fails when the port cannot even be made', async () => {
    const transport = new SerialTransport(
      { path, baudRate: 1 },
      new VirtualClock(),
      () => {
        throw new TypeError('"baudRate" is not a valid baudRate');
      },
      new RecordingListener(),
    );
    await expect(transport.open()).rejects.toEqual(lost(/not a valid baudRate/));
  });

  test('works once', async () => {
    const { transport } = await opened();
    await expect(transport.open()).rejects.toEqual(lost(/is not open/));
  });
});

describe('bytes', () => {
  test('reach the listener while the port is open, and not after that', async () => {
    const { port, listener, transport } = await opened();
    port.emit('data', Buffer.from('RDY'));
    await transport.close();
    port.emit('data', Buffer.from('late'));
    expect(listener.received).toBe('RDY');
  });

  test('are written', async () => {
    const { port, transport } = await opened();
    await transport.write(Buffer.from('AT\r'));
    expect(Buffer.concat(port.written).toString()).toBe('AT\r');
  });

  test('go to the system at once, and the rest when it takes more: nothing overtakes it', async () => {
    const { port, transport } = await opened();
    port.room = 3;
    port.script.write = 'hang';
    const first = transport.write(Buffer.from('first'));
    port.room = 100;
    delete port.script.write;
    const second = transport.write(Buffer.from('second'));
    port.goOn();
    await Promise.all([first, second]);
    await transport.write(Buffer.from('third'));
    expect(port.written.map(String)).toEqual(['fir', 'st', 'second', 'third']);
    expect(port.calls.filter((call) => call === 'write')).toHaveLength(2);
  });

  test('do not go to a port that is closed', async () => {
    const { port, transport } = await opened();
    port.room = 100;
    await transport.close();
    await expect(transport.write(Buffer.from('late'))).rejects.toEqual(lost(/is not open/));
    expect(port.written).toEqual([]);
  });

  test('that cannot be written fail the write', async () => {
    const { port, transport } = await opened();
    port.script.write = new Error('Input/output error');
    await expect(transport.write(Buffer.from('AT\r'))).rejects.toEqual(
      lost(/went away: Input\/output error/),
    );
  });

  test('that the line does not take mean that it is lost, in a time that grows with their number', async () => {
    const { clock, port, listener, transport } = await opened();
    port.script.write = 'hang';
    const failed = expect(transport.write(Buffer.alloc(11_520))).rejects.toEqual(
      lost(/did not take 11520 bytes within 7 s/),
    );
    await clock.advance(6999);
    expect(listener.losses).toEqual([]);
    await clock.advance(1);
    await failed;
    expect(listener.losses).toHaveLength(1);
  });

  test('that wait to be written fail when the port closes', async () => {
    const { port, transport } = await opened();
    port.script.write = 'hang';
    const failed = expect(transport.write(Buffer.from('AT\r'))).rejects.toEqual(lost(/was closed/));
    await transport.close();
    await failed;
  });
});

describe('lost', () => {
  test('is told once, however often the port says so', async () => {
    const { clock, port, listener, transport } = await opened();
    port.script.write = 'hang';
    const failed = expect(transport.write(Buffer.from('AT\r'))).rejects.toEqual(lost(/hang-up/));
    port.isOpen = false;
    for (const event of ['error', 'close', 'close']) port.emit(event, new Error('hang-up'));
    await failed;
    await transport.close();
    expect(listener.losses).toEqual([lost(/hang-up/)]);
    expect(clock.armed).toBe(0);
  });

  test('is told of an error that did not close the port, which is closed then', async () => {
    const { port, listener } = await opened();
    port.emit('error', new Error('overrun'));
    await listener.until(() => listener.losses.length > 0);
    await Promise.resolve();
    expect(port.calls).toEqual(['open', 'close']);
  });

  test('is not told when the port is closed on purpose', async () => {
    const { port, listener, transport } = await opened();
    await transport.close();
    port.emit('error', new Error('Canceled'));
    expect(listener.losses).toEqual([]);
  });

  test.each([new Error('Input/output error, cannot get'), new Error('Port is not open'), 'hang' as const])(
    'is told within 5 s of a port that hung up without a word (%s)',
    async (answer) => {
      const { clock, port, listener } = await opened();
      port.script.get = answer;
      await clock.advance(5000);
      expect(listener.losses).toHaveLength(1);
      expect(port.calls.filter((call) => call === 'close')).toHaveLength(1);
    },
  );

  test('is told within 5 s of a device that vanished', async () => {
    const { clock, listener } = await opened();
    await clock.advance(60_000);
    expect(listener.losses).toEqual([]);
    rmSync(path);
    await clock.advance(5000);
    expect(listener.losses).toEqual([lost(/went away/)]);
  });

  test('is not told of a port that has no control lines to ask for', async () => {
    const { clock, port, listener } = await opened();
    port.script.get = new Error('Inappropriate ioctl for device, cannot get');
    await clock.advance(60_000);
    expect(listener.losses).toEqual([]);
  });
});

describe('close', () => {
  test('settles within 5 s even when the port does not', async () => {
    const { clock, port, transport } = await opened();
    port.script.close = 'hang';
    const closed = transport.close();
    await clock.advance(5000);
    await closed;
    expect(clock.armed).toBe(0);
  });

  test('may be called twice, and before the port was opened', async () => {
    const { port, transport } = await opened();
    await Promise.all([transport.close(), transport.close()]);
    expect(port.calls).toEqual(['open', 'close']);
    const unopened = scripted();
    await unopened.transport.close();
    await expect(unopened.transport.open()).rejects.toEqual(lost(/is not open/));
    expect(unopened.port.calls).toEqual([]);
  });

  test('waits for a port that is closing by itself, which still holds its lock', async () => {
    const { clock, port, transport } = await opened();
    let closed = false;
    port.isOpen = false;
    port.emit('error', new Error('hang-up'));
    const closing = transport.close().then(() => (closed = true));
    await clock.advance(100);
    expect(closed).toBe(false);
    port.emit('close', null);
    await closing;
    expect(port.calls).toEqual(['open']);
  });

  test('ends an opening', async () => {
    const { clock, port, transport } = scripted();
    port.script.open = 'hang';
    const failed = expect(transport.open()).rejects.toEqual(lost(/was closed/));
    const closed = transport.close();
    await failed;
    await clock.advance(5000);
    await closed;
  });
});

describe('a control line', () => {
  test('is driven without touching the other one', async () => {
    const { port, transport } = await opened();
    await transport.setSignal('dtr', false);
    await transport.setSignal('rts', false);
    await transport.setSignal('dtr', true);
    expect(port.signals).toEqual([
      { rts: true, dtr: false },
      { rts: false, dtr: false },
      { rts: false, dtr: true },
    ]);
  });

  test('that the port does not have is an error that says so, and the port lives on', async () => {
    const { port, listener, transport } = await opened();
    port.script.set = new Error('Inappropriate ioctl for device, cannot set');
    await expect(transport.setSignal('rts', true)).rejects.toEqual(lost(/ttyUSB2 has no RTS line/));
    expect(listener.losses).toEqual([]);
  });

  test('cannot be driven on a closed port', async () => {
    const { transport } = scripted();
    await expect(transport.setSignal('rts', true)).rejects.toEqual(lost(/is not open/));
  });
});
