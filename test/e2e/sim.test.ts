import { describe, expect, test } from '@jest/globals';
import { Scene } from '../support/scene.js';

/** How often a PIN went to the card: three wrong ones block it. */
const pinsSent = (it: Scene): string[] => it.sent().filter((command) => command.startsWith('AT+CPIN='));

async function startedFor(it: Scene, ms: number): Promise<void> {
  it.modem.powerOn();
  await it.clock.advance(10_000);
  await it.supervisor.start();
  await it.clock.advance(ms);
}

describe('a card that asks for its PIN', () => {
  test('gets the configured one, once for each boot of the module that asks again', async () => {
    const it = new Scene({ modem: { sim: { pin: '4711' } }, link: { sim: { pin: '4711' } } });
    await it.online();
    expect(pinsSent(it)).toEqual(['AT+CPIN="4711"']);
    it.modem.faults.closed();
    await it.clock.advance(20_000);
    expect(pinsSent(it)).toHaveLength(1);
    it.modem.faults.reboot(1);
    await it.clock.advance(60_000);
    expect(it.supervisor.status()).toMatchObject({ status: 'online', recoveries: 2 });
    expect(pinsSent(it)).toHaveLength(2);
    await it.end();
  });

  test('a wrong one is never tried a second time by itself, whatever happens for a day', async () => {
    const it = new Scene({ modem: { sim: { pin: '4711' } }, link: { sim: { pin: '0000' } } });
    await startedFor(it, 60_000);
    expect(it.supervisor.status()).toMatchObject({
      status: 'needs-attention',
      cause: { code: 'SIM_PIN_WRONG', hint: expect.stringContaining('sim.pin') },
    });
    it.modem.faults.reboot(1);
    await it.clock.advance(24 * 3_600_000);
    expect(pinsSent(it)).toHaveLength(1);
    expect(it.supervisor.status().status).toBe('needs-attention');
    await it.end();
  });

  test('without a configured one a person is asked for it, and nothing is tried', async () => {
    const it = new Scene({ modem: { sim: { pin: '4711' } } });
    await startedFor(it, 60_000);
    expect(it.supervisor.status()).toMatchObject({
      status: 'needs-attention',
      cause: { code: 'SIM_PIN_REQUIRED' },
    });
    expect(pinsSent(it)).toEqual([]);
    await it.end();
  });

  test('a card that wants its PUK is left alone', async () => {
    const it = new Scene({ modem: { sim: { pin: '4711' } }, link: { sim: { pin: '4711' } } });
    it.modem.powerOn();
    await it.clock.advance(10_000);
    // Somebody else spends the three tries; the first AT only trains the baud rate.
    it.modem.write(Buffer.from('AT\r'));
    await it.clock.advance(1_000);
    for (const wrong of ['0001', '0002', '0003']) {
      it.modem.write(Buffer.from(`AT+CPIN="${wrong}"\r`));
      await it.clock.advance(1_000);
    }
    const from = it.modem.transcript.length;
    await it.supervisor.start();
    await it.clock.advance(60_000);
    expect(it.supervisor.status()).toMatchObject({
      status: 'needs-attention',
      cause: { code: 'SIM_BLOCKED' },
    });
    expect(it.sent(from).filter((command) => command.startsWith('AT+CPIN='))).toEqual([]);
    await it.end();
  });
});

describe('a card that is not there', () => {
  test('ends in needs-attention that says so, and online by itself once it is put in', async () => {
    const it = new Scene({ modem: { sim: { present: false } } });
    await startedFor(it, 900_000);
    expect(it.supervisor.status()).toMatchObject({ cause: { code: 'SIM_MISSING' } });
    expect(it.states.some(({ status }) => status === 'needs-attention')).toBe(true);
    it.modem.faults.simIn();
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 600_000);
    await it.end();
  });
});
