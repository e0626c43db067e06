import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { Broker } from './support/broker.js';
import { Configuration, type Ended } from './support/configuration.js';
import { Modem, type ModemSetup } from './support/modem.js';
import { onMosquitto } from './support/mosquitto.js';
import { recovery, Rig } from './support/rig.js';

/** What stands between the module and the data network: the card, its PIN, the registration. */
jest.setTimeout(60_000);

const setup: ModemSetup = { profile: 'air780e', echo: true, pieces: 0, glueMs: 0, rdy: 1 };
const PIN = '4711';
const pins = (modem: Modem): Promise<readonly string[]> => modem.commands(/^AT\+CPIN="/);

onMosquitto('test/acceptance/sim-and-network.test.ts', 'luat-link run, on an independent modem', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  test('a PIN is entered once for a boot that asks for it, and not again on a reconnect', async () => {
    rig = await Rig.start({ ...setup, sim: { pin: PIN }, simBusyMs: 400 }, { link: { sim: { pin: PIN } } });
    await rig.judged(async () => {
      await rig.online();
      await rig.survives(() => rig.modem.does('closed'));
      await rig.survives(() => rig.modem.does('deact'));
      expect(await pins(rig.modem)).toEqual([`AT+CPIN="${PIN}"`]);
      await rig.survives(() => rig.modem.does('reboot'));
      expect(await pins(rig.modem)).toHaveLength(2);
      expect(rig.log).not.toContain(PIN);
      expect(await rig.modem.violations()).toEqual([]);
    });
  });

  test('a wrong PIN is never tried a second time, whatever the module does; a person is asked', async () => {
    rig = await Rig.start({ ...setup, sim: { pin: PIN } }, { link: { sim: { pin: '0000' } } });
    await rig.judged(async () => {
      expect(await rig.needsAttention()).toBe('SIM_PIN_WRONG');
      for (const fault of ['reboot', 'detach', 'reboot']) {
        const before = rig.mark;
        await rig.modem.does(fault);
        if (fault === 'reboot') expect(await rig.needsAttention(before)).toBe('SIM_PIN_WRONG');
      }
      expect(await pins(rig.modem)).toEqual(['AT+CPIN="0000"']);
      expect(await rig.modem.violations()).toEqual([]);
    });
  });

  test('another card is served without a restart', async () => {
    rig = await Rig.start({ ...setup, sim: { pin: PIN, blocked: true } }, { link: { sim: { pin: PIN } } });
    await rig.judged(async () => {
      expect(await rig.needsAttention()).toBe('SIM_BLOCKED');
      await rig.modem.does('simOut');
      await rig.modem.does('simIn', { blocked: false, pin: PIN });
      await rig.online();
      await rig.carries(Buffer.from('with the other card'));
      expect(await pins(rig.modem)).toEqual([`AT+CPIN="${PIN}"`]);
    });
  });

  test('a build that wants the third argument of MCONNECT gets it', async () => {
    rig = await Rig.start({ ...setup, threeArgumentConnect: true });
    await rig.judged(async () => {
      await rig.online();
      await rig.carries(Buffer.from('with three arguments'));
      expect(await rig.modem.commands(/^AT\+MCONNECT/)).toEqual(['AT+MCONNECT=1,30', 'AT+MCONNECT=1,30,0']);
      expect(await rig.modem.violations()).toEqual([]);
    });
  });
});

interface Hindrance {
  readonly modem?: Partial<ModemSetup>;
  readonly pin?: string;
  /** What is done to the modem first. */
  readonly fault?: readonly [action: string, details?: object];
  /** Seconds. */
  readonly timeout?: number;
  readonly code: number;
  readonly says: RegExp;
  readonly pins: number;
}

const hindrances: Readonly<Record<string, Hindrance>> = {
  'a card that asks for a PIN, and none is configured': {
    modem: { sim: { pin: PIN } },
    code: 4,
    says: /sim\.pin[^]*SIM_PIN_REQUIRED/,
    pins: 0,
  },
  'a wrong PIN': {
    modem: { sim: { pin: PIN } },
    pin: '0000',
    code: 4,
    says: /Correct sim\.pin[^]*SIM_PIN_WRONG/,
    pins: 1,
  },
  'a card that wants its PUK': {
    modem: { sim: { pin: PIN, blocked: true } },
    pin: PIN,
    code: 4,
    says: /PUK[^]*SIM_BLOCKED/,
    pins: 0,
  },
  'no card': {
    fault: ['simOut'],
    timeout: 10,
    code: 4,
    says: /Insert a SIM card[^]*SIM_MISSING/,
    pins: 0,
  },
  'a network that refuses the card': {
    fault: ['deny', { on: true }],
    timeout: 10,
    code: 5,
    says: /refuses this card[^]*REGISTRATION_DENIED/,
    pins: 0,
  },
  'a module that answers nothing': {
    fault: ['hang'],
    timeout: 10,
    code: 3,
    says: /does not answer AT[^]*MODEM_UNRESPONSIVE/,
    pins: 0,
  },
};

onMosquitto('test/acceptance/sim-and-network.test.ts', 'luat-link pub ends with what is missing', () => {
  let broker: Broker;
  const modems: Modem[] = [];
  const configurations: Configuration[] = [];
  const ends = new Map<string, { readonly modem: Modem; readonly ended: Promise<Ended> }>();

  beforeAll(async () => {
    broker = await Broker.start();
    for (const [name, { modem: special, pin, fault, timeout = 20 }] of Object.entries(hindrances)) {
      const modem = await Modem.start({ ...setup, ...special });
      modems.push(modem);
      if (fault !== undefined) await modem.does(...fault);
      const configuration = new Configuration({
        port: modem.path,
        broker: { url: `mqtt://127.0.0.1:${broker.port}`, clientId: 'judge' },
        recovery,
        ...(pin !== undefined && { sim: { pin } }),
      });
      configurations.push(configuration);
      ends.set(name, { modem, ended: configuration.pub('--timeout', String(timeout)) });
    }
  });

  afterAll(async () => {
    await Promise.all(modems.map((modem) => modem.close()));
    for (const configuration of configurations) configuration.remove();
    await broker.close();
  });

  test.each(Object.entries(hindrances))('%s', async (name, { code, says, pins: entered }) => {
    const begun = ends.get(name);
    if (begun === undefined) throw new Error('The case was not begun.');
    const { modem, ended } = begun;
    expect(await ended).toEqual({ code, stderr: expect.stringMatching(says) });
    expect(await pins(modem)).toHaveLength(entered);
    expect(await modem.violations()).toEqual([]);
  });
});
