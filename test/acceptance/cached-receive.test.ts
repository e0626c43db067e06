import { setInterval } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Profile } from './support/modem.js';
import { onMosquitto } from './support/mosquitto.js';
import { Rig } from './support/rig.js';

jest.setTimeout(60_000);

/** One firmware for each spelling of the line that MQTTMSGGET prints. */
const spellings: readonly (readonly [profile: Profile, line: RegExp])[] = [
  ['air724', /^\+MSUB:judge\/cmd/],
  ['air780e', /^\+MSUB: judge\/cmd/],
  ['air780ep', /^\+MSUB: "judge\/cmd/],
];

const payloads = Array.from({ length: 12 }, (_, at) =>
  Buffer.from(`{\r\n  "n": "${at}", "words": "\r\nOK\r\n+MSUB: ${at % 4}\r\n"\r\n}\r\n`),
);

onMosquitto('test/acceptance/cached-receive.test.ts', 'Cached receive, on an independent modem', () => {
  let rigs: readonly Rig[] = [];

  beforeAll(async () => {
    const cached = { link: { receive: 'cached' } };
    rigs = await Promise.all([
      ...spellings.map(([profile]) =>
        Rig.start({ profile, echo: true, pieces: 7, glueMs: 5, rdy: 1 }, cached),
      ),
      Rig.start(
        { profile: 'air780ep', echo: true, pieces: 0, glueMs: 0, rdy: 1 },
        { link: { receive: { mode: 'cached', encoding: 'hex' } } },
      ),
    ]);
    await Promise.all(rigs.map((rig) => rig.online()));
  });
  afterAll(() => Promise.all(rigs.map((rig) => rig.close())));

  const onAll = (check: (rig: Rig) => Promise<void>): Promise<unknown> =>
    Promise.all(rigs.map((rig) => rig.judged(() => check(rig))));

  test('12 messages with CRLF and quotes, 100 ms apart, arrive without loss in every spelling', () =>
    onAll(async (rig) => {
      const arriving: Promise<void>[] = [];
      for await (const at of setInterval(100, payloads.keys())) {
        const { value, done } = at.next();
        if (done === true) break;
        arriving.push(rig.receives(payloads[value] ?? Buffer.alloc(0)));
      }
      await Promise.all(arriving);
      expect(arriving).toHaveLength(payloads.length);
      expect(rig.log).not.toMatch(/overwritten/);
      expect(await rig.modem.violations()).toEqual([]);
    }));

  test('each firmware did spell the line its own way', async () => {
    for (const [at, [, line]] of spellings.entries()) {
      const said = (await rigs[at]?.modem.log()) ?? [];
      expect(said.filter(({ direction, text }) => direction === '<' && line.test(text))).toHaveLength(12);
    }
  });

  test('messages that were overwritten before they could be read are counted and told', () =>
    onAll(async (rig) => {
      await rig.modem.rule({ command: 'AT+MQTTMSGGET', lateMs: 700 });
      const reading = rig.modem.command('^AT\\+MQTTMSGGET$');
      await rig.broker.publish('judge/cmd/overwritten', Buffer.from('0'));
      await reading;
      for (let n = 1; n <= 5; n += 1) {
        await rig.broker.publish('judge/cmd/overwritten', Buffer.from(String(n)));
      }
      expect(await rig.logged('overwritten')).toMatchObject({ count: 2, level: 'warn' });
      await rig.carries(Buffer.from('still here'));
      expect(await rig.modem.violations()).toEqual([]);
    }));

  test('what was cached while no host listened is read first', () =>
    onAll(async (rig) => {
      const waiting = Buffer.from('waited "here"\r\n');
      await rig.hostCrash(async () => {
        const since = (await rig.modem.log()).length;
        await rig.broker.publish('judge/cmd/waited', waiting);
        await rig.modem.printed('^\\+MSUB: \\d$', since);
      });
      expect(await rig.message('judge/cmd/waited')).toEqual(waiting);
      await rig.online();
    }));
});
