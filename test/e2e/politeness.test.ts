import { describe, expect, test } from '@jest/globals';
import { Scene } from '../support/scene.js';

/** What the host did to the radio: off and on, or a restart of the module. */
const radioActs = (it: Scene, from = 0): string[] =>
  it.sent(from).filter((command) => /^AT\+(?:CFUN=[01]|RESET)$/.test(command));

const codes = (it: Scene): Set<string> => new Set(it.states.flatMap(({ cause }) => cause?.code ?? []));

const HOUR = 3_600_000;

describe('a login that the broker refuses', () => {
  test('asks for a person after the reconnects are spent, leaves the radio alone, and is online once it is accepted', async () => {
    const it = new Scene();
    it.network.refuseLogins();
    it.modem.powerOn();
    await it.clock.advance(10_000);
    await it.supervisor.start();
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'needs-attention', 300_000);
    expect(it.supervisor.status()).toMatchObject({ cause: { code: 'MQTT_REFUSED' } });
    const tries = it.sent().filter((command) => command.startsWith('AT+MCONNECT'));
    expect(tries).toHaveLength(4);

    await it.clock.advance(HOUR / 4);
    expect(radioActs(it)).toEqual([]);
    const slow = it.sent().filter((command) => command.startsWith('AT+MCONNECT')).length - tries.length;
    // Between 150 and 300 s each.
    expect(slow).toBeGreaterThanOrEqual(2);
    expect(slow).toBeLessThanOrEqual(7);

    it.network.refuseLogins(false);
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 600_000);
    await it.end();
  });

  test('for a day: the module itself is doubted now and then, within the budget', async () => {
    const it = new Scene();
    it.network.refuseLogins();
    it.modem.powerOn();
    await it.clock.advance(10_000);
    await it.supervisor.start();
    await it.clock.advance(24 * HOUR);
    const acts = radioActs(it);
    // More than the burst: the budget refills.
    expect(acts.length).toBeGreaterThan(8);
    expect(acts).toContain('AT+RESET');
    expect(acts.length).toBeLessThanOrEqual(4 + 24 * 4);
    expect(it.supervisor.status()).toMatchObject({ cause: { code: 'MQTT_REFUSED' } });
    await it.end();
  });
});

describe('a client id that another device uses too', () => {
  test('is recognised by sessions dropped one after the other, told, slowed down, and left when the other is gone', async () => {
    const it = new Scene();
    await it.online();
    let other = true;
    it.supervisor.on('state', ({ status }) => {
      if (status === 'online' && other)
        it.clock.setTimeout(() => it.network.takeOver('866289037465624'), 3_000);
    });
    it.modem.faults.closed();
    await it.clock.advanceUntil(() => codes(it).has('CLIENT_ID_TAKEN'), 120_000);
    expect(it.supervisor.status()).toMatchObject({
      lastLoss: { code: 'CLIENT_ID_TAKEN', hint: expect.stringContaining('clientId') },
    });
    const from = it.modem.transcript.length;
    const logins = (): number => it.sent(from).filter((command) => command.startsWith('AT+MCONNECT')).length;
    await it.clock.advance(HOUR);
    // Full tilt it would be a login every few seconds.
    expect(logins()).toBeLessThan(40);
    expect(radioActs(it).length).toBeLessThanOrEqual(4);

    other = false;
    await it.clock.advance(HOUR);
    expect(it.supervisor.status()).toMatchObject({ status: 'online' });
    await it.end();
  });
});

describe('a network that denies the registration', () => {
  test('is told apart from one that is searched for, and joined once it lets the card in', async () => {
    const it = new Scene();
    it.modem.faults.denyRegistration();
    it.modem.powerOn();
    await it.clock.advance(10_000);
    await it.supervisor.start();
    await it.clock.advance(30_000);
    expect(it.supervisor.status()).toMatchObject({
      path: expect.stringContaining('attaching'),
      cause: { code: 'REGISTRATION_DENIED', hint: expect.stringContaining('operator') },
      signal: { reception: 'unknown' },
    });
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'needs-attention', 6 * HOUR);
    expect(it.supervisor.status()).toMatchObject({ cause: { code: 'REGISTRATION_DENIED' } });
    it.modem.faults.denyRegistration(false);
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', HOUR);
    await it.end();
  });

  test('a search that takes long is only that', async () => {
    const it = new Scene();
    it.modem.powerOn();
    it.modem.faults.detach();
    await it.clock.advance(10_000);
    await it.supervisor.start();
    await it.clock.advance(300_000);
    expect(codes(it)).toContain('NOT_ATTACHED');
    expect(codes(it)).not.toContain('REGISTRATION_DENIED');
    await it.end();
  });
});

describe('a restart of the module that the ladder asked for', () => {
  test('is not taken for a weak supply: the cause stays what it was', async () => {
    const it = new Scene({ link: { recovery: { attempts: { reconnect: 1, bearer: 1, radio: 1 } } } });
    await it.online();
    it.network.goDown();
    it.modem.faults.closed();
    await it.clock.advanceUntil(() => radioActs(it).includes('AT+RESET'), HOUR);
    await it.clock.advance(30_000);
    expect(codes(it)).not.toContain('MODEM_REBOOTED');
    it.network.comeUp();
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', HOUR);
    await it.end();
  });
});
