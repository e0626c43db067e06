import { describe, expect, test } from '@jest/globals';
import { framed, HandTerminal, type HandTerminalOptions } from './support/hand-terminal.js';

const burst = framed('^MODE: 17,17', '+E_UTRAN Service');

async function boot(options: HandTerminalOptions): Promise<string> {
  const it = new HandTerminal(options);
  it.modem.powerOn();
  return await it.wait(20_000);
}

describe('boot', () => {
  test('air780ep: a garbage byte, RDY, then the registration burst', async () => {
    expect(await boot({ profile: 'air780ep' })).toMatch(
      /^[\x80-\xff]\r\nRDY\r\n\r\n\^MODE: 17,17\r\n\r\n\+E_UTRAN Service\r\n\r\n\+CGEV: ME PDN ACT 1\r\n\r\n\+NITZ: 26\/01\/01,00:00:0\d\+32, \r\n$/,
    );
  });

  test('air780e: the ROM banner with its literal backslash n, and a four-digit year', async () => {
    const printed = await boot({ profile: 'air780e' });
    expect(printed.startsWith(`^boot.rom'v'!\\n${framed('RDY', '+CPIN: READY')}${burst}`)).toBe(true);
    expect(printed).toContain(framed('+CGEV: ME PDN ACT 1,0'));
    expect(printed).toContain('+NITZ: 2026/01/01,');
  });

  test('air724: silence until AT trained its baud rate; the first AT is lost', async () => {
    const it = new HandTerminal({ profile: 'air724' });
    it.modem.powerOn();
    expect(await it.wait(20_000)).toBe('');
    expect(await it.type('at')).toBe('');
    expect(await it.type('AT')).toBe('');
    expect(await it.type('AT')).toBe(`AT\r${framed('OK')}`);
  });

  test('air724 with AT+IPR saved needs no training', async () => {
    const it = await HandTerminal.ready({ profile: 'air724' });
    expect(await it.type('AT+IPR?')).toBe(framed('+IPR: 0', 'OK'));
    expect(await it.type('AT+IPR=115200;&W')).toBe(framed('OK'));
    it.modem.pulseReset(200);
    expect(await it.wait(20_000)).toContain(framed('RDY'));
    expect(await it.type('AT+IPR?')).toBe(framed('+IPR: 115200', 'OK'));
  });

  test('two RDY come 740 ms apart, and a command between them is lost', async () => {
    const it = await HandTerminal.ready({ quirks: { bootNoise: 'none' } });
    it.modem.faults.reboot(2);
    const from = it.clock.now();
    const readies = (): { at: number; text: string }[] =>
      it.modem.transcript.filter(({ at, text }) => at > from && text.includes('RDY'));
    await it.clock.advanceUntil(() => readies().length === 1, 5_000);
    it.send('AT\r');
    await it.clock.advanceUntil(() => readies().length === 2, 5_000);
    const [first, second] = readies();
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeCloseTo(740, 6);
    expect(await it.wait(3_000)).toBe(framed('RDY', 'RDY'));
  });

  test('a reboot without RDY prints none', async () => {
    const it = await HandTerminal.ready();
    it.modem.faults.reboot(0);
    expect(await it.wait(20_000)).not.toContain('RDY');
    expect(await it.type('AT')).toBe(`AT\r${framed('OK')}`);
  });

  test('with the stack not ready, network commands answer CME 4', async () => {
    const it = await HandTerminal.ready({ quirks: { stackNotReadyMs: 30_000 } });
    expect(await it.type('AT+SAPBR=1,1')).toBe(framed('+CME ERROR: 4'));
    await it.wait(30_000);
    expect(await it.type('AT+SAPBR=1,1')).toBe(framed('OK'));
  });
});

describe('restart', () => {
  test('AT+RESET answers OK, and everything in RAM is gone', async () => {
    const it = await HandTerminal.online();
    await it.type('AT+SSLCFG="seclevel",88,1');
    await it.type('AT+FSCREATE="ca.crt"');
    expect(await it.type('AT+RESET', 100)).toBe(framed('OK'));
    await it.wait(20_000);
    expect(await it.type('AT*EXINFO?')).toContain('*EXINFO: 3');
    expect(await it.type('AT+SSLCFG="seclevel",88')).toContain('+SSLCFG: "seclevel",88,0');
    expect(await it.type('AT+FSFLSIZE="ca.crt"')).toContain('+FSFLSIZE: 0');
    expect(await it.type('AT+MQTTSTATU')).toContain('+MQTTSTATU :0');
  });

  test('AT+CFUN=1,1 reboots', async () => {
    const it = await HandTerminal.ready();
    expect(await it.type('AT+CFUN=1,1', 200)).toBe(framed('OK'));
    expect(await it.wait(5_000)).toContain('RDY');
  });

  test.each([
    ['air724', 150, 'booting'],
    ['air724', 149, 'running'],
    ['air780e', 500, 'off'],
    ['air780e', 499, 'running'],
    ['air780ep', 150, 'booting'],
  ] as const)('%s: RESET low for %d ms leaves it %s', async (profile, ms, power) => {
    const it = await HandTerminal.ready({ profile });
    it.modem.pulseReset(ms);
    expect(it.modem.power).toBe(power);
  });

  test('air780e with PWRKEY tied to ground boots again after RESET', async () => {
    const it = await HandTerminal.ready({ profile: 'air780e', powerKeyTied: true });
    it.modem.pulseReset(600);
    expect(it.modem.power).toBe('booting');
  });

  test('the RESET pin shows as boot cause 5, a crash as 6', async () => {
    const it = await HandTerminal.ready();
    it.modem.pulseReset(200);
    await it.wait(20_000);
    expect(await it.type('AT*EXINFO?')).toContain('*EXINFO: 5');
    it.modem.faults.reboot();
    await it.wait(20_000);
    expect(await it.type('AT*EXINFO?')).toContain('*EXINFO: 6');
  });
});

describe('power', () => {
  test('AT+CPOWD=1 says good-bye and is off; the power key brings it back', async () => {
    const it = await HandTerminal.ready();
    expect(await it.type('AT+CPOWD=1')).toBe(framed('NORMAL POWER DOWN'));
    expect(await it.type('AT')).toBe('');
    it.modem.pulsePowerKey(500);
    expect(it.modem.power).toBe('off');
    it.modem.pulsePowerKey(1_500);
    await it.wait(20_000);
    expect(await it.type('AT*EXINFO?')).toContain('*EXINFO: 0');
  });

  test('a module that hangs is deaf and dumb until RESET', async () => {
    const it = await HandTerminal.online();
    it.modem.faults.hang();
    expect(await it.type('AT', 60_000)).toBe('');
    it.modem.pulseReset(200);
    expect(await it.wait(20_000)).toContain('RDY');
    expect(await it.type('AT')).toBe(`AT\r${framed('OK')}`);
  });

  test('the UART that dies in sleep is dead until RESET', async () => {
    const it = await HandTerminal.ready({ quirks: { deadAfterSleep: true } });
    expect(await it.type('AT+CSCLK=2')).toBe(framed('OK'));
    expect(await it.type('AT', 60_000)).toBe('');
    it.modem.pulseReset(200);
    expect(await it.wait(20_000)).toContain('RDY');
  });

  test('power cut while an answer is due: nothing more comes, and no timer stays', async () => {
    const it = await HandTerminal.ready();
    it.send('AT+CGATT?\r');
    it.modem.powerOff();
    expect(await it.wait(60_000)).toBe('');
    expect(it.clock.armed).toBe(0);
  });
});
