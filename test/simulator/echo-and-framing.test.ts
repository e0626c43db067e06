import { describe, expect, test } from '@jest/globals';
import { framed, HandTerminal } from './support/hand-terminal.js';

describe('echo', () => {
  test('is on after every boot, and ATE0 is still echoed itself', async () => {
    const it = new HandTerminal();
    it.modem.powerOn();
    await it.clock.advance(20_000);
    await it.wait(0);
    expect(await it.type('AT')).toBe(`AT\r${framed('OK')}`);
    expect(await it.type('ATE0')).toBe(`ATE0\r${framed('OK')}`);
    expect(await it.type('AT')).toBe(framed('OK'));
    it.modem.faults.reboot();
    await it.clock.advance(20_000);
    await it.wait(0);
    expect(await it.type('AT')).toBe(`AT\r${framed('OK')}`);
  });

  test('stays off over a reboot when AT&W saved it', async () => {
    const it = await HandTerminal.ready();
    expect(await it.type('AT&W')).toBe(framed('OK'));
    it.modem.pulseReset(200);
    await it.clock.advance(20_000);
    await it.wait(0);
    expect(await it.type('AT')).toBe(framed('OK'));
  });
});

describe('command lines', () => {
  test('end with CR; an LF behind it and empty lines change nothing', async () => {
    const it = await HandTerminal.ready();
    it.send('AT\r\n');
    expect(await it.wait(100)).toBe(framed('OK'));
    it.send('\r\r\n\rAT\r');
    expect(await it.wait(100)).toBe(framed('OK'));
  });

  test('may arrive byte by byte', async () => {
    const it = await HandTerminal.ready();
    for (const byte of 'AT+CGATT?\r') it.send(byte);
    expect(await it.wait(100)).toBe(framed('+CGATT: 1', 'OK'));
  });

  test('an unknown command is an ERROR, an unknown line nothing', async () => {
    const it = await HandTerminal.ready();
    expect(await it.type('AT+CIICRR')).toBe(framed('ERROR'));
    expect(await it.type('hello')).toBe('');
  });

  test('garbage in front of AT is skipped, or swallows the command on old firmware', async () => {
    const now = await HandTerminal.ready();
    expect(await now.type('\xfe\x80AT')).toBe(framed('OK'));
    const before = await HandTerminal.ready({ quirks: { ignoresUnalignedCommand: true } });
    expect(await before.type('\xfe\x80AT')).toBe('');
    expect(await before.type('AT')).toBe(framed('OK'));
  });
});

test('a command while another is worked on is lost, and recorded', async () => {
  const it = await HandTerminal.ready();
  it.send('AT+CSQ\rAT+CGATT?\r');
  expect(await it.wait(1_000)).toBe(framed('+CSQ: 22,0', 'OK'));
  expect(it.modem.violations).toMatchObject([{ rule: 'command-while-busy', text: 'AT+CGATT?' }]);
});

test('two operations that wait for acknowledgements are recorded', async () => {
  const it = await HandTerminal.online();
  await it.type('AT+MPUB="a",1,0,"x"', 50);
  await it.type('AT+MPUB="a",1,0,"y"', 50);
  expect(await it.wait(1_000)).toBe(framed('PUBACK', 'PUBACK'));
  expect(it.modem.violations).toMatchObject([{ rule: 'overlapping-operations' }]);
});

test('one whose connection goes before its OK waits for nothing in the next session', async () => {
  const it = await HandTerminal.online();
  it.modem.faults.delayAnswers(500);
  await it.type('AT+MPUB="a",1,0,"x"', 100);
  it.modem.faults.closed();
  it.modem.faults.delayAnswers(0);
  await it.wait(1_000);
  await it.type('AT+MIPCLOSE');
  await it.connect();
  expect(await it.type('AT+MPUB="a",1,0,"y"')).toBe(framed('OK', 'PUBACK'));
  expect(it.modem.violations).toEqual([]);
});

test('AT+CMEE chooses how errors are printed', async () => {
  const it = await HandTerminal.ready();
  expect(await it.type('AT+CMEE?')).toBe(framed('+CMEE :1', 'OK'));
  expect(await it.type('AT+MIPCLOSE')).toBe(framed('+CME ERROR: 767'));
  await it.type('AT+CMEE=0');
  expect(await it.type('AT+MIPCLOSE')).toBe(framed('ERROR'));
  await it.type('AT+CMEE=2');
  expect(await it.type('AT+MIPCLOSE')).toBe(framed('+CME ERROR: operation failed'));
});

test('identity: ATI without a prefix, CGMR with one', async () => {
  const it = await HandTerminal.ready({ profile: 'air780e', imei: '868488076771714' });
  expect(await it.type('ATI')).toBe(framed('AirM2M_780E_V1169_LTE_AT', 'OK'));
  expect(await it.type('AT+CGMR')).toBe(framed('+CGMR: "AirM2M_780E_V1169_LTE_AT"', 'OK'));
  expect(await it.type('AT+CGSN')).toBe(framed('868488076771714', 'OK'));
  expect(await it.type('AT+ICCID')).toMatch(/^\r\n\+ICCID: \d{20}\r\n\r\nOK\r\n$/);
});

test('AT+CIPSTATUS says OK first, AT+CIFSR and AT+FSMEM say no OK at all', async () => {
  const it = await HandTerminal.ready();
  expect(await it.type('AT+CIPSTATUS')).toBe(framed('OK', 'STATE: IP STATUS'));
  expect(await it.type('AT+CIFSR')).toMatch(/^\r\n10\.\d+\.\d+\.\d+\r\n$/);
  expect(await it.type('AT+FSMEM')).toBe(framed('+FSMEM: 98304 bytes'));
  expect(await it.type('AT+CIPSHUT')).toBe(framed('SHUT OK'));
});

test('a bare AT may be repeated before it is answered, as hosts are told to; over another command it is a violation', async () => {
  const it = await HandTerminal.ready();
  it.modem.faults.delayAnswers(5_000);
  expect(await it.type('AT', 1_000)).toBe('');
  expect(await it.type('AT', 4_500)).toBe(framed('OK'));
  expect(it.modem.violations).toEqual([]);
  await it.type('AT+CSQ', 1_000);
  await it.type('AT', 1_000);
  expect(it.modem.violations).toMatchObject([{ rule: 'command-while-busy', text: 'AT' }]);
});
