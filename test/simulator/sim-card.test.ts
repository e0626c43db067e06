import { describe, expect, test } from '@jest/globals';
import { framed, HandTerminal } from './support/hand-terminal.js';

describe('PIN', () => {
  test('is asked for at boot; the right one answers READY before OK, and the network follows', async () => {
    const it = new HandTerminal({ sim: { pin: '1234' } });
    it.modem.powerOn();
    expect(await it.wait(20_000)).toMatch(/\r\n\+CPIN: SIM PIN\r\n$/);
    await it.type('ATE0');
    expect(await it.type('AT+CPIN?')).toBe(framed('+CPIN: SIM PIN', 'OK'));
    expect(await it.type('AT+CGATT?')).toBe(framed('+CGATT: 0', 'OK'));
    expect(await it.type('AT+CPIN="1234"')).toBe(framed('+CPIN: READY', 'OK'));
    await it.wait(5_000);
    expect(await it.type('AT+CGATT?')).toBe(framed('+CGATT: 1', 'OK'));
  });

  test('wrong three times asks for the PUK, over reboots; the PUK sets a new PIN', async () => {
    const it = await HandTerminal.ready({ sim: { pin: '1234', puk: '87654321' } });
    expect(await it.type('AT+CPIN="0000"')).toBe(framed('+CME ERROR: 16'));
    expect(await it.type('AT+CPIN="0000"')).toBe(framed('+CME ERROR: 16'));
    it.modem.pulseReset(200);
    await it.wait(20_000);
    await it.type('ATE0');
    expect(await it.type('AT+CPIN="0000"')).toBe(framed('+CME ERROR: 12'));
    expect(await it.type('AT+CPIN?')).toBe(framed('+CPIN: SIM PUK', 'OK'));
    expect(await it.type('AT+CPIN="87654321","4321"')).toBe(framed('+CPIN: READY', 'OK'));
    it.modem.pulseReset(200);
    await it.wait(20_000);
    await it.type('ATE0');
    expect(await it.type('AT+CPIN="4321"')).toBe(framed('+CPIN: READY', 'OK'));
  });

  test('AT+CLCK turns it on and off', async () => {
    const it = await HandTerminal.ready();
    expect(await it.type('AT+CLCK="SC",2')).toBe(framed('+CLCK: 0', 'OK'));
    expect(await it.type('AT+CLCK="SC",1,"1234"')).toBe(framed('OK'));
    expect(await it.type('AT+CLCK="SC",2')).toBe(framed('+CLCK: 1', 'OK'));
    expect(await it.type('AT+CLCK="SC",0,"9999"')).toBe(framed('+CME ERROR: 16'));
    expect(await it.type('AT+CLCK="SC",0,"1234"')).toBe(framed('OK'));
  });
});

describe('card out and in', () => {
  test('without a card CPIN answers 10 and the bearer is gone; put in again the network returns', async () => {
    const it = await HandTerminal.online();
    it.modem.faults.simOut();
    expect(await it.wait(10)).toBe(framed('^MODE: 0,0', '+NO Service'));
    expect(await it.type('AT+CPIN?')).toBe(framed('+CME ERROR: 10'));
    expect(await it.type('AT+CGATT?')).toBe(framed('+CGATT: 0', 'OK'));
    it.modem.faults.simIn();
    await it.wait(5_000);
    expect(await it.type('AT+CPIN?')).toBe(framed('+CPIN: READY', 'OK'));
    expect(await it.type('AT+CGATT?')).toBe(framed('+CGATT: 1', 'OK'));
  });

  test('is announced only after AT+CSDT=1', async () => {
    const it = await HandTerminal.ready();
    expect(await it.type('AT+CSDT=1')).toBe(framed('OK'));
    it.modem.faults.simOut();
    expect(await it.wait(10)).toContain(framed('+CPIN: SIM REMOVED 0'));
    it.modem.faults.simIn();
    expect(await it.wait(10)).toContain(framed('+CPIN: READY 0'));
  });

  test('without hot swap the card is seen only after a reboot', async () => {
    const it = await HandTerminal.ready({ quirks: { simHotSwap: false } });
    it.modem.faults.simOut();
    it.modem.faults.simIn();
    await it.wait(60_000);
    expect(await it.type('AT+CPIN?')).toBe(framed('+CME ERROR: 10'));
    it.modem.pulseReset(200);
    await it.wait(20_000);
    expect(await it.type('AT+CPIN?')).toContain('+CPIN: READY');
  });
});
