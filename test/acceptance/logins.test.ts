import { afterEach, expect, jest, test } from '@jest/globals';
import { freePort } from './support/broker.js';
import type { ModemSetup } from './support/modem.js';
import { onMosquitto } from './support/mosquitto.js';
import { PasswordFile } from './support/password-file.js';
import { recovery, Rig } from './support/rig.js';

/** What stands between a TCP connection and a session: the login. */
jest.setTimeout(60_000);

const setup: ModemSetup = { profile: 'air780ep', echo: true, pieces: 0, glueMs: 0, rdy: 1 };

onMosquitto('test/acceptance/logins.test.ts', 'luat-link run, on an independent modem', () => {
  let rig: Rig;
  const passwords: PasswordFile[] = [];
  afterEach(async () => {
    await rig.close();
    for (const file of passwords.splice(0)) file.remove();
  });

  test('a refused login asks for a person, and is online by itself once the password file of the broker is right', async () => {
    const port = await freePort();
    const login = { username: 'meter', password: 'right-horse-42' };
    const file = new PasswordFile(login.username, 'mistyped');
    passwords.push(file);
    rig = await Rig.start(setup, {
      listeners: [`listener ${port} 127.0.0.1`, 'allow_anonymous false', `password_file ${file.path}`],
      link: { broker: { url: `mqtt://127.0.0.1:${port}`, clientId: 'judge', keepalive: 30, ...login } },
    });
    await rig.judged(async () => {
      expect(await rig.needsAttention()).toBe('MQTT_REFUSED');
      expect(rig.statusesSince(0)).not.toContain('online');
      const before = rig.mark;
      file.write(login.username, login.password);
      rig.broker.reload();
      await rig.online(before);
      await rig.carries(Buffer.from('let in'));
      expect(rig.log).not.toContain(login.password);
      expect(await rig.modem.violations()).toEqual([]);
    });
  });

  test('a second client with the same id slows the link down, with the reason, and its end lets the link stay online', async () => {
    const backoff = { minMs: 500, maxMs: 2_000 };
    // No session is stable as long as the other client takes it away.
    rig = await Rig.start(setup, { link: { recovery: { ...recovery, backoff, stableMs: 20_000 } } });
    await rig.judged(async () => {
      let mark = 0;
      for (let times = 0; times < 4; times += 1) {
        await rig.online(mark);
        mark = rig.mark;
        await rig.broker.takeOver('judge');
        mark = await rig.goesDown(mark);
      }
      expect(await rig.cause(mark)).toBe('CLIENT_ID_TAKEN');
      await rig.online(mark);
      await rig.carries(Buffer.from('alone again'));
      expect(rig.statusesSince(0)).not.toContain('needs-attention');
      // The fourth time it waited at least half of the ceiling; how much longer is the machine's affair.
      expect((await rig.modem.pauses('CLOSED', 'AT+MIPSTART')).at(-1)).toBeGreaterThanOrEqual(
        backoff.maxMs / 2,
      );
      expect(await rig.modem.violations()).toEqual([]);
    });
  });
});
