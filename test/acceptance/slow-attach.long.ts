import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { onMosquitto } from './support/mosquitto.js';
import { Rig } from './support/rig.js';

/** The vendor's guide gives the network two minutes before it asks for flight mode. */
const ATTACH_LIMIT_MS = 120_000;

jest.setTimeout(2 * ATTACH_LIMIT_MS);

onMosquitto('test/acceptance/slow-attach.long.ts', 'A network that is not found by itself', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await Rig.start({ profile: 'air724', echo: true, pieces: 0, glueMs: 0, rdy: 1 });
    await rig.online();
  });
  afterAll(() => rig.close());

  test('gets the radio switched off and, 5 s later, on again after two minutes, and then it is found', async () => {
    await rig.judged(async () => {
      const before = rig.mark;
      const from = (await rig.modem.log()).length;
      await rig.modem.does('stick');
      await rig.comesBack(before, 1.5 * ATTACH_LIMIT_MS);
      const log = (await rig.modem.log()).slice(from).filter(({ direction }) => direction === '>');
      const when = (command: string): number => log.find(({ text }) => text === command)?.t ?? NaN;
      expect(when('AT+CFUN=0') - when('AT+CGATT?')).toBeGreaterThan(ATTACH_LIMIT_MS - 5_000);
      expect(when('AT+CFUN=1') - when('AT+CFUN=0')).toBeGreaterThan(4_900);
      expect(log.filter(({ text }) => text.startsWith('AT+RESET'))).toEqual([]);
      expect(await rig.modem.violations()).toEqual([]);
    });
  });
});
