import { describe, expect, test } from '@jest/globals';
import { framed, HandTerminal } from './support/hand-terminal.js';

/** The four sequences of the vendor's MQTT article, typed by hand, with the exact bytes that come back. */

const OK = framed('OK');

async function play(
  it: HandTerminal,
  steps: readonly (readonly [command: string, answer: string])[],
): Promise<void> {
  for (const [command, answer] of steps) expect([command, await it.type(command)]).toEqual([command, answer]);
}

const bearer = [
  ['AT+CPIN?', framed('+CPIN: READY', 'OK')],
  ['AT+CGATT?', framed('+CGATT: 1', 'OK')],
  ['AT+SAPBR=3,1,"CONTYPE","GPRS"', OK],
  ['AT+SAPBR=3,1,"APN",""', OK],
  ['AT+SAPBR=1,1', OK],
] as const;

const connect = [
  ['AT+MCONFIG="866289037465624","user","password"', OK],
  ['AT+MIPSTART="lbsmqtt.airm2m.com","1884"', framed('OK', 'CONNECT OK')],
  ['AT+MCONNECT=1,60', framed('OK', 'CONNACK OK')],
] as const;

const subscribe = ['AT+MSUB="mqtt/sub_topic",0', framed('OK', 'SUBACK')] as const;

describe('on an Air724, as in the article', () => {
  test('2.1 connect, subscribe, publish with QoS 0, 1 and 2', async () => {
    const it = await HandTerminal.ready({ profile: 'air724' });
    await play(it, bearer);
    expect(await it.type('AT+SAPBR=2,1')).toMatch(/^\r\n\+SAPBR: 1,1,"10\.\d+\.\d+\.\d+"\r\n\r\nOK\r\n$/);
    await play(it, [
      ...connect,
      subscribe,
      ['AT+MPUB="mqtt/pub_topic",0,0,"publish 0 payload"', OK],
      ['AT+MPUB="mqtt/pub_topic",1,0,"publish 1 payload"', framed('OK', 'PUBACK')],
      ['AT+MPUB="mqtt/pub_topic",2,0,"publish 2 payload"', framed('OK', 'PUBREC', 'PUBCOMP')],
    ]);
    expect(it.network.broker.logins).toMatchObject([
      { clientId: '866289037465624', username: 'user', password: 'password', clean: true, keepalive: 60 },
    ]);
    expect(it.network.broker.published.map(({ payload, qos }) => [payload.toString(), qos])).toEqual([
      ['publish 0 payload', 0],
      ['publish 1 payload', 1],
      ['publish 2 payload', 2],
    ]);
    expect(it.modem.violations).toEqual([]);
  });

  test('2.2 receive directly, then through the cache', async () => {
    const it = await HandTerminal.ready({ profile: 'air724' });
    await play(it, [...connect, subscribe]);
    const arrives = (): void => it.network.broker.publish('mqtt/sub_topic', '123456');
    arrives();
    expect(await it.wait(10)).toBe(framed('+MSUB: "mqtt/sub_topic",6 byte,123456'));
    await play(it, [['AT+MQTTMSGSET=1', OK]]);
    arrives();
    expect(await it.wait(10)).toBe(framed('+MSUB: 0'));
    await play(it, [['AT+MQTTMSGGET', framed('+MSUB:mqtt/sub_topic,6 byte,123456', 'OK')]]);
    arrives();
    arrives();
    expect(await it.wait(10)).toBe(framed('+MSUB: 0', '+MSUB: 1'));
    const both = '+MSUB:mqtt/sub_topic,6 byte,123456\r\n+MSUB:mqtt/sub_topic,6 byte,123456';
    await play(it, [['AT+MQTTMSGGET', framed(both, 'OK')]]);
  });

  test('2.3 CLOSED: MIPCLOSE answers 767, then again from MCONFIG', async () => {
    const it = await HandTerminal.ready({ profile: 'air724' });
    await play(it, connect);
    it.modem.faults.closed();
    expect(await it.wait(10)).toBe(framed('CLOSED'));
    await play(it, [['AT+MQTTSTATU', framed('+MQTTSTATU :0', 'OK')]]);
    await play(it, [['AT+MIPCLOSE', framed('+CME ERROR: 767')], ...connect]);
  });

  test('2.4 DEACT: MIPCLOSE answers OK, SAPBR=0,1 answers 3, then again from the SIM check', async () => {
    const it = await HandTerminal.ready({ profile: 'air724' });
    await play(it, [...bearer, ...connect]);
    it.modem.faults.deact('sapbr');
    expect(await it.wait(10)).toBe(framed('+SAPBR 1: DEACT'));
    expect(await it.type('AT+MIPCLOSE', 20)).toBe(OK);
    expect(await it.type('AT+SAPBR=0,1', 20)).toBe(framed('+CME ERROR: 3'));
    await it.wait(5_000);
    await play(it, [...bearer, ...connect]);
  });
});
