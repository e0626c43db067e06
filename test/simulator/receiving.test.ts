import { describe, expect, test } from '@jest/globals';
import { framed, HandTerminal } from './support/hand-terminal.js';

async function subscribed(options: Parameters<typeof HandTerminal.online>[0] = {}): Promise<HandTerminal> {
  const it = await HandTerminal.online(options);
  await it.type('AT+MSUB="t/#",1');
  return it;
}

describe('cache', () => {
  test('four slots; the fifth message overwrites the oldest, and only the notices tell', async () => {
    const it = await subscribed();
    await it.type('AT+MQTTMSGSET=1');
    for (const text of ['1', '2', '3', '4', '5', '6']) it.network.broker.publish('t/x', text);
    expect(await it.wait(10)).toBe(
      framed('+MSUB: 0', '+MSUB: 1', '+MSUB: 2', '+MSUB: 3', '+MSUB: 0', '+MSUB: 1'),
    );
    const slots = ['5', '6', '3', '4'].map((text) => `+MSUB: "t/x",1 byte,${text}`).join('\r\n');
    expect(await it.type('AT+MQTTMSGGET')).toBe(framed(slots, 'OK'));
    expect(await it.type('AT+MQTTMSGGET')).toBe(framed('OK'));
  });

  test('AT+MQTTMSGGET? tells which slots are valid, in lines without blank ones between', async () => {
    const it = await subscribed();
    await it.type('AT+MQTTMSGSET=1');
    it.network.broker.publish('t/x', '1');
    await it.wait(10);
    const lines = ['0,VALID', '1,INVALID', '2,INVALID', '3,INVALID'].map((slot) => `+MQTTMSGGET: ${slot}`);
    expect(await it.type('AT+MQTTMSGGET?')).toBe(framed(lines.join('\r\n'), 'OK'));
  });

  test('the overwrite fault sends one message more than there are slots', async () => {
    const it = await subscribed();
    await it.type('AT+MQTTMSGSET=1');
    it.modem.faults.overwriteCache();
    expect(await it.wait(10)).toBe(framed('+MSUB: 0', '+MSUB: 1', '+MSUB: 2', '+MSUB: 3', '+MSUB: 0'));
  });

  test.each([
    ['air724', '+MSUB:t/x,2 byte,ab'],
    ['air780e', '+MSUB: t/x,2 byte,ab'],
    ['air780ep', '+MSUB: "t/x",2 byte,ab'],
  ] as const)('%s prints a cached message as %s', async (profile, line) => {
    const it = await subscribed({ profile });
    await it.type('AT+MQTTMSGSET=1');
    it.network.broker.publish('t/x', 'ab');
    await it.wait(10);
    expect(await it.type('AT+MQTTMSGGET')).toBe(framed(line, 'OK'));
  });

  test('modes and messages are gone after a reboot, and survive a reconnect', async () => {
    const it = await subscribed({ profile: 'air724' });
    await it.type('AT+MQTTMSGSET=1');
    await it.type('AT+MQTTMODE=1');
    it.network.broker.publish('t/x', 'ab');
    it.modem.faults.closed();
    await it.wait(100);
    await it.connect();
    expect(await it.type('AT+MQTTMSGSET?')).toBe(framed('+MQTTMSGSET:1', 'OK'));
    expect(await it.type('AT+MQTTMODE?')).toBe(framed('+MQTTMODE: 1', 'OK'));
    it.modem.faults.reboot();
    await it.wait(20_000);
    await it.type('AT');
    await it.type('ATE0');
    expect(await it.type('AT+MQTTMSGSET?')).toBe(framed('+MQTTMSGSET:0', 'OK'));
    expect(await it.type('AT+MQTTMODE?')).toBe(framed('+MQTTMODE: 0', 'OK'));
    expect(await it.type('AT+MQTTMSGGET')).toBe(framed('OK'));
  });
});

describe('payload', () => {
  test('is raw: CR, LF, quotes, OK and every byte value', async () => {
    const it = await subscribed();
    const payload = Buffer.concat([
      Buffer.from('\r\nOK\r\n"CLOSED"\r\n>'),
      Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
    ]);
    it.network.broker.publish('t/x', payload);
    expect(await it.wait(10)).toBe(
      framed(`+MSUB: "t/x",${payload.length} byte,${payload.toString('latin1')}`),
    );
  });

  test('in HEX mode is upper-case digits, while the length counts bytes', async () => {
    const it = await subscribed();
    await it.type('AT+MQTTMODE=1');
    it.network.broker.publish('t/x', '{"cmd": "123"}');
    expect(await it.wait(10)).toBe(framed('+MSUB: "t/x",14 byte,7B22636D64223A2022313233227D'));
    await it.type('AT+MPUB="t/y",0,0,"313233"');
    expect(it.network.broker.published.at(-1)).toMatchObject({ topic: 't/y', payload: Buffer.from('123') });
    expect(await it.type('AT+MPUB="t/y",0,0,"31323"')).toBe(framed('ERROR'));
    expect(await it.type('AT+MPUB="t/y",0,0,"xy"')).toBe(framed('ERROR'));
  });

  test('longer than the firmware receives is dropped', async () => {
    const it = await subscribed({ profile: 'air780e' });
    it.network.broker.publish('t/x', 'a'.repeat(1361));
    expect(await it.wait(10)).toBe('');
    it.network.broker.publish('t/x', 'a'.repeat(1360));
    expect(await it.wait(10)).toContain('1360 byte,');
  });

  test('a topic in UTF-8 is its bytes on the line, both ways', async () => {
    const it = await subscribed();
    const line = Buffer.from('t/温度').toString('latin1');
    await it.type(`AT+MPUB="${line}",0,0,"1"`);
    expect(it.network.broker.published.at(-1)).toMatchObject({ topic: 't/温度' });
    it.network.broker.publish('t/温度', '2');
    expect(await it.wait(10)).toBe(framed(`+MSUB: "${line}",1 byte,2`));
  });
});
