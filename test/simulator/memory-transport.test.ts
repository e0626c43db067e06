import { describe, expect, test } from '@jest/globals';
import { memoryTransport, type MemoryTransportOptions } from '../../src/testing/memory-transport.js';
import type { Transport } from '../../src/transport/transport.js';
import { framed, HandTerminal } from './support/hand-terminal.js';

async function scene(options: MemoryTransportOptions = {}, profile: 'air780e' | 'air780ep' = 'air780ep') {
  const it = await HandTerminal.ready({ profile });
  const received: Buffer[] = [];
  const losses: Error[] = [];
  const factory = memoryTransport(it.modem, options);
  const make = (): Transport =>
    factory({ data: (bytes) => received.push(bytes), lost: (reason) => losses.push(reason) });
  return { it, factory, make, received, losses, text: () => Buffer.concat(received).toString('latin1') };
}

describe('memory transport', () => {
  test('carries bytes both ways while open, and none after', async () => {
    const { it, make, text } = await scene();
    const port = make();
    await expect(port.write(Buffer.from('AT\r'))).rejects.toMatchObject({ code: 'PORT_LOST' });
    await port.open();
    await port.write(Buffer.from('AT\r'));
    await it.wait(100);
    expect(text()).toBe(framed('OK'));
    await port.close();
    await port.close();
    it.modem.faults.closed();
    await it.type('AT');
    expect(text()).toBe(framed('OK'));
  });

  test('is open once at a time', async () => {
    const { make, factory } = await scene();
    const first = make();
    await first.open();
    await expect(make().open()).rejects.toMatchObject({ code: 'PORT_BUSY' });
    await first.close();
    await make().open();
    expect(factory.opened()).toBe(2);
  });

  test('unplugged, it reports its loss once and cannot be opened until it is plugged in', async () => {
    const { make, factory, losses } = await scene();
    const port = make();
    await port.open();
    factory.unplug();
    factory.unplug();
    expect(losses).toMatchObject([{ code: 'PORT_LOST' }]);
    await expect(port.write(Buffer.from('AT\r'))).rejects.toMatchObject({ code: 'PORT_LOST' });
    await expect(make().open()).rejects.toMatchObject({ code: 'PORT_NOT_FOUND' });
    factory.plug();
    await make().open();
    expect(losses).toHaveLength(1);
  });

  test('cuts what it hands on', async () => {
    const { it, make, received } = await scene({ cut: 3 });
    await make().open();
    await it.type('AT');
    expect(received.map(({ length }) => length)).toEqual([3, 3]);
  });

  test('drives RESET and the power key by its control lines', async () => {
    const wired = await HandTerminal.ready({ profile: 'air780e' });
    const port = memoryTransport(wired.modem, {
      wiring: { rts: 'reset', dtr: 'powerKey', clock: wired.clock },
    })({
      data: () => undefined,
      lost: () => undefined,
    });
    await port.open();
    await port.setSignal('rts', true);
    await wired.wait(600);
    expect(wired.modem.power).toBe('running');
    await port.setSignal('rts', false);
    expect(wired.modem.power).toBe('off');
    await port.setSignal('dtr', true);
    await wired.wait(1_500);
    await port.setSignal('dtr', false);
    expect(wired.modem.power).toBe('booting');
  });

  test('without wiring there is no control line', async () => {
    const { make } = await scene();
    const port = make();
    await port.open();
    await expect(port.setSignal('rts', true)).rejects.toMatchObject({ code: 'PORT_LOST' });
  });
});
