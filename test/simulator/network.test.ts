import { describe, expect, test } from '@jest/globals';
import { deactLines, deactSpellings } from '../../src/simulator/spellings.js';
import { framed, HandTerminal } from './support/hand-terminal.js';

describe('registration', () => {
  test('AT+CEREG? ends in a space on air780ep, not on air724; reporting prints changes', async () => {
    const ep = await HandTerminal.ready();
    expect(await ep.type('AT+CEREG?')).toBe(framed('+CEREG: 0,1 ', 'OK'));
    const it = await HandTerminal.ready({ profile: 'air724' });
    expect(await it.type('AT+CEREG?')).toBe(framed('+CEREG: 0,1', 'OK'));
    await it.type('AT+CEREG=1');
    it.modem.faults.detach();
    await it.wait(10);
    expect(await it.type('AT+CEREG?')).toBe(framed('+CEREG: 1,2', 'OK'));
    it.modem.faults.attach();
    expect(await it.wait(5_000)).toContain(framed('+CEREG: 1'));
  });

  test('signal and address show while there is a network', async () => {
    const it = await HandTerminal.ready();
    it.modem.faults.signal(16);
    expect(await it.type('AT+CSQ')).toBe(framed('+CSQ: 16,0', 'OK'));
    expect(await it.type('AT+CESQ')).toMatch(/^\r\n\+CESQ: 99,99,255,255,\d+,40\r\n/);
    expect(await it.type('AT+CGDCONT?')).toMatch(/^\r\n\+CGDCONT: 1,"IP","cmiot","10\.[\d.]+"\r\n/);
    it.modem.faults.detach();
    await it.wait(10);
    expect(await it.type('AT+CSQ')).toBe(framed('+CSQ: 99,99', 'OK'));
    expect(await it.type('AT+CGDCONT?')).toBe(framed('+CGDCONT: 1,"IP","cmiot",""', 'OK'));
  });

  test('detached it stays, until attach()', async () => {
    const it = await HandTerminal.ready();
    it.modem.faults.detach();
    await it.wait(600_000);
    expect(await it.type('AT+CGATT?')).toBe(framed('+CGATT: 0', 'OK'));
    it.modem.faults.attach();
    await it.wait(5_000);
    expect(await it.type('AT+CGATT?')).toBe(framed('+CGATT: 1', 'OK'));
  });
});

describe('AT+CFUN', () => {
  test('0: OK, then ME DETACH; network commands answer 797; 1: registration a second and a half later', async () => {
    const it = await HandTerminal.ready();
    expect(await it.type('AT+CFUN=0')).toBe(framed('OK', '+CGEV: ME DETACH'));
    expect(await it.type('AT+CFUN?')).toBe(framed('+CFUN: 0', 'OK'));
    for (const command of ['AT+SAPBR=1,1', 'AT+MIPSTART="h",1', 'AT+CGATT=1']) {
      expect(await it.type(command)).toBe(framed('+CME ERROR: 797'));
    }
    await it.wait(60_000);
    expect(await it.type('AT+CFUN=1', 115)).toBe('');
    expect(await it.wait(30)).toBe(framed('OK'));
    expect(await it.wait(1_400)).toBe('');
    expect(await it.wait(300)).toContain(framed('+CGEV: ME PDN ACT 1'));
  });
});

describe('bearer loss', () => {
  test.each(deactSpellings)(
    '%s is printed as the module prints it, and the session is gone',
    async (spelling) => {
      const it = await HandTerminal.online();
      it.modem.faults.deact(spelling);
      expect(await it.wait(10)).toBe(framed(...deactLines[spelling]));
      expect(await it.type('AT+MQTTSTATU', 50)).toBe(framed('+MQTTSTATU :0', 'OK'));
      expect(await it.type('AT+MPUB="a",1,0,"x"', 50)).toBe(framed('+CME ERROR: 767'));
      expect(await it.type('AT+MIPSTART="h",1', 50)).toBe(framed('OK', 'ALREADY CONNECT'));
      expect(await it.type('AT+MIPCLOSE', 50)).toBe(framed('OK'));
      await it.wait(5_000);
      expect(await it.connect()).toContain('CONNACK OK');
    },
  );

  test('the broker is told nothing: it gives up after one and a half keepalives and publishes the will', async () => {
    const it = await HandTerminal.ready();
    await it.connect('AT+MCONNECT=1,60', 'AT+MCONFIG="meter","","",1,1,"status","offline"');
    it.modem.faults.deact('cgev-nw');
    await it.wait(89_000);
    expect(it.network.broker.published).toEqual([]);
    await it.wait(2_000);
    expect(it.network.broker.published).toMatchObject([{ topic: 'status', qos: 1, retain: true }]);
  });

  test('refused bearers fail SAPBR and the connect until they are granted', async () => {
    const it = await HandTerminal.ready();
    it.modem.faults.refuseBearer(true);
    it.modem.faults.deact('pdp');
    await it.wait(60_000);
    expect(await it.type('AT+SAPBR=1,1')).toBe(framed('+CME ERROR: 148'));
    expect(await it.type('AT+CIICR')).toBe(framed('+PDP: DEACT', '+CME ERROR: 65535'));
    expect(await it.type('AT+MIPSTART="h",1')).toBe(framed('OK', 'STATE: IP STATUS', 'CONNECT FAIL'));
    it.modem.faults.refuseBearer(false);
    await it.wait(5_000);
    expect(await it.type('AT+SAPBR=1,1')).toBe(framed('OK'));
  });

  test('air724 says CGATT 0 while its bearer is down, air780ep says 1', async () => {
    for (const [profile, attached] of [
      ['air724', 0],
      ['air780ep', 1],
    ] as const) {
      const it = await HandTerminal.ready({ profile });
      it.modem.faults.deact('sapbr');
      await it.wait(10);
      expect(await it.type('AT+CGATT?', 50)).toBe(framed(`+CGATT: ${attached}`, 'OK'));
    }
  });
});

test('SAPBR: closed it answers 3 and has no address, a long APN is an ERROR', async () => {
  const it = await HandTerminal.ready();
  expect(await it.type('AT+SAPBR=0,1')).toBe(framed('+CME ERROR: 3'));
  expect(await it.type('AT+SAPBR=2,1')).toBe(framed('+SAPBR: 1,3,"0.0.0.0"', 'OK'));
  expect(await it.type(`AT+SAPBR=3,1,"APN","${'x'.repeat(51)}"`)).toBe(framed('ERROR'));
  expect(await it.type('AT+SAPBR=1,1')).toBe(framed('OK'));
  expect(await it.type('AT+SAPBR=0,1')).toBe(framed('OK'));
});
