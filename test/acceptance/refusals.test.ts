import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Broker, freePort } from './support/broker.js';
import { Configuration } from './support/configuration.js';
import { Modem, type Profile } from './support/modem.js';
import { onMosquitto } from './support/mosquitto.js';
import { recovery } from './support/rig.js';

jest.setTimeout(60_000);

const setup = { echo: true, pieces: 0, glueMs: 0, rdy: 1 };
const SECRET = 'hunter2"and-more';
const broker = { url: 'mqtt://127.0.0.1:9', clientId: 'judge' };

onMosquitto('test/acceptance/refusals.test.ts', 'A broker that refuses the login', () => {
  let mosquitto: Broker;
  let port = 0;
  let modem: Modem;
  let configuration: Configuration;

  beforeAll(async () => {
    port = await freePort();
    mosquitto = await Broker.start([`listener ${port} 127.0.0.1`, 'allow_anonymous false']);
  });
  afterEach(async () => {
    await modem.close();
    configuration.remove();
  });
  afterAll(() => mosquitto.close());

  // The two forms in which firmware tells a refused CONNACK.
  test.each<[string, Profile]>([
    ['ERROR', 'air724'],
    ['+CME ERROR: 3', 'air780e'],
  ])('told by the module as %s: pub ends with 6 and says what to check', async (form, profile) => {
    modem = await Modem.start({ ...setup, profile });
    configuration = new Configuration({
      port: modem.path,
      recovery,
      broker: {
        url: `mqtt://127.0.0.1:${port}`,
        clientId: 'judge',
        username: 'nobody',
        password: 'mistyped-42',
      },
    });
    const { code, stderr } = await configuration.pub('--timeout', '20');
    expect(stderr).toMatch(/check clientId, username and password[^]*MQTT_REFUSED/);
    expect(stderr).not.toContain('mistyped-42');
    expect(code).toBe(6);
    const said = (await modem.log()).filter(({ direction }) => direction === '<').map(({ text }) => text);
    expect(said).toContain(form);
    expect(said).not.toContain('CONNACK OK');
    expect(await modem.violations()).toEqual([]);
  });
});

describe('A configuration that cannot work is refused with 2 before the port is opened', () => {
  let modem: Modem;
  const configurations: Configuration[] = [];

  beforeAll(async () => {
    modem = await Modem.start({ ...setup, profile: 'air780e' });
  });
  afterEach(() => {
    for (const configuration of configurations.splice(0)) configuration.remove();
  });
  afterAll(() => modem.close());

  test.each<[string, object, RegExp]>([
    ['a key that is not known, the nearest is named', { broker, subscription: [] }, /subscriptions/],
    ['no broker', {}, /broker/],
    ['TLS without an authority', { broker: { ...broker, url: 'mqtts://127.0.0.1' } }, /broker\.tls\.ca/],
    ['a PIN that is none', { broker, sim: { pin: 'pin' } }, /sim\.pin/],
    [
      'a will that does not fit into MCONFIG',
      { broker, will: { topic: 'status', payload: 'x'.repeat(1_361), qos: 1, retain: true } },
      /will\.payload/,
    ],
    ['a filter that has no escape', { broker, subscriptions: [{ topic: 'a"b', qos: 0 }] }, /subscriptions/],
    [
      'a password that has no escape',
      { broker: { ...broker, username: 'me', password: SECRET } },
      /broker[^]*password/,
    ],
    [
      'APN credentials that have no escape',
      { broker, apn: { name: 'iot', password: SECRET } },
      /apn\.password/,
    ],
  ])('%s', async (_what, config, names) => {
    const configuration = new Configuration({ port: modem.path, ...config });
    configurations.push(configuration);
    const run = configuration.run('run');
    expect(await run.ended()).toBe(2);
    expect(run.stderr).toMatch(names);
    expect(run.stderr).not.toContain('hunter2');
    expect(run.out.lines).toEqual([]);
    expect(await modem.log()).toEqual([]);
  });
});
