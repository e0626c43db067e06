import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock/virtual.js';
import type { SerialPortInfo } from '../../src/transport/serial.js';
import { SerialTransport } from '../../src/transport/serial-transport.js';
import { usbTransport, type UsbSettings } from '../../src/transport/usb.js';
import { RecordingListener } from './recording-listener.js';
import { ScriptedPort } from './scripted-port.js';

const module: UsbSettings = { vendorId: '19d1', productId: '0001' };
const others: SerialPortInfo[] = [
  { path: '/dev/ttyS0' },
  { path: 'COM9', vendorId: '0403', productId: '6001' },
];
const port = (path: string, number: number): SerialPortInfo => ({ path, ...module, interface: number });

function usb(settings: UsbSettings, list: () => Promise<readonly SerialPortInfo[]>) {
  const clock = new VirtualClock();
  const native = new ScriptedPort();
  const opened: string[] = [];
  const listener = new RecordingListener();
  const transport = usbTransport(settings, {
    clock,
    list,
    connect: (path) => {
      opened.push(path);
      return (forward) => new SerialTransport({ path, baudRate: 115_200 }, clock, () => native, forward);
    },
  })(listener);
  return { clock, native, opened, listener, transport };
}

describe('a port named by its USB device', () => {
  test('is looked up when it is opened, and works as any other', async () => {
    const { native, opened, listener, transport } = usb(module, () =>
      Promise.resolve([...others, port('COM5', 2)]),
    );
    await transport.open();
    await transport.write(Buffer.from('AT\r'));
    await transport.setSignal('rts', false);
    native.emit('data', Buffer.from('OK'));
    await transport.close();
    expect(opened).toEqual(['COM5']);
    expect(native.written.map(String)).toEqual(['AT\r']);
    expect(native.signals).toEqual([{ rts: false, dtr: true }]);
    expect(listener.received).toBe('OK');
    expect(native.calls.at(-1)).toBe('close');
  });

  test('is chosen by its interface', async () => {
    const { opened, transport } = usb({ ...module, interface: 4 }, () =>
      Promise.resolve([port('COM5', 2), port('COM6', 4)]),
    );
    await transport.open();
    expect(opened).toEqual(['COM6']);
  });

  test.each([
    ['is not plugged in', others, undefined, /^USB 19d1:0001 is not plugged in\.$/],
    [
      'has several ports',
      [port('COM5', 2), port('COM6', 4)],
      undefined,
      /COM5 \(interface 2\), COM6 \(interface 4\)/,
    ],
    [
      'has not that interface',
      [port('COM5', 2)],
      6,
      /interface 6 is not plugged in; it has COM5 \(interface 2\)/,
    ],
  ])('is not found when it %s', async (_, ports, number, message) => {
    const { transport } = usb({ ...module, interface: number }, () => Promise.resolve(ports));
    await expect(transport.open()).rejects.toMatchObject({
      code: 'PORT_NOT_FOUND',
      message: expect.stringMatching(message),
    });
    await transport.close();
  });

  test('gives up when the system does not list its ports', async () => {
    const { clock, transport } = usb(module, () => new Promise(() => undefined));
    const failed = expect(transport.open()).rejects.toMatchObject({ code: 'PORT_LOST' });
    await clock.advance(5000);
    await failed;
  });

  test('is not opened any more when it was closed meanwhile', async () => {
    const { opened, transport } = usb(module, () => Promise.resolve([port('COM5', 2)]));
    const failed = expect(transport.open()).rejects.toMatchObject({ code: 'PORT_LOST' });
    await transport.close();
    await failed;
    expect(opened).toEqual([]);
    await expect(transport.write(Buffer.from('AT'))).rejects.toMatchObject({ code: 'PORT_LOST' });
    await expect(transport.setSignal('rts', true)).rejects.toMatchObject({ code: 'PORT_LOST' });
  });
});
