import { expect, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Families } from './support/families.js';
import { onMosquitto } from './support/mosquitto.js';

/**
 * The built product as a user runs it, against a modem that shares no code with it and a real Mosquitto: what it carries.
 * The modem also watches that the host keeps the vendor's rules, whatever happens.
 */
jest.setTimeout(60_000);

const payloads = {
  'quotes, CRLF, UTF-8, NUL, 0x1A and backslash': Buffer.from(
    '{"id":"7"}\r\n\\22\\ \u0000 \u001a 温度 21.5 °C 🛰\r',
    'utf8',
  ),
  'every byte': Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  'words of the modem': Buffer.from('\r\nOK\r\n> \r\nERROR\r\n+CME ERROR: 3\r\nCLOSED\r\nAT+MIPCLOSE\r'),
  'one quote': Buffer.from('"'),
};
/** Reads like a collapse of everything. */
const impostor = Buffer.from('x\r\nOK\r\nCLOSED\r\n+SAPBR 1: DEACT\r\nRDY\r\n');
const binary = randomBytes(1_300);

/** How the modem writes: see ModemSetup. */
const shapes = [
  { pieces: 0, glueMs: 5 },
  { pieces: 0, glueMs: 0 },
  { pieces: 1, glueMs: 0 },
  { pieces: 3, glueMs: 5 },
];

onMosquitto(
  'test/acceptance/run.test.ts',
  'luat-link run, on an independent air780e and an independent air724',
  () => {
    const families = new Families();

    families.judged('gets online and carries messages both ways', async (rig) => {
      await rig.online();
      await rig.carries(Buffer.from('hello'));
      expect((await rig.broker.published('judge/status', 0)).toString()).toBe('online');
    });

    for (const [name, payload] of Object.entries(payloads)) {
      for (const qos of [0, 1, 2] as const) {
        families.judged(`${name}: arrives byte for byte with QoS ${qos}`, (rig) =>
          rig.delivers(payload, qos),
        );
      }
      families.judged(`${name}: is received byte for byte`, (rig) => rig.receives(payload));
    }

    for (const shape of shapes) {
      families.judged(
        `1,300 random bytes pass both ways, the modem writing ${JSON.stringify(shape)}`,
        async (rig) => {
          await rig.modem.does('shape', shape);
          await rig.carries(binary);
          await Promise.all([
            rig.receives(impostor),
            rig.receives(binary),
            rig.receives(Buffer.from('\r\n')),
          ]);
        },
      );
    }

    families.judged('publishes whole where the module echoes the payload', async (rig) => {
      await rig.modem.does('echoData', { on: true });
      await rig.carries(binary);
      await rig.delivers(impostor, 2);
      await rig.modem.does('echoData', { on: false });
    });

    families.judged('takes a payload that reads like a collapse for what it is', async (rig) => {
      const mark = rig.mark;
      await rig.receives(impostor);
      await rig.carries(Buffer.from('nothing happened'));
      expect(rig.statusesSince(mark).filter((status) => status !== 'online')).toEqual([]);
    });

    families.judged('takes over a modem whose session outlived the host process', async (rig) => {
      await rig.hostCrash();
      await rig.online();
      await rig.carries(Buffer.from('hello again'));
    });

    // The last one: nothing runs after it.
    families.judged('closes with MDISCONNECT and MIPCLOSE at SIGTERM, and exits with 0', async (rig) => {
      await rig.online();
      const logged = (await rig.modem.log()).length;
      const code = await rig.terminate();
      const commands = (await rig.modem.log()).slice(logged).filter(({ direction }) => direction === '>');
      expect(commands.map(({ text }) => text).slice(-2)).toEqual(['AT+MDISCONNECT', 'AT+MIPCLOSE']);
      expect(code).toBe(0);
    });
  },
);
