import { describe, expect, test } from '@jest/globals';
import { framed, HandTerminal } from './support/hand-terminal.js';

const withWill = 'AT+MCONFIG="meter","user","password",1,1,"status","offline"';
const willOf = (it: HandTerminal): string[] =>
  it.network.broker.published
    .filter(({ topic }) => topic === 'status')
    .map(({ payload }) => payload.toString());

describe('MCONFIG', () => {
  test.each([
    ['AT+MCONFIG=868488076771714,root,luat123456', 'OK'],
    ['AT+MCONFIG="meter"', 'OK'],
    ['AT+MCONFIG="meter","",""', 'OK'],
    [withWill, 'OK'],
    ['AT+MCONFIG=""', '+CME ERROR: 765'],
    [`AT+MCONFIG="${'x'.repeat(257)}"`, '+CME ERROR: 765'],
    ['AT+MCONFIG="meter","user"', '+CME ERROR: 765'],
    ['AT+MCONFIG="meter","u","p",1,1,status,"offline"', '+CME ERROR: 765'],
  ])('%s -> %s', async (command, answer) => {
    const it = await HandTerminal.ready();
    expect(await it.type(command)).toBe(framed(answer));
  });

  test('air780e refuses an empty login with 765', async () => {
    const it = await HandTerminal.ready({ profile: 'air780e' });
    expect(await it.type('AT+MCONFIG="meter","",""')).toBe(framed('+CME ERROR: 765'));
    expect(await it.type('AT+MCONFIG="meter"')).toBe(framed('OK'));
  });
});

describe('connecting', () => {
  test('MQTTSTATU goes 0, 2, 1 with its space in front of the colon', async () => {
    const it = await HandTerminal.ready();
    expect(await it.type('AT+MQTTSTATU')).toBe(framed('+MQTTSTATU :0', 'OK'));
    await it.type('AT+MIPSTART="h","1883"');
    expect(await it.type('AT+MQTTSTATU')).toBe(framed('+MQTTSTATU :2', 'OK'));
    await it.type('AT+MCONNECT=1,60');
    expect(await it.type('AT+MQTTSTATU')).toBe(framed('+MQTTSTATU :1', 'OK'));
  });

  test('a second MIPSTART says ALREADY CONNECT after OK, or ERROR; a second MCONNECT 767', async () => {
    const it = await HandTerminal.online();
    expect(await it.type('AT+MIPSTART="h","1883"')).toBe(framed('OK', 'ALREADY CONNECT'));
    expect(await it.type('AT+MCONNECT=1,60')).toBe(framed('+CME ERROR: 767'));
    const other = await HandTerminal.online({ quirks: { alreadyConnect: 'error' } });
    expect(await other.type('AT+MIPSTART="h","1883"')).toBe(framed('ERROR'));
  });

  test('a broker that waits in vain for CONNECT closes after five seconds', async () => {
    const it = await HandTerminal.ready();
    await it.type('AT+MIPSTART="h","1883"');
    expect(await it.wait(5_000)).toBe(framed('CLOSED'));
  });

  test('an unreachable broker is OK, then STATE and CONNECT FAIL', async () => {
    const it = await HandTerminal.ready();
    it.network.goDown();
    expect(await it.type('AT+MIPSTART="h","1883"')).toBe(framed('OK', 'STATE: IP STATUS', 'CONNECT FAIL'));
    it.network.comeUp();
    expect(await it.connect()).toContain('CONNACK OK');
  });

  test('plain MIPSTART to the TLS port answers 767', async () => {
    const it = await HandTerminal.ready();
    expect(await it.type('AT+MIPSTART="h","8883"')).toBe(framed('+CME ERROR: 767'));
  });

  test.each([
    ['ERROR', framed('OK', 'ERROR', 'CLOSED')],
    ['+CME ERROR: 3', framed('OK', '+CME ERROR: 3', 'CLOSED')],
    ['CLOSED', framed('OK', 'CLOSED')],
  ] as const)('a refused login shows as %s', async (connackRefusal, printed) => {
    const it = await HandTerminal.ready({ quirks: { connackRefusal } });
    it.network.refuseLogins();
    await it.type('AT+MCONFIG="meter"');
    await it.type('AT+MIPSTART="h","1883"');
    expect(await it.type('AT+MCONNECT=1,60')).toBe(printed);
  });

  test('MCONNECT takes two or three arguments, some builds only three', async () => {
    const it = await HandTerminal.ready({ quirks: { threeArgumentConnect: true } });
    await it.type('AT+MIPSTART="h","1883"');
    expect(await it.type('AT+MCONNECT=1,60')).toBe(framed('ERROR'));
    expect(await it.type('AT+MCONNECT=1,60,0')).toBe(framed('OK', 'CONNACK OK'));
  });

  test.each(['AT+MCONNECT=1,0', 'AT+MCONNECT=1,65536', 'AT+MCONNECT=2,60'])(
    '%s is an ERROR',
    async (command) => {
      const it = await HandTerminal.ready();
      await it.type('AT+MIPSTART="h","1883"');
      expect(await it.type(command)).toBe(framed('ERROR'));
    },
  );
});

describe('subscriptions', () => {
  test('MSUB and MUNSUB are OK first, then SUBACK and UNSUBACK; without a session ERROR', async () => {
    const it = await HandTerminal.online();
    expect(await it.type('AT+MSUB="a/+",2', 100)).toBe(framed('OK'));
    expect(await it.wait(400)).toBe(framed('SUBACK'));
    expect([...it.network.broker.subscriptionsOf('meter')]).toEqual([['a/+', 2]]);
    expect(await it.type('AT+MUNSUB="a/+"')).toBe(framed('OK', 'UNSUBACK'));
    expect([...it.network.broker.subscriptionsOf('meter')]).toEqual([]);
    await it.type('AT+MIPCLOSE');
    expect(await it.type('AT+MSUB="a",0')).toBe(framed('ERROR'));
  });

  test('a retained message follows the SUBACK', async () => {
    const it = await HandTerminal.online();
    it.network.broker.publish('a/b', 'kept', { retain: true });
    expect(await it.type('AT+MSUB="a/#",0')).toBe(framed('OK', 'SUBACK', '+MSUB: "a/b",4 byte,kept'));
  });

  test('a persistent session keeps its messages while away, a clean one does not', async () => {
    for (const [clean, kept] of [
      [0, ['+MSUB: "a",5 byte,first']],
      [1, []],
    ] as const) {
      const it = await HandTerminal.ready();
      await it.connect(`AT+MCONNECT=${clean},60`);
      await it.type('AT+MQTTMSGSET=0');
      await it.type('AT+MSUB="a",1');
      it.modem.faults.closed();
      await it.wait(100);
      it.network.broker.publish('a', 'first', { qos: 1 });
      it.network.broker.publish('a', 'unkept', { qos: 0 });
      const printed = await it.connect(`AT+MCONNECT=${clean},60`);
      expect(printed.split('\r\n').filter((line) => line.startsWith('+MSUB'))).toEqual(kept);
    }
  });
});

describe('the will', () => {
  test.each(['AT+MDISCONNECT', 'AT+MIPCLOSE'])('is published when the module runs %s', async (command) => {
    const it = await HandTerminal.ready();
    await it.connect('AT+MCONNECT=1,60', withWill);
    expect(await it.type(command)).toBe(framed('OK'));
    expect(willOf(it)).toEqual(['offline']);
  });

  test('is kept back after MDISCONNECT where the firmware says DISCONNECT', async () => {
    const it = await HandTerminal.ready({ quirks: { willOnDisconnect: false } });
    await it.connect('AT+MCONNECT=1,60', withWill);
    expect(await it.type('AT+MDISCONNECT')).toBe(framed('OK'));
    expect(await it.type('AT+MIPCLOSE')).toBe(framed('OK'));
    expect(willOf(it)).toEqual([]);
  });

  test('is published late, at the reconnect of the same client id, after a power cut', async () => {
    const it = await HandTerminal.ready();
    await it.connect('AT+MCONNECT=1,300', withWill);
    it.modem.powerOff();
    await it.wait(120_000);
    expect(willOf(it)).toEqual([]);
    it.modem.powerOn();
    await it.wait(20_000);
    await it.type('AT');
    await it.connect('AT+MCONNECT=1,300', withWill);
    expect(willOf(it)).toEqual(['offline']);
  });
});

describe('losing the connection', () => {
  test('the same client id elsewhere kicks this one: CLOSED', async () => {
    const it = await HandTerminal.online();
    const rival = it.network.open(
      { host: 'h', port: 1883 },
      {
        connected: () => rival.login({ clientId: 'meter', clean: true, keepalive: 60 }),
        failed: () => undefined,
        closed: () => undefined,
        connack: () => undefined,
        suback: () => undefined,
        unsuback: () => undefined,
        puback: () => undefined,
        pubrec: () => undefined,
        pubcomp: () => undefined,
        message: () => undefined,
      },
    );
    expect(await it.wait(100)).toBe(framed('CLOSED'));
    expect(it.network.broker.connected).toEqual(['meter']);
  });

  test('half-open and noticed: no CLOSED, MQTTSTATU 0, MIPCLOSE 767', async () => {
    const it = await HandTerminal.online();
    it.modem.faults.halfOpen();
    expect(await it.wait(300_000)).toBe('');
    expect(await it.type('AT+MQTTSTATU')).toBe(framed('+MQTTSTATU :0', 'OK'));
    expect(await it.type('AT+MIPCLOSE')).toBe(framed('+CME ERROR: 767'));
  });

  test('half-open and unnoticed: STATU 1 and publishes into the void, until the pings fail', async () => {
    const it = await HandTerminal.online();
    it.modem.faults.halfOpen(false);
    expect(await it.type('AT+MQTTSTATU')).toBe(framed('+MQTTSTATU :1', 'OK'));
    expect(await it.type('AT+MPUB="a",1,0,"x"', 10_000)).toBe(framed('OK'));
    expect(it.network.broker.published).toEqual([]);
    expect(await it.wait(90_000)).toBe(framed('CLOSED'));
  });

  test('packets that vanish on the way are the same to the module', async () => {
    const it = await HandTerminal.online();
    it.network.goSilent();
    expect(await it.type('AT+MPUB="a",1,0,"x"', 10_000)).toBe(framed('OK'));
    expect(await it.wait(90_000)).toBe(framed('CLOSED'));
    it.network.speak();
    expect(await it.connect()).toContain('CONNACK OK');
  });

  test('firmware that never says CLOSED still knows by MQTTSTATU', async () => {
    const it = await HandTerminal.online({ quirks: { closedSuppressed: true } });
    it.network.dropConnections();
    expect(await it.wait(1_000)).toBe('');
    expect(await it.type('AT+MQTTSTATU')).toBe(framed('+MQTTSTATU :0', 'OK'));
  });
});
