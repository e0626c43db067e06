import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { connectAsync } from 'mqtt';
import { onMosquitto } from './support/mosquitto.js';
import { Rig } from './support/rig.js';

jest.setTimeout(60_000);

const will = '{"state":"offline","why":"line \\ lost, \\22 is no quote"}';
const announcement = '{"state":"online"}';

onMosquitto('test/acceptance/will.test.ts', 'Will and announcement, on an independent modem', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await Rig.start(
      { profile: 'air724', echo: true, pieces: 3, glueMs: 5, rdy: 1 },
      {
        link: {
          will: { topic: 'judge/status', payload: will, qos: 1, retain: true },
          announce: { topic: 'judge/status', payload: announcement, qos: 1, retain: true },
        },
      },
    );
    await rig.online();
  });
  afterAll(() => rig.close());

  /** The will and then the announcement, each once, and what stays is the announcement. */
  async function announcedAfterWill(fault: () => Promise<unknown>): Promise<void> {
    await rig.judged(async () => {
      const seen = rig.broker.seen;
      await rig.survives(fault);
      expect(rig.broker.payloadsOn('judge/status', seen)).toEqual([will, announcement]);
      expect((await rig.broker.retained('judge/status')).toString()).toBe(announcement);
      expect(await rig.modem.violations()).toEqual([]);
    });
  }

  test('the will with quotes in it arrives when TCP is lost, and the announcement overrides it', () =>
    announcedAfterWill(() => rig.modem.does('closed')));

  test('a will that the broker publishes only at the next login is overridden', () =>
    announcedAfterWill(() => rig.modem.does('orphan')));

  test('the will arrives when another client takes the id over, and the announcement overrides it', () =>
    announcedAfterWill(async () => {
      const other = await connectAsync(`mqtt://127.0.0.1:${rig.broker.port}`, {
        clientId: 'judge',
        reconnectPeriod: 0,
      });
      other.on('error', () => undefined);
    }));

  test('the announcement is the first thing after CONNACK OK', async () => {
    const log = await rig.modem.log();
    const logins = log.flatMap(({ text }, at) => (text === 'CONNACK OK' ? [at] : []));
    expect(logins.length).toBeGreaterThan(1);
    for (const at of logins) {
      const next = log.slice(at).find(({ direction }) => direction === '>');
      expect(next?.text).toMatch(/^AT\+MPUB(EX)?="judge\/status",1,1,/);
    }
  });
});
