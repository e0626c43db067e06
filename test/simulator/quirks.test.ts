import { expect, test } from '@jest/globals';
import { framed, HandTerminal } from './support/hand-terminal.js';

/** Switches for what the vendor's sources leave open, where no other test turns them. */

test('hexLimitUnit: the limit of MPUB counts digits, or bytes', async () => {
  const command = `AT+MPUB="a",0,0,"${'00'.repeat(2_051)}"`;
  for (const [hexLimitUnit, answer] of [
    ['digits', 'ERROR'],
    ['bytes', 'OK'],
  ] as const) {
    const it = await HandTerminal.online({ quirks: { hexLimitUnit } });
    await it.type('AT+MQTTMODE=1');
    expect(await it.type(command)).toBe(framed(answer));
  }
});

test('refusesReopenedBearer: AT+SAPBR=1,1 on an open bearer answers 3', async () => {
  for (const [refusesReopenedBearer, answer] of [
    [true, '+CME ERROR: 3'],
    [false, 'OK'],
  ] as const) {
    const it = await HandTerminal.ready({ quirks: { refusesReopenedBearer } });
    expect(await it.type('AT+SAPBR=1,1')).toBe(framed('OK'));
    expect(await it.type('AT+SAPBR=1,1')).toBe(framed(answer));
  }
});

test('trainingCommands: so many AT go unheard at adaptive baud rate', async () => {
  const it = new HandTerminal({ quirks: { adaptiveBaud: true, trainingCommands: 3 } });
  it.modem.powerOn();
  await it.wait(20_000);
  for (let time = 0; time < 3; time += 1) expect(await it.type('AT')).toBe('');
  expect(await it.type('AT')).toBe(`AT\r${framed('OK')}`);
});

test('shutAnswer, defaultReceive and readyCount are as told', async () => {
  const it = await HandTerminal.ready({
    quirks: { shutAnswer: 'OK', defaultReceive: 'cached', readyCount: 2 },
  });
  expect(await it.type('AT+CIPSHUT')).toBe(framed('OK'));
  expect(await it.type('AT+MQTTMSGSET?')).toBe(framed('+MQTTMSGSET:1', 'OK'));
  it.modem.pulseReset(200);
  expect((await it.wait(20_000)).split('RDY')).toHaveLength(3);
});

test('resetPin: the pin of any module can be made a power-off', async () => {
  const it = await HandTerminal.ready({ quirks: { resetPin: 'power-off' } });
  it.modem.pulseReset(200);
  expect(it.modem.power).toBe('off');
});
