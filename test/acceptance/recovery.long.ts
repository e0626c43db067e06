import { randomBytes } from 'node:crypto';
import { beforeAll, expect, jest, test } from '@jest/globals';
import { Families, type Check } from './support/families.js';
import { onMosquitto } from './support/mosquitto.js';

/**
 * The built product against a modem that shares no code with it and a real Mosquitto: whatever happens to either, it is
 * online again and publishes again, nobody touches anything, and no command is sent over another.
 */
jest.setTimeout(60_000);

const binary = randomBytes(1_300);
const noise = randomBytes(3_000);

onMosquitto('test/acceptance/recovery.long.ts', 'luat-link run comes back', () => {
  const families = new Families();
  const familiesAside = new Families();

  /** Cases that wait long for what stays out: on rigs of their own, one after the other, while the others run. */
  const aside: { readonly check: Check; done: Promise<void> }[] = [];

  function slowly(name: string, check: Check): void {
    const own = { check, done: Promise.resolve() };
    aside.push(own);
    test(name, () => own.done);
  }

  beforeAll(() => {
    let last = familiesAside.check((rig) => rig.online());
    for (const own of aside) {
      own.done = last.then(() => familiesAside.check(own.check));
      // A failure is told by its own test, later; the next case begins in any event.
      last = own.done.catch(() => undefined);
    }
  });

  families.judged('gets online to begin with', (rig) => rig.online());

  families.judged('comes back after CLOSED; the will is sent, and the announcement after it', async (rig) => {
    const seen = rig.broker.seen;
    await rig.survives(() => rig.modem.does('closed'));
    expect((await rig.broker.published('judge/status', seen)).toString()).toBe('offline');
  });

  for (const urc of ['+SAPBR 1: DEACT', '+CGEV: NW PDN DEACT 1', '+PDP DEACT', '+PDP: DEACT']) {
    families.judged(`comes back after ${urc}`, (rig) => rig.survives(() => rig.modem.does('deact', { urc })));
  }

  for (const rdy of [0, 1, 2]) {
    families.judged(`comes back after a reboot that says RDY ${rdy} times`, (rig) =>
      rig.survives(() => rig.modem.does('reboot', { rdy })),
    );
  }

  families.judged('finds a session that is gone without CLOSED', (rig) =>
    rig.survives(() => rig.modem.does('halfOpen')),
  );

  for (const [size, payload] of [
    ['short', Buffer.from('short')],
    ['long', binary],
  ] as const) {
    families.judged(`delivers a ${size} message in the end when the command gets no answer`, async (rig) => {
      await rig.modem.rule({ command: 'AT+MPUB', final: null });
      await rig.delivers(payload, 1);
      await rig.carries(Buffer.from('still here'));
    });
  }

  families.judged('does not take a late answer for that of the next command', async (rig) => {
    await rig.modem.rule({ command: 'AT+MPUB', lateMs: 1_700 });
    await rig.delivers(Buffer.from('answered late'), 1);
    await rig.carries(Buffer.from('still here'));
  });

  for (const outcome of ['ERROR', '+CME ERROR: 3', 'CLOSED']) {
    families.judged(`tries on after MCONNECT ended in ${outcome}`, async (rig) => {
      await rig.modem.rule({ command: 'AT+MCONNECT', times: 2, final: 'OK', outcome: [outcome] });
      await rig.survives(() => rig.modem.does('closed'));
    });
  }

  families.judged('tries on after MIPSTART that fails, at once or later', async (rig) => {
    await rig.modem.rule({ command: 'AT+MIPSTART', final: '+CME ERROR: 767' });
    const outcome = ['STATE: IP STATUS', 'CONNECT FAIL'];
    await rig.modem.rule({ command: 'AT+MIPSTART', final: 'OK', outcome });
    await rig.survives(() => rig.modem.does('closed'));
  });

  families.judged('tries on after a bearer that fails', async (rig) => {
    await rig.modem.rule({ command: 'AT+SAPBR=1,1', times: 2, final: '+CME ERROR: 65535' });
    await rig.survives(() => rig.modem.does('deact'));
  });

  families.judged('waits for a SIM that is busy', async (rig) => {
    await rig.modem.rule({ command: 'AT+CPIN?', final: '+CME ERROR: 14' });
    await rig.survives(() => rig.modem.does('reboot'));
  });

  families.judged('comes back when the SIM is taken out and put in again', async (rig) => {
    const before = rig.mark;
    const looking = rig.modem.command('^AT\\+CPIN\\?');
    await rig.modem.does('simOut');
    await looking;
    await rig.modem.does('simIn');
    await rig.comesBack(before);
  });

  families.judged('comes back when the network was left and found again', (rig) =>
    rig.survives(() => rig.modem.does('detach')),
  );

  families.judged('comes back when the broker does', async (rig) => {
    const before = rig.mark;
    const trying = rig.modem.command('^AT\\+MIPSTART');
    await rig.broker.halt();
    await trying;
    await rig.broker.resume();
    await rig.broker.observe();
    await rig.comesBack(before);
  });

  for (const at of ['MIPSTART', 'MCONNECT', 'MSUB']) {
    families.judged(`comes back after a reboot in the middle of ${at}`, async (rig) => {
      const before = rig.mark;
      const connecting = rig.modem.command(`^AT\\+${at}=`);
      await rig.modem.does('closed');
      await connecting;
      await rig.modem.does('reboot');
      await rig.comesBack(before);
    });
  }

  families.judged('lets 3 kB of noise pass', async (rig) => {
    await rig.modem.does('noise', { base64: noise.toString('base64') });
    await rig.carries(Buffer.from('after the noise'));
  });

  families.judged('comes back when the modem is unplugged and plugged in again', async (rig) => {
    const before = rig.mark;
    await rig.modem.does('unplug');
    await rig.goesDown(before);
    await rig.modem.does('plug');
    await rig.comesBack(before);
  });

  slowly('delivers in the end when an acknowledgement stays out', async (rig) => {
    await rig.modem.rule({ command: 'AT+MPUB', mute: ['PUBACK'] });
    await rig.delivers(Buffer.from('acknowledged late'), 1);
    await rig.carries(Buffer.from('still here'));
  });

  slowly('ends a hang by pulsing the RESET pin', async (rig) => {
    await rig.survives(() => rig.modem.does('hang'));
    expect((await rig.modem.log()).map(({ text }) => text)).toContain('RESET pressed');
  });

  slowly('subscribes again when SUBACK stays out', async (rig) => {
    await rig.modem.rule({ command: 'AT+MSUB', mute: ['SUBACK'] });
    await rig.survives(() => rig.modem.does('closed'));
  });

  for (const command of ['MPUB', 'MIPSTART', 'MQTTSTATU']) {
    slowly(`does not take the answer to ${command} that comes 5 s late for another's`, async (rig) => {
      await rig.modem.rule({ command: `AT+${command}`, lateMs: 5_000 });
      const answered = rig.modem.noted(`^late: AT\\+${command}`);
      if (command === 'MIPSTART') await rig.survives(() => rig.modem.does('closed'));
      if (command === 'MPUB') await rig.delivers(Buffer.from('answered late'), 1);
      await answered;
      await rig.carries(Buffer.from('still here'));
    });
  }
});
