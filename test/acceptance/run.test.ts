import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { hasMosquitto } from './support/broker.js';
import type { ModemSetup } from './support/modem.js';
import { Rig } from './support/rig.js';

/**
 * The built product as a user runs it, against a modem that shares no code with it and a real Mosquitto.
 * The modem also watches that the host keeps the vendor's rules, whatever happens.
 */
jest.setTimeout(60_000);

const skipsNothing = process.env['SKIP_NOTHING'] === '1';
if (!hasMosquitto && !skipsNothing) {
  process.stderr.write(
    'SKIPPED test/acceptance/run.test.ts: Mosquitto is not installed (apt install mosquitto)\n',
  );
}
const onMosquitto = hasMosquitto || skipsNothing ? describe : describe.skip;

const setups: readonly ModemSetup[] = [
  { profile: 'air780e', echo: true, pieces: 3, glueMs: 5, rdy: 2 },
  { profile: 'air724', echo: true, pieces: 3, glueMs: 5, rdy: 2 },
];

const payloads = {
  'quotes, CRLF, UTF-8, NUL, 0x1A and backslash': Buffer.from(
    '{"id":"7"}\r\n\\22\\ \u0000 \u001a 温度 21.5 °C 🛰\r',
    'utf8',
  ),
  'every byte': Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  'words of the modem': Buffer.from('\r\nOK\r\n> \r\nERROR\r\n+CME ERROR: 3\r\nCLOSED\r\nAT+MIPCLOSE\r'),
  'one quote': Buffer.from('"'),
};
const impostor = Buffer.from('x\r\nOK\r\nCLOSED\r\n+SAPBR 1: DEACT\r\nRDY\r\n');
const binary = randomBytes(1_300);

/** How the modem writes: see ModemSetup. */
const shapes = [
  { pieces: 0, glueMs: 5 },
  { pieces: 0, glueMs: 0 },
  { pieces: 1, glueMs: 0 },
  { pieces: 3, glueMs: 5 },
];

type Check = (rig: Rig) => Promise<void>;

/** Both families at once: most of a case is waiting. */
async function checkAll(rigs: readonly Rig[], check: Check): Promise<void> {
  const ends = await Promise.allSettled(
    rigs.map((rig) =>
      rig.judged(async () => {
        await check(rig);
        expect(await rig.modem.violations()).toEqual([]);
      }),
    ),
  );
  const faults = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
  if (faults.length > 0) throw new Error(faults.join('\n\n'));
}

let rigs: readonly Rig[] = [];

function judged(name: string, check: Check): void {
  test(name, () => checkAll(rigs, check));
}

/** Cases that wait long for what stays out: on rigs of their own, one after the other, while the others run. */
const aside: { readonly check: Check; done: Promise<void> }[] = [];
let rigsAside: readonly Rig[] = [];

function judgedAside(name: string, check: Check): void {
  const own = { check, done: Promise.resolve() };
  aside.push(own);
  test(name, () => own.done);
}

function beginAside(): void {
  let last = checkAll(rigsAside, (rig) => rig.online());
  for (const own of aside) {
    own.done = last.then(() => checkAll(rigsAside, own.check));
    // A failure is told by its own test, later; the next case begins in any event.
    last = own.done.catch(() => undefined);
  }
}

onMosquitto('luat-link run, on an independent air780e and an independent air724', () => {
  beforeAll(async () => {
    if (!hasMosquitto) throw new Error('Mosquitto is not installed, and nothing may be skipped');
    rigs = await Promise.all(setups.map((setup) => Rig.start(setup)));
    rigsAside = await Promise.all(setups.map((setup) => Rig.start(setup)));
    beginAside();
  });

  afterAll(async () => {
    await Promise.all([...rigs, ...rigsAside].map((rig) => rig.close()));
  });

  judged('gets online and carries messages both ways', async (rig) => {
    await rig.online();
    await rig.carries(Buffer.from('hello'));
    expect((await rig.broker.published('judge/status', 0)).toString()).toBe('online');
  });

  for (const [name, payload] of Object.entries(payloads)) {
    for (const qos of [0, 1, 2] as const) {
      judged(`${name}: arrives byte for byte with QoS ${qos}`, (rig) => rig.delivers(payload, qos));
    }
    judged(`${name}: is received byte for byte`, (rig) => rig.receives(payload));
  }

  for (const shape of shapes) {
    judged(`1,300 random bytes pass both ways, the modem writing ${JSON.stringify(shape)}`, async (rig) => {
      await rig.modem.does('shape', shape);
      await rig.carries(binary);
      await Promise.all([rig.receives(impostor), rig.receives(binary), rig.receives(Buffer.from('\r\n'))]);
    });
  }

  judged('publishes whole where the module echoes the payload', async (rig) => {
    await rig.modem.does('echoData', { on: true });
    await rig.carries(binary);
    await rig.delivers(impostor, 2);
    await rig.modem.does('echoData', { on: false });
  });

  judged('takes a payload that reads like a collapse for what it is', async (rig) => {
    const mark = rig.mark;
    await rig.receives(impostor);
    await rig.carries(Buffer.from('nothing happened'));
    expect(rig.statusesSince(mark).filter((status) => status !== 'online')).toEqual([]);
  });

  judged('comes back after CLOSED; the will is sent, and the announcement after it', async (rig) => {
    const seen = rig.broker.seen;
    await rig.survives(() => rig.modem.does('closed'));
    expect((await rig.broker.published('judge/status', seen)).toString()).toBe('offline');
  });

  for (const urc of ['+SAPBR 1: DEACT', '+CGEV: NW PDN DEACT 1', '+PDP DEACT', '+PDP: DEACT']) {
    judged(`comes back after ${urc}`, (rig) => rig.survives(() => rig.modem.does('deact', { urc })));
  }

  for (const rdy of [0, 1, 2]) {
    judged(`comes back after a reboot that says RDY ${rdy} times`, (rig) =>
      rig.survives(() => rig.modem.does('reboot', { rdy })),
    );
  }

  judged('finds a session that is gone without CLOSED', (rig) =>
    rig.survives(() => rig.modem.does('halfOpen')),
  );

  for (const [size, payload] of [
    ['short', Buffer.from('short')],
    ['long', binary],
  ] as const) {
    judged(`delivers a ${size} message in the end when the command gets no answer`, async (rig) => {
      await rig.modem.rule({ command: 'AT+MPUB', final: null });
      await rig.delivers(payload, 1);
      await rig.carries(Buffer.from('still here'));
    });
  }

  judged('does not take a late answer for that of the next command', async (rig) => {
    await rig.modem.rule({ command: 'AT+MPUB', lateMs: 1_700 });
    await rig.delivers(Buffer.from('answered late'), 1);
    await rig.carries(Buffer.from('still here'));
  });

  for (const outcome of ['ERROR', '+CME ERROR: 3', 'CLOSED']) {
    judged(`tries on after MCONNECT ended in ${outcome}`, async (rig) => {
      await rig.modem.rule({ command: 'AT+MCONNECT', times: 2, final: 'OK', outcome: [outcome] });
      await rig.survives(() => rig.modem.does('closed'));
    });
  }

  judged('tries on after MIPSTART that fails, at once or later', async (rig) => {
    await rig.modem.rule({ command: 'AT+MIPSTART', final: '+CME ERROR: 767' });
    const outcome = ['STATE: IP STATUS', 'CONNECT FAIL'];
    await rig.modem.rule({ command: 'AT+MIPSTART', final: 'OK', outcome });
    await rig.survives(() => rig.modem.does('closed'));
  });

  judged('tries on after a bearer that fails', async (rig) => {
    await rig.modem.rule({ command: 'AT+SAPBR=1,1', times: 2, final: '+CME ERROR: 65535' });
    await rig.survives(() => rig.modem.does('deact'));
  });

  judged('waits for a SIM that is busy', async (rig) => {
    await rig.modem.rule({ command: 'AT+CPIN?', final: '+CME ERROR: 14' });
    await rig.survives(() => rig.modem.does('reboot'));
  });

  judged('comes back when the SIM is taken out and put in again', async (rig) => {
    const before = rig.mark;
    const looking = rig.modem.command('^AT\\+CPIN\\?');
    await rig.modem.does('simOut');
    await looking;
    await rig.modem.does('simIn');
    await rig.comesBack(before);
  });

  judged('comes back when the network was left and found again', (rig) =>
    rig.survives(() => rig.modem.does('detach')),
  );

  judged('comes back when the broker does', async (rig) => {
    const before = rig.mark;
    const trying = rig.modem.command('^AT\\+MIPSTART');
    await rig.broker.halt();
    await trying;
    await rig.broker.resume();
    await rig.broker.observe();
    await rig.comesBack(before);
  });

  judged('takes over a modem whose session outlived the host process', async (rig) => {
    await rig.hostCrash();
    await rig.online();
    await rig.carries(Buffer.from('hello again'));
  });

  judgedAside('delivers in the end when an acknowledgement stays out', async (rig) => {
    await rig.modem.rule({ command: 'AT+MPUB', mute: ['PUBACK'] });
    await rig.delivers(Buffer.from('acknowledged late'), 1);
    await rig.carries(Buffer.from('still here'));
  });

  judgedAside('ends a hang with the reset command', (rig) => rig.survives(() => rig.modem.does('hang')));

  judgedAside('subscribes again when SUBACK stays out', async (rig) => {
    await rig.modem.rule({ command: 'AT+MSUB', mute: ['SUBACK'] });
    await rig.survives(() => rig.modem.does('closed'));
  });

  // The last one: nothing runs after it.
  judged('closes with MDISCONNECT and MIPCLOSE at SIGTERM, and exits with 0', async (rig) => {
    await rig.online();
    const logged = (await rig.modem.log()).length;
    const code = await rig.terminate();
    const commands = (await rig.modem.log()).slice(logged).filter(({ direction }) => direction === '>');
    expect(commands.map(({ text }) => text).slice(-2)).toEqual(['AT+MDISCONNECT', 'AT+MIPCLOSE']);
    expect(code).toBe(0);
  });
});
