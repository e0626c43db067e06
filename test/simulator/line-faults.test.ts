import { describe, expect, test } from '@jest/globals';
import { control } from '../../src/simulator/control.js';
import { framed, HandTerminal } from './support/hand-terminal.js';

describe('what the line does to the output', () => {
  test('hold keeps everything back, in order, while the module goes on working', async () => {
    const it = await HandTerminal.ready();
    expect(control(it.modem, 'hold 12000')).toBe('ok');
    expect(await it.type('AT', 9_000)).toBe('');
    expect(await it.type('AT+CGATT?', 2_000)).toBe('');
    expect(await it.wait(3_000)).toBe(framed('OK') + framed('+CGATT: 1', 'OK'));
    expect(it.modem.violations).toEqual([]);
  });

  test('break-off loses the second half of one output', async () => {
    const it = await HandTerminal.ready();
    expect(control(it.modem, 'break-off')).toBe('ok');
    expect(await it.type('AT+CGATT?')).toBe(framed('+CGATT: 1', 'OK').slice(0, 10));
    expect(await it.type('AT')).toBe(framed('OK'));
  });

  test('split hands the output out in pieces', async () => {
    const it = await HandTerminal.ready();
    control(it.modem, 'split 1');
    const before = it.pieces.length;
    await it.type('AT');
    expect(it.pieces.length - before).toBe(framed('OK').length);
  });

  test('glue leaves the opening line ends out', async () => {
    const it = await HandTerminal.ready();
    control(it.modem, 'glue on');
    expect(await it.type('AT+CGATT?')).toBe('+CGATT: 1\r\nOK\r\n');
    control(it.modem, 'clear');
    expect(await it.type('AT')).toBe(framed('OK'));
  });

  test('echo comes back', async () => {
    const it = await HandTerminal.ready();
    control(it.modem, 'echo on');
    expect(await it.type('AT')).toBe(`AT\r${framed('OK')}`);
  });

  test('print puts any text on the line', async () => {
    const it = await HandTerminal.ready();
    expect(control(it.modem, 'print \\r\\n+CGEV: NW PDN')).toBe('ok');
    expect(await it.wait(10)).toBe('\r\n+CGEV: NW PDN');
  });

  test('storm prints a thousand lines a second', async () => {
    const it = await HandTerminal.ready();
    control(it.modem, 'storm 2000');
    const printed = await it.wait(3_000);
    expect(printed.split('\r\n').filter((line) => line !== '')).toHaveLength(2_000);
  });

  test('lose-prompt: the data are awaited all the same', async () => {
    const it = await HandTerminal.online();
    expect(control(it.modem, 'lose-prompt MPUBEX')).toBe('ok');
    expect(await it.type('AT+MPUBEX="a",0,0,2')).toBe('');
    it.send('hi');
    expect(await it.wait(700)).toBe(framed('OK'));
  });
});

describe('what the network does', () => {
  test('a slow bearer is "connecting" for a while', async () => {
    const it = await HandTerminal.ready();
    expect(control(it.modem, 'slow-bearer 3000')).toBe('ok');
    await it.type('AT+SAPBR=1,1');
    expect(await it.type('AT+SAPBR=2,1')).toBe(framed('+SAPBR: 1,0,"0.0.0.0"', 'OK'));
    await it.wait(3_000);
    expect(await it.type('AT+SAPBR=2,1')).toMatch(/\+SAPBR: 1,1,"10\./);
  });

  test('a denied registration is told apart from searching, and comes back', async () => {
    const it = await HandTerminal.ready();
    expect(control(it.modem, 'registration deny')).toBe('ok');
    await it.wait(10);
    expect(await it.type('AT+CEREG?')).toContain(': 0,3');
    expect(await it.type('AT+CGATT?')).toContain('+CGATT: 0');
    control(it.modem, 'registration accept');
    await it.wait(5_000);
    expect(await it.type('AT+CEREG?')).toContain(': 0,1');
  });

  test('without the time no certificate is valid, until the host sets the clock', async () => {
    const it = await HandTerminal.ready();
    await it.type('AT+FSCREATE="ca"');
    await it.type('AT+FSWRITE="ca",0,2,10');
    it.send('CA');
    await it.wait(700);
    await it.type('AT+SSLCFG="cacert",88,"ca"');
    await it.type('AT+SSLCFG="seclevel",88,1');
    await it.type('AT+MCONFIG="meter"');
    control(it.modem, 'time lose');
    expect(await it.type('AT+CCLK?')).toContain('+CCLK: "00/01/01');
    expect(await it.type('AT+SSLMIPSTART="h","8883"', 5_000)).toContain('CONNECT FAIL');
    expect(await it.type('AT+CCLK="26/01/01,00:01:00+00"')).toBe(framed('OK'));
    expect(await it.type('AT+SSLMIPSTART="h","8883"', 5_000)).toContain('CONNECT OK');
  });

  test('another client with the same id takes the session over', async () => {
    const it = await HandTerminal.online();
    it.network.takeOver('meter');
    expect(await it.wait(100)).toBe(framed('CLOSED'));
  });
});
