import { describe, expect, test } from '@jest/globals';
import { framed, HandTerminal } from './support/hand-terminal.js';

const payloads = (it: HandTerminal): string[] =>
  it.network.broker.published.map(({ payload }) => payload.toString('latin1'));

describe('MPUB', () => {
  test('reads \\HH escapes and leaves other backslashes', async () => {
    const it = await HandTerminal.online();
    expect(await it.type('AT+MPUB="a",0,0,"{\\22id\\22:1}\\0D\\0A\\5C\\zz"')).toBe(framed('OK'));
    expect(payloads(it)).toEqual(['{"id":1}\r\n\\\\zz']);
  });

  test.each([
    ['an unquoted message', 'AT+MPUB="a",0,0,hello'],
    ['a C-style quote', 'AT+MPUB="a",0,0,"{\\"id\\":1}"'],
    ['a bare quote', 'AT+MPUB="a",0,0,"{"id":1}"'],
    ['a wildcard in the topic', 'AT+MPUB="a/#",0,0,"x"'],
    ['QoS 3', 'AT+MPUB="a",3,0,"x"'],
    ['a topic of 257 bytes', `AT+MPUB="${'a'.repeat(257)}",0,0,"x"`],
    ['more than 4100 bytes', `AT+MPUB="a",0,0,"${'x'.repeat(4101)}"`],
  ])('answers ERROR to %s', async (_what, command) => {
    const it = await HandTerminal.online();
    expect(await it.type(command)).toBe(framed('ERROR'));
    expect(payloads(it)).toEqual([]);
  });

  test('answers 767 without a session', async () => {
    const it = await HandTerminal.ready();
    expect(await it.type('AT+MPUB="a",0,0,"x"')).toBe(framed('+CME ERROR: 767'));
  });
});

describe('MPUBEX', () => {
  test('prompts without a line end, takes exactly the announced bytes, whatever they are', async () => {
    const it = await HandTerminal.online();
    expect(await it.type('AT+MPUBEX="a",1,0,11')).toBe('\r\n>');
    it.send('AT\rOK\r\n\x1a"');
    it.send('\x00\xff\r');
    expect(await it.wait(1_000)).toBe(framed('OK', 'PUBACK'));
    expect(payloads(it)).toEqual(['AT\rOK\r\n\x1a"\x00\xff']);
    expect(await it.type('AT')).toBe(framed('OK'));
    expect(it.modem.violations).toEqual([]);
  });

  test('without a length ends at 0x1A, or after five seconds of silence', async () => {
    const it = await HandTerminal.online();
    await it.type('AT+MPUBEX="a",0,0');
    it.send('one\x1a');
    expect(await it.wait(100)).toBe(framed('OK'));
    await it.type('AT+MPUBEX="a",0,0', 100);
    it.send('tw');
    expect(await it.wait(4_900)).toBe('');
    it.send('o');
    expect(await it.wait(4_900)).toBe('');
    expect(await it.wait(200)).toBe(framed('OK'));
    expect(payloads(it)).toEqual(['one', 'two']);
  });

  test('swallows commands as payload while bytes are missing', async () => {
    const it = await HandTerminal.online();
    await it.type('AT+MPUBEX="a",0,0,6', 100);
    it.send('12');
    expect(await it.type('AT', 100)).toBe('');
    it.send('!');
    await it.wait(100);
    expect(payloads(it)).toEqual(['12AT\r!']);
  });

  test.each([
    ['error', framed('ERROR'), []],
    ['publish', framed('OK'), ['12']],
    ['wait', '', []],
  ] as const)('cut short for more than five seconds: %s', async (cutPublish, answer, published) => {
    const it = await HandTerminal.online({ quirks: { cutPublish } });
    await it.type('AT+MPUBEX="a",0,0,6', 100);
    it.send('12');
    expect(await it.wait(6_000)).toBe(answer);
    expect(payloads(it)).toEqual(published);
  });

  test('data in one burst with the command are lost, or taken by some firmware', async () => {
    const lost = await HandTerminal.online();
    lost.send('AT+MPUBEX="a",0,0,3\rabc');
    expect(await lost.wait(100)).toBe('\r\n>');
    expect(lost.modem.violations).toMatchObject([{ rule: 'data-before-prompt', text: 'abc' }]);
    lost.send('xyz');
    expect(await lost.wait(100)).toBe(framed('OK'));
    expect(payloads(lost)).toEqual(['xyz']);

    const taken = await HandTerminal.online({ quirks: { takesDataBeforePrompt: true } });
    taken.send('AT+MPUBEX="a",0,0,3\rabc');
    expect(await taken.wait(100)).toBe(`\r\n>${framed('OK')}`);
    expect(payloads(taken)).toEqual(['abc']);
  });

  test('answers 767 instead of a prompt without a session, ERROR to a length of 0 or 4101', async () => {
    const it = await HandTerminal.ready();
    expect(await it.type('AT+MPUBEX="a",0,0,3')).toBe(framed('+CME ERROR: 767'));
    expect(await it.type('AT+MPUBEX="a",0,0,0')).toBe(framed('ERROR'));
    expect(await it.type('AT+MPUBEX="a",0,0,4101')).toBe(framed('ERROR'));
  });

  test('prints its payload back with that firmware fault, even after ATE0', async () => {
    const it = await HandTerminal.online({ quirks: { payloadEcho: true } });
    await it.type('AT+MPUBEX="a",0,0,3', 100);
    it.send('abc');
    expect(await it.wait(100)).toBe(`abc${framed('OK')}`);
  });
});
