import { expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock/virtual.js';
import { portTransport, type PortAddress } from '../../src/transport/port-transport.js';
import { RecordingListener } from './recording-listener.js';

test.each<[PortAddress, string, string]>([
  [{ kind: 'serial', path: '/dev/no-such-port', baudRate: 9600 }, '/dev/no-such-port', 'PORT_NOT_FOUND'],
  [{ kind: 'tcp', host: '127.0.0.1', port: 1 }, 'tcp://127.0.0.1:1', 'PORT_NOT_FOUND'],
  [
    { kind: 'usb', vendorId: 'ffff', productId: 'fffe', interface: 3, baudRate: 9600 },
    'USB ffff:fffe interface 3',
    'PORT_NOT_FOUND',
  ],
])('%j is a line that names itself %s and says when it is not there', async (address, name, code) => {
  const transport = portTransport(address, new VirtualClock())(new RecordingListener());
  expect(transport.name).toBe(name);
  await expect(transport.open()).rejects.toMatchObject({ code });
  await transport.close();
});
