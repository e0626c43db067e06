import { expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import { framed, HandTerminal } from './support/hand-terminal.js';

test('at 9600 baud an answer takes its bytes’ time, in both directions', async () => {
  const it = await HandTerminal.ready({ baudRate: 9600, latency: 'none' });
  const from = it.clock.now();
  const pieces = it.pieces.length;
  it.send('AT\r');
  await it.clock.advanceUntil(() => it.pieces.length > pieces, 1_000);
  // 3 bytes there and 6 back, ten bits each.
  expect(it.clock.now() - from).toBeCloseTo((9 * 10_000) / 9_600, 6);
});

test('however output is cut, the bytes are the same', async () => {
  const session = async (cut: number): Promise<string> => {
    const it = await HandTerminal.online({ cut, latency: 'none' });
    await it.type('AT+MSUB="a/#",1');
    it.network.broker.publish('a/b', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
    await it.wait(100);
    return Buffer.concat(it.pieces).toString('latin1');
  };
  const whole = await session(0);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (cut) => {
      expect(await session(cut)).toBe(whole);
    }),
    { numRuns: 10 },
  );
});

test('cut output comes in pieces of that size', async () => {
  const it = await HandTerminal.ready({ cut: 4 });
  const from = it.pieces.length;
  await it.type('AT+CGATT?');
  expect(it.pieces.slice(from).map(({ length }) => length)).toEqual([4, 4, 4, 4, 3]);
});

test('two modems with the same entropy say the same at the same times', async () => {
  const session = async (): Promise<unknown> => {
    const it = await HandTerminal.online({ profile: 'air780ep' });
    it.modem.faults.deact('cgev-nw');
    await it.wait(30_000);
    return it.modem.transcript;
  };
  expect(await session()).toEqual(await session());
});

test('with pushed output lost, a burst of messages arrives with holes', async () => {
  const count = async (losesPushedOutput: boolean): Promise<number> => {
    const it = await HandTerminal.online({ baudRate: 115_200, quirks: { losesPushedOutput } });
    await it.type('AT+MSUB="a",0');
    for (let index = 0; index < 40; index += 1) it.network.broker.publish('a', 'x'.repeat(50));
    return (await it.wait(5_000)).split('+MSUB').length - 1;
  };
  expect(await count(false)).toBe(40);
  expect(await count(true)).toBeLessThan(40);
});

test('a muted modem still executes commands', async () => {
  const it = await HandTerminal.online();
  it.modem.faults.mute(true);
  expect(await it.type('AT+MPUB="a",0,0,"unheard"')).toBe('');
  it.modem.faults.mute(false);
  expect(it.network.broker.published).toMatchObject([{ topic: 'a', payload: Buffer.from('unheard') }]);
  expect(await it.type('AT')).toBe(framed('OK'));
});
