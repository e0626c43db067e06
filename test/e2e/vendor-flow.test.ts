import { describe, expect, test } from '@jest/globals';
import { Scene } from '../support/scene.js';

/**
 * The four sequences of the vendor's MQTT article, sections 2.1 to 2.4, as the exact commands on the wire and the
 * answers that the article shows.
 */

const bearer = [
  'AT+CPIN?',
  'AT+CGATT?',
  'AT+SAPBR=3,1,"CONTYPE","GPRS"',
  'AT+SAPBR=3,1,"APN",""',
  'AT+SAPBR=1,1',
  'AT+SAPBR=2,1',
];
const connect = [
  'AT+MCONFIG="866289037465624","user","password"',
  'AT+MIPSTART="lbsmqtt.airm2m.com","1884"',
  'AT+MCONNECT=1,60',
];
const subscribe = ['AT+MSUB="mqtt/sub_topic",0'];

const broker = {
  url: 'mqtt://user:password@lbsmqtt.airm2m.com:1884',
  clientId: '866289037465624',
  keepalive: 60,
} as const;

/** What is asked for the status, beside the flow: why it is not attached, and how it is received once online. */
const asides = /^AT\+(?:CEREG\?|COPS\?|CSQ|CESQ|ICCID)$/;

function scene(): Scene {
  return new Scene({ link: { broker, subscriptions: [{ topic: 'mqtt/sub_topic', qos: 0 }] } });
}

/** Lines of the conversation, the host's with `> `, as the article prints it; asides and their answers left out. */
function conversation({ modem }: Scene, from: number): string[] {
  const lines = modem.transcript.slice(from).flatMap(({ direction, text }) =>
    direction === 'host'
      ? [`> ${text}`]
      : text
          .split('\r\n')
          .filter((line) => line !== '')
          .map((line) => `< ${line}`),
  );
  let aside = false;
  return lines.filter((line) => {
    if (line.startsWith('> ')) aside = asides.test(line.slice(2));
    return !aside;
  });
}

describe('the vendor’s flow', () => {
  test('2.1: connect, subscribe, publish with QoS 0, 1 and 2', async () => {
    const it = scene();
    await it.online();
    const sent = it.sent();
    expect(sent.slice(sent.indexOf('AT+CPIN?'))).toEqual([...bearer, ...connect, ...subscribe]);

    const from = it.modem.transcript.length;
    for (const qos of [0, 1, 2] as const) {
      await it.supervisor.publish('mqtt/pub_topic', `publish ${qos} payload`, { qos });
    }
    await it.clock.advance(5_000);
    expect(conversation(it, from)).toEqual([
      '> AT+MPUB="mqtt/pub_topic",0,0,"publish 0 payload"',
      '< OK',
      '> AT+MPUB="mqtt/pub_topic",1,0,"publish 1 payload"',
      '< OK',
      '< PUBACK',
      '> AT+MPUB="mqtt/pub_topic",2,0,"publish 2 payload"',
      '< OK',
      '< PUBREC',
      '< PUBCOMP',
    ]);
    expect(it.modem.violations).toEqual([]);
    await it.end();
  });

  test('2.2: receive, directly and from the cache', async () => {
    const direct = scene();
    await direct.online();
    const from = direct.modem.transcript.length;
    direct.network.broker.publish('mqtt/sub_topic', Buffer.from('123456'));
    await direct.clock.advance(1_000);
    expect(conversation(direct, from)).toEqual(['< +MSUB: "mqtt/sub_topic",6 byte,123456']);
    expect(direct.received).toEqual([{ topic: 'mqtt/sub_topic', payload: '123456' }]);
    await direct.end();

    const cached = new Scene({
      link: { subscriptions: [{ topic: 'mqtt/sub_topic', qos: 0 }], receive: 'cached' },
    });
    await cached.online();
    expect(cached.sent()).toContain('AT+MQTTMSGSET=1');
    const start = cached.modem.transcript.length;
    cached.network.broker.publish('mqtt/sub_topic', Buffer.from('123456'));
    await cached.clock.advance(1_000);
    expect(conversation(cached, start)).toEqual([
      '< +MSUB: 0',
      '> AT+MQTTMSGGET',
      '< +MSUB:mqtt/sub_topic,6 byte,123456',
      '< OK',
    ]);
    expect(cached.received).toEqual([{ topic: 'mqtt/sub_topic', payload: '123456' }]);
    await cached.end();
    await cached.supervisor.stop();
  });

  test('2.3: CLOSED leads through MIPCLOSE, whose +CME ERROR: 767 is skipped, back to MCONFIG', async () => {
    const it = scene();
    await it.online();
    const from = it.modem.transcript.length;
    it.modem.faults.closed();
    await it.clock.advance(10_000);
    const spoken = conversation(it, from);
    expect(spoken.slice(0, 3)).toEqual(['< CLOSED', '> AT+MIPCLOSE', '< +CME ERROR: 767']);
    expect(spoken.filter((line) => line.startsWith('>')).map((line) => line.slice(2))).toEqual([
      'AT+MIPCLOSE',
      ...connect,
      ...subscribe,
    ]);
    expect(it.supervisor.status()).toMatchObject({ status: 'online', recoveries: 1 });
    expect(it.modem.violations).toEqual([]);
    await it.end();
  });

  test('2.4: +SAPBR 1: DEACT leads through MIPCLOSE and SAPBR=0,1, whose +CME ERROR: 3 is skipped, to the SIM check', async () => {
    const it = scene();
    await it.online();
    const from = it.modem.transcript.length;
    it.modem.faults.deact('sapbr');
    await it.clock.advance(20_000);
    const spoken = conversation(it, from);
    expect(spoken[0]).toBe('< +SAPBR 1: DEACT');
    expect(spoken[spoken.indexOf('> AT+SAPBR=0,1') + 1]).toBe('< +CME ERROR: 3');
    const commands = spoken.filter((line) => line.startsWith('>')).map((line) => line.slice(2));
    // An Air724 answers +CGATT: 0 while its bearer is down, so the question may be asked more than once.
    expect(commands.filter((command, index) => command !== commands[index - 1])).toEqual([
      'AT+MIPCLOSE',
      'AT+SAPBR=0,1',
      ...bearer,
      ...connect,
      ...subscribe,
    ]);
    expect(it.supervisor.status()).toMatchObject({ status: 'online', recoveries: 1 });
    expect(it.modem.violations).toEqual([]);
    await it.end();
  });

  test('a clean stop sends MDISCONNECT and MIPCLOSE', async () => {
    const it = scene();
    await it.online();
    const from = it.modem.transcript.length;
    const stopping = it.supervisor.stop();
    await it.clock.advance(5_000);
    await stopping;
    expect(it.sent(from)).toEqual(['AT+MDISCONNECT', 'AT+MIPCLOSE']);
    expect(it.supervisor.status().status).toBe('stopped');
  });
});
