import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { hasMosquitto } from './support/broker.js';
import type { ModemSetup } from './support/modem.js';
import { Rig } from './support/rig.js';

/**
 * The built product as a user runs it, against a modem that shares no code with it and a real Mosquitto.
 * The modem also watches that the host keeps the vendor's rules, whatever happens.
 */
jest.setTimeout(45_000);

const skipsNothing = process.env['LUAT_LINK_SKIP_NOTHING'] === '1';
if (!hasMosquitto && !skipsNothing) {
  process.stderr.write(
    'SKIPPED test/acceptance/run.test.ts: Mosquitto is not installed (apt install mosquitto)\n',
  );
}
const onMosquitto = hasMosquitto || skipsNothing ? describe : describe.skip;

const setups: readonly ModemSetup[] = [
  { profile: 'air780e', echo: true, pieces: 3, glueMs: 5, rdy: 2 },
  { profile: 'air724', echo: true, pieces: 3, glueMs: 5, rdy: 2 },
];

const payloads = {
  'quotes, CRLF, UTF-8, NUL, 0x1A and backslash': Buffer.from(
    '{"id":"7"}\r\n\\22\\ \u0000 \u001a 温度 21.5 °C 🛰\r',
    'utf8',
  ),
  'every byte': Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  'words of the modem': Buffer.from('\r\nOK\r\n> \r\nERROR\r\n+CME ERROR: 3\r\nCLOSED\r\nAT+MIPCLOSE\r'),
  'one quote': Buffer.from('"'),
};
const impostor = Buffer.from('x\r\nOK\r\nCLOSED\r\n+SAPBR 1: DEACT\r\nRDY\r\n');
const binary = randomBytes(1_300);

onMosquitto.each(setups)('luat-link run on an independent $profile', (setup) => {
  let rig: Rig;

  beforeAll(async () => {
    if (!hasMosquitto) throw new Error('Mosquitto is not installed, and nothing may be skipped');
    rig = await Rig.start(setup);
  });

  afterAll(async () => {
    await rig.close();
  });

  afterEach(async () => {
    expect(await rig.modem.violations()).toEqual([]);
  });

  const judged = (name: string, check: () => Promise<void>): void => {
    test(name, () => rig.judged(check));
  };

  judged('gets online and carries messages both ways', async () => {
    await rig.online();
    await rig.carries(Buffer.from('hello'));
    await rig.broker.published('judge/status', 0);
  });

  describe.each(Object.entries(payloads))('%s', (_, payload) => {
    test.each([0, 1, 2] as const)('arrives byte for byte with QoS %i', async (qos) => {
      await rig.judged(() => rig.delivers(payload, qos));
    });

    judged('is received byte for byte', () => rig.receives(payload));
  });

  describe.each([
    { pieces: 0, glueMs: 5 },
    { pieces: 0, glueMs: 0 },
    { pieces: 1, glueMs: 0 },
    { pieces: 3, glueMs: 5 },
  ])('with writes of $pieces bytes, glued for $glueMs ms', (shape) => {
    judged('1,300 random bytes pass both ways, and a burst keeps its order and its bytes', async () => {
      await rig.modem.does('shape', shape);
      await rig.carries(binary);
      await Promise.all([rig.receives(impostor), rig.receives(binary), rig.receives(Buffer.from('\r\n'))]);
    });
  });

  judged('takes a payload that reads like a collapse for what it is', async () => {
    const mark = rig.mark;
    await rig.receives(impostor);
    await rig.carries(Buffer.from('nothing happened'));
    expect(rig.statesSince(mark)).toEqual([]);
  });

  judged('comes back after CLOSED; the will is sent, and the announcement follows it', async () => {
    const seen = rig.broker.seen;
    await rig.survives(() => rig.modem.does('closed'));
    expect((await rig.broker.published('judge/status', seen)).toString()).toBe('offline');
  });

  test.each(['+SAPBR 1: DEACT', '+CGEV: NW PDN DEACT 1', '+PDP DEACT', '+PDP: DEACT'])(
    'comes back after %s',
    async (urc) => {
      await rig.judged(() => rig.survives(() => rig.modem.does('deact', { urc })));
    },
  );

  test.each([0, 1, 2])('comes back after a reboot that says RDY %i times', async (rdy) => {
    await rig.judged(() => rig.survives(() => rig.modem.does('reboot', { rdy })));
  });

  judged('finds a session that is gone without CLOSED', async () => {
    await rig.survives(() => rig.modem.does('halfOpen'));
  });

  judged('ends a hang with the reset command', async () => {
    await rig.survives(() => rig.modem.does('hang'));
  });

  judged('publishes again after an acknowledgement that stayed out', async () => {
    await rig.modem.rule({ command: 'AT+MPUB', mute: ['PUBACK'] });
    await rig.delivers(Buffer.from('acknowledged late'), 1);
    await rig.carries(Buffer.from('still here'));
  });

  judged('publishes again after a command that got no answer', async () => {
    await rig.modem.rule({ command: 'AT+MPUB', final: null });
    await rig.delivers(Buffer.from('answered late'), 1);
    await rig.carries(Buffer.from('still here'));
  });

  test.each(['ERROR', '+CME ERROR: 3', 'CLOSED'])('tries on after MCONNECT ended in %s', async (outcome) => {
    await rig.judged(async () => {
      await rig.modem.rule({ command: 'AT+MCONNECT', times: 2, final: 'OK', outcome: [outcome] });
      await rig.survives(() => rig.modem.does('closed'));
    });
  });

  judged('tries on after MIPSTART that fails, refused or later', async () => {
    await rig.modem.rule({ command: 'AT+MIPSTART', final: '+CME ERROR: 767' });
    await rig.modem.rule({
      command: 'AT+MIPSTART',
      final: 'OK',
      outcome: ['STATE: IP STATUS', 'CONNECT FAIL'],
    });
    await rig.survives(() => rig.modem.does('closed'));
  });

  judged('tries on after a bearer that fails', async () => {
    await rig.modem.rule({ command: 'AT+SAPBR=1,1', times: 2, final: '+CME ERROR: 65535' });
    await rig.survives(() => rig.modem.does('deact'));
  });

  judged('waits for a SIM that is busy', async () => {
    await rig.modem.rule({ command: 'AT+CPIN?', final: '+CME ERROR: 14' });
    await rig.survives(() => rig.modem.does('reboot'));
  });

  judged('subscribes again when SUBACK stays out', async () => {
    await rig.modem.rule({ command: 'AT+MSUB', mute: ['SUBACK'] });
    await rig.survives(() => rig.modem.does('closed'));
  });

  judged('comes back when the SIM is taken out and put in again', async () => {
    const before = rig.mark;
    const looking = rig.modem.command('^AT\\+CPIN\\?');
    await rig.modem.does('simOut');
    await looking;
    await rig.modem.does('simIn');
    await rig.comesBack(before);
  });

  judged('comes back when the network was left and found again', async () => {
    await rig.survives(() => rig.modem.does('detach'));
  });

  judged('comes back when the broker does', async () => {
    const before = rig.mark;
    const trying = rig.modem.command('^AT\\+MIPSTART');
    await rig.broker.halt();
    await trying;
    await rig.broker.resume();
    await rig.broker.observe();
    await rig.comesBack(before);
  });

  judged('takes over a modem whose session outlived the host process', async () => {
    await rig.hostCrash();
    await rig.online();
    await rig.carries(Buffer.from('hello again'));
  });

  // The last one: nothing runs after it.
  judged('closes with MDISCONNECT and MIPCLOSE at SIGTERM, and exits with 0', async () => {
    await rig.online();
    const logged = (await rig.modem.log()).length;
    expect(await rig.terminate()).toBe(0);
    const commands = (await rig.modem.log()).slice(logged).filter(({ direction }) => direction === '>');
    expect(commands.map(({ text }) => text).slice(-2)).toEqual(['AT+MDISCONNECT', 'AT+MIPCLOSE']);
  });
});
