import { describe, expect, test } from '@jest/globals';
import { framed, HandTerminal } from './support/hand-terminal.js';

describe('faults of single commands', () => {
  test('failNext refuses so many times, by name or by the start of the arguments', async () => {
    const it = await HandTerminal.ready();
    it.modem.faults.failNext('SAPBR=1', '+CME ERROR: 3', 2);
    expect(await it.type('AT+SAPBR=3,1,"APN",""')).toBe(framed('OK'));
    expect(await it.type('AT+SAPBR=1,1')).toBe(framed('+CME ERROR: 3'));
    expect(await it.type('AT+SAPBR=1,1')).toBe(framed('+CME ERROR: 3'));
    expect(await it.type('AT+SAPBR=1,1')).toBe(framed('OK'));
    it.modem.faults.failNext('CSQ');
    expect(await it.type('AT+CSQ')).toBe(framed('ERROR'));
    expect(await it.type('AT+CSQ')).toBe(framed('+CSQ: 22,0', 'OK'));
  });

  test('errorAfterOk: OK, then ERROR, and nothing was done', async () => {
    const it = await HandTerminal.online();
    it.modem.faults.errorAfterOk('MSUB');
    expect(await it.type('AT+MSUB="a",0')).toBe(framed('OK', 'ERROR'));
    expect(it.network.broker.subscriptionsOf('meter').size).toBe(0);
    expect(await it.type('AT+MSUB="a",0')).toBe(framed('OK', 'SUBACK'));
  });

  test('loseAnswer: executed in silence; the outcome still comes', async () => {
    const it = await HandTerminal.online();
    it.modem.faults.loseAnswer('MPUB');
    expect(await it.type('AT+MPUB="a",1,0,"x"')).toBe(framed('PUBACK'));
    expect(it.network.broker.published).toHaveLength(1);
  });

  test('loseOutcome: OK and no more; a QoS 0 publish in between does not use it up', async () => {
    const it = await HandTerminal.online();
    it.modem.faults.loseOutcome('MPUB');
    expect(await it.type('AT+MPUB="a",0,0,"x"')).toBe(framed('OK'));
    expect(await it.type('AT+MPUB="a",2,0,"y"')).toBe(framed('OK'));
    expect(await it.type('AT+MPUB="a",2,0,"z"')).toBe(framed('OK', 'PUBREC', 'PUBCOMP'));
    expect(it.network.broker.published).toHaveLength(3);
  });

  test('lateConnectOk answers whatever runs by then, even after MIPCLOSE', async () => {
    const it = await HandTerminal.ready();
    it.modem.faults.lateConnectOk(30_000);
    expect(await it.type('AT+MIPSTART="h","1883"')).toBe(framed('OK'));
    await it.type('AT+MIPCLOSE');
    expect(await it.wait(30_000)).toBe(framed('CONNECT OK'));
    expect(await it.type('AT+MQTTSTATU')).toBe(framed('+MQTTSTATU :0', 'OK'));
  });

  test('delayAnswers holds every answer back until it is taken back', async () => {
    const it = await HandTerminal.ready();
    it.modem.faults.delayAnswers(5_000);
    expect(await it.type('AT', 4_900)).toBe('');
    expect(await it.wait(200)).toBe(framed('OK'));
    it.modem.faults.clear();
    expect(await it.type('AT', 100)).toBe(framed('OK'));
  });
});

describe('faults of the line', () => {
  test('garbage is so many bytes', async () => {
    const it = await HandTerminal.ready();
    it.modem.faults.garbage(300);
    expect(await it.wait(10)).toHaveLength(300);
  });

  test('byteLoss loses bytes of the output', async () => {
    const it = await HandTerminal.ready();
    it.modem.faults.byteLoss(0.5);
    const printed = (await it.type('AT+CGATT?')) + (await it.type('AT+CGATT?'));
    it.modem.faults.byteLoss(0);
    const whole = framed('+CGATT: 1', 'OK');
    expect(printed.length).toBeLessThan(2 * whole.length);
    expect(await it.type('AT+CGATT?')).toBe(whole);
  });
});

describe('quirks of the framing', () => {
  test('texts without their line end', async () => {
    const it = await HandTerminal.ready({ quirks: { missingLineEnd: ['CONNECT OK'] } });
    expect(await it.type('AT+MIPSTART="h","1883"')).toBe(`${framed('OK')}\r\nCONNECT OK`);
  });

  test('URCs glued to what was printed before', async () => {
    const it = await HandTerminal.online({ quirks: { gluedUrc: true } });
    it.modem.faults.closed();
    expect(await it.wait(10)).toBe('CLOSED\r\n');
  });

  test('+CGEV in two pieces 50 ms apart, and nothing gets between them', async () => {
    const it = await HandTerminal.online({ quirks: { splitUrc: true } });
    it.modem.faults.deact('cgev-nw');
    expect(await it.wait(10)).toBe('\r\n+CGEV');
    expect(await it.type('AT', 38)).toBe('');
    expect(await it.wait(20)).toBe(`: NW PDN DEACT 1\r\n${framed('OK')}`);
  });
});
