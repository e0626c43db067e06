import { describe, expect, test } from '@jest/globals';
import { Scene } from '../support/scene.js';

/** A module to which an earlier process said these commands before it died. */
async function after(...commands: string[]): Promise<Scene> {
  const it = new Scene({});
  it.modem.powerOn();
  await it.clock.advance(60_000);
  // The first AT only trains the baud rate.
  for (const command of ['AT', ...commands]) {
    it.modem.write(Buffer.from(`${command}\r`));
    await it.clock.advance(10_000);
  }
  return it;
}

describe('what an earlier process left behind', () => {
  test.each(['AT+CFUN=0', 'AT+CFUN=4'])('a radio that is off (%s) is switched on again', async (off) => {
    const it = await after(off);
    const from = it.modem.transcript.length;
    await it.supervisor.start();
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 60_000);
    expect(it.sent(from).filter((command) => command.startsWith('AT+CFUN='))).toEqual(['AT+CFUN=1']);
    await it.end();
  });

  test('a radio that is on is left alone', async () => {
    const it = await after();
    const from = it.modem.transcript.length;
    await it.supervisor.start();
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 60_000);
    expect(it.sent(from).filter((command) => command.startsWith('AT+CFUN='))).toEqual([]);
    await it.end();
  });

  test('session and bearer are closed before anything is asked for', async () => {
    const it = await after(
      'AT+SAPBR=1,1',
      'AT+MCONFIG="earlier"',
      'AT+MIPSTART="broker","1883"',
      'AT+MCONNECT=1,60',
    );
    const from = it.modem.transcript.length;
    await it.supervisor.start();
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 60_000);
    const sent = it.sent(from);
    const places = ['AT+MDISCONNECT', 'AT+MIPCLOSE', 'AT+SAPBR=0,1', 'AT+CPIN?'].map((one) =>
      sent.indexOf(one),
    );
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places).not.toContain(-1);
    expect(it.supervisor.status()).toMatchObject({ status: 'online', recoveries: 0 });
    await it.end();
  });
});
