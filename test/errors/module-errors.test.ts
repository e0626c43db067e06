import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { cmeErrors, explainRefusal, explainTcpError } from '../../src/air/module-errors.js';
import type { StatusCause } from '../../src/status.js';
import { Scene, type SceneOptions } from '../support/scene.js';

const certificate = fileURLToPath(new URL('../fixtures/tls/ca.crt', import.meta.url));

/**
 * Every number that the module refuses with, given by the software modem to the command that it is met with; what a
 * person then sees, and that the link comes back by itself once the fault has passed.
 */
interface Row {
  readonly number: number;
  /** The command that is refused. */
  readonly command: string;
  /** The code and a part of the detail that the status tells; absent: nobody is bothered. */
  readonly cause?: string;
  /** How often it is refused. */
  readonly times?: number;
  readonly scene?: SceneOptions;
  /** What another host said to the module before. */
  readonly before?: string;
  /** The bearer stays up when it is closed. */
  readonly staysUp?: boolean;
}

const bearerRefused = (number: number): Row => ({
  number,
  command: 'SAPBR=1',
  cause: 'BEARER_FAILED',
  times: 3,
});
const tcpRefused = (number: number): Row => ({ number, command: 'MIPSTART', cause: 'TCP_FAILED', times: 3 });
const configRefused = (number: number): Row => ({
  number,
  command: 'MCONFIG',
  cause: 'MQTT_CONFIG_FAILED',
  times: 3,
});

const rows: readonly Row[] = [
  { number: 3, command: 'SAPBR=0' },
  { number: 4, command: 'CGATT', times: 10 },
  { number: 10, command: 'CPIN', cause: 'SIM_MISSING', times: 40 },
  { number: 13, command: 'CPIN', cause: 'SIM_MISSING', times: 40 },
  { number: 14, command: 'CPIN', times: 3 },
  { number: 15, command: 'CPIN', cause: 'SIM_MISSING', times: 40 },
  bearerRefused(30),
  bearerRefused(31),
  configRefused(50),
  configRefused(53),
  { number: 58, command: 'MQTTSTATU' },
  configRefused(100),
  bearerRefused(107),
  bearerRefused(111),
  bearerRefused(148),
  bearerRefused(149),
  configRefused(765),
  tcpRefused(767),
  ...[791, 792, 793, 794, 795, 796].map(configRefused),
  { number: 797, command: 'CGATT', cause: 'NOT_ATTACHED', times: 100 },
  bearerRefused(901),
  // On 4G the bearer comes up by itself, whatever was closed before.
  { number: 902, command: 'SAPBR=1', before: 'AT+SAPBR=1,1', staysUp: true },
  ...[910, 911, 912, 913, 914, 915, 917, 918].map(tcpRefused),
  tcpRefused(65535),
];

/** Rows with a test of their own below. */
const elsewhere = [11, 12, 16, 51, 62];

const needsBearer = (row: Row): boolean => row.command.startsWith('SAPBR=1');

async function strike(row: Row): Promise<{ it: Scene; causes: () => readonly StatusCause[] }> {
  const it = new Scene(row.scene);
  const seen: StatusCause[] = [];
  it.supervisor.on('state', ({ cause }) => cause !== undefined && seen.push(cause));
  it.modem.powerOn();
  await it.clock.advance(10_000);
  if (needsBearer(row) && row.cause !== undefined) it.modem.faults.refuseBearer(true);
  if (row.before !== undefined) {
    // The first AT only trains the baud rate.
    it.modem.write(Buffer.from(`AT\r${row.before}\r`));
    await it.clock.advance(5_000);
  }
  if (row.staysUp === true) it.modem.faults.failNext('SAPBR=0', '+CME ERROR: 3');
  it.modem.faults.failNext(row.command, `+CME ERROR: ${row.number}`, row.times ?? 1);
  await it.supervisor.start();
  return { it, causes: () => seen };
}

describe('the module refuses with +CME ERROR', () => {
  test('every number that has a meaning has a test', () => {
    const tested = [...rows.map(({ number }) => number), ...elsewhere];
    expect(new Set(tested)).toEqual(new Set(cmeErrors.map(({ number }) => number)));
  });

  test.each(
    rows
      .filter(({ cause }) => cause !== undefined)
      .map((row) => [row.number, row.command, row.cause, row] as const),
  )(
    '%i to %s: the status says %s with number and meaning, and the link comes up when it has passed',
    async (number, _command, code, row) => {
      const { it, causes } = await strike(row);
      const told = (): StatusCause | undefined =>
        causes().find((cause) => cause.code === code && cause.detail?.includes(`+CME ERROR: ${number} (`));
      await it.clock.advanceUntil(() => told() !== undefined, 900_000);
      const { meaning } = cmeErrors.find((error) => error.number === number) ?? { meaning: '?' };
      expect(told()?.detail).toContain(`+CME ERROR: ${number} (${meaning})`);
      expect(told()?.hint).not.toBe('');
      it.modem.faults.clear();
      await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 900_000);
      expect(it.supervisor.status().cause).toBeUndefined();
      await it.end();
    },
  );

  test.each(
    rows.filter(({ cause }) => cause === undefined).map((row) => [row.number, row.command, row] as const),
  )('%i to %s bothers nobody', async (_number, command, row) => {
    const { it, causes } = await strike(row);
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 120_000);
    if (command === 'SAPBR=0') it.modem.faults.deact('sapbr');
    await it.clock.advance(120_000);
    expect(it.supervisor.status().status).toBe('online');
    expect(causes().filter(({ code }) => code !== 'BEARER_LOST')).toEqual([]);
    await it.end();
  });
});

describe('the card', () => {
  const pinned: SceneOptions = { modem: { sim: { pin: '4711' } }, link: { sim: { pin: '4711' } } };

  test('11 to CPIN? instead of SIM PIN: the configured PIN is entered', async () => {
    const { it } = await strike({ number: 11, command: 'CPIN', scene: pinned });
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 120_000);
    expect(it.sent().filter((command) => command === 'AT+CPIN="4711"')).toHaveLength(1);
    await it.end();
  });

  test('12 to CPIN? instead of SIM PUK: a person is asked, nothing is entered', async () => {
    const { it } = await strike({ number: 12, command: 'CPIN', scene: pinned });
    await it.clock.advance(60_000);
    expect(it.supervisor.status()).toMatchObject({
      status: 'needs-attention',
      cause: { code: 'SIM_BLOCKED', detail: expect.stringContaining('+CME ERROR: 12 (SIM PUK required)') },
    });
    expect(it.sent().filter((command) => command.startsWith('AT+CPIN='))).toEqual([]);
    await it.end();
  });

  test('16 to the PIN: a person is told that it is wrong, with the PIN masked', async () => {
    const it = new Scene({ modem: { sim: { pin: '4711' } }, link: { sim: { pin: '8264' } } });
    it.modem.powerOn();
    await it.clock.advance(10_000);
    await it.supervisor.start();
    await it.clock.advance(60_000);
    expect(it.supervisor.status()).toMatchObject({
      status: 'needs-attention',
      cause: {
        code: 'SIM_PIN_WRONG',
        detail: 'AT+CPIN=*** was answered with +CME ERROR: 16 (incorrect password).',
      },
    });
    await it.end();
  });
});

describe('certificates', () => {
  const secured: SceneOptions = {
    modem: { profile: 'air780ep' },
    link: { broker: { url: 'mqtts://broker.example', clientId: 'meter-17', tls: { ca: certificate } } },
    startMs: Date.UTC(2027, 0, 1),
  };

  test('62 to FSDEL of a file that was never there is skipped', async () => {
    const { it, causes } = await strike({ number: 62, command: 'FSDEL', scene: secured });
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 120_000);
    expect(causes()).toEqual([]);
    await it.end();
  });

  test('51 to FSWRITE: TLS_SETUP_FAILED that says so, and no connection is tried before it is written', async () => {
    const { it } = await strike({ number: 51, command: 'FSWRITE', scene: secured, times: 2 });
    const { supervisor, clock } = it;
    await clock.advanceUntil(() => supervisor.status().cause?.code === 'TLS_SETUP_FAILED', 120_000);
    expect(supervisor.status().cause?.detail).toContain('+CME ERROR: 51 (no memory)');
    expect(it.sent().some((command) => command.includes('MIPSTART'))).toBe(false);
    await clock.advanceUntil(() => supervisor.status().status === 'online', 300_000);
    await it.end();
  });
});

describe('publishing and subscribing', () => {
  test('767 to MPUB of a session that is gone: SESSION_LOST, and the message arrives in the next one', async () => {
    const it = new Scene();
    await it.online();
    it.modem.faults.halfOpen(true);
    const receipt = await it.supervisor.publish('t', 'x', { qos: 1 });
    let delivered = false;
    void receipt.delivered.then(() => (delivered = true));
    await it.clock.advanceUntil(() => delivered, 120_000);
    expect(it.states.some(({ cause }) => cause?.code === 'SESSION_LOST')).toBe(true);
    await it.end();
  });

  test.each([
    ['ERROR', 'ERROR'],
    ['+CME ERROR: 792', '+CME ERROR: 792 (wrong parameters: their number, range, type or format)'],
    ['+CME ERROR: 4711', '+CME ERROR: 4711'],
  ])('%s to MPUB three times: PUBLISH_FAILED with %s, and the session goes on', async (answer, told) => {
    const it = new Scene();
    await it.online();
    it.modem.faults.failNext('MPUB', answer, 3);
    const receipt = await it.supervisor.publish('t', 'x', { qos: 1 });
    const refused = expect(receipt.delivered).rejects.toMatchObject({
      code: 'PUBLISH_FAILED',
      message: `The message for "t" was refused 3 times, last with ${told}.`,
    });
    await it.clock.advance(30_000);
    await refused;
    expect(it.supervisor.status()).toMatchObject({ status: 'online', recoveries: 0 });
    await it.end();
  });

  test('53 to MSUB: the caller is told number and meaning, and the session goes on', async () => {
    const it = new Scene();
    await it.online();
    it.modem.faults.failNext('MSUB', '+CME ERROR: 53');
    const refused = expect(it.supervisor.subscribe('t')).rejects.toMatchObject({
      code: 'SUBSCRIBE_FAILED',
      message: 'The subscription to "t" was refused with +CME ERROR: 53 (invalid parameter).',
    });
    await it.clock.advance(10_000);
    await refused;
    expect(it.supervisor.status().status).toBe('online');
    await it.end();
  });
});

describe('plain ERROR', () => {
  test.each([
    ['MCONFIG', 'MQTT_CONFIG_FAILED'],
    ['MIPSTART', 'TCP_FAILED'],
  ])('to %s: the status says %s and names the command', async (command, code) => {
    const it = new Scene();
    it.modem.powerOn();
    await it.clock.advance(10_000);
    it.modem.faults.failNext(command, 'ERROR', 3);
    await it.supervisor.start();
    await it.clock.advanceUntil(() => it.states.some(({ cause }) => cause?.code === code), 60_000);
    const { cause } = it.supervisor.status();
    expect(cause?.detail).toMatch(new RegExp(`^AT\\+${command}=.* was answered with ERROR\\.$`));
    expect(cause?.detail).not.toContain('password');
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 300_000);
    await it.end();
  });

  test('to MCONNECT with two arguments: three are tried, nobody is bothered', async () => {
    const it = new Scene({ modem: { quirks: { threeArgumentConnect: true } } });
    await it.online();
    expect(it.states.filter(({ cause }) => cause !== undefined)).toEqual([]);
    await it.end();
  });

  test('after the OK of MCONNECT: MQTT_REFUSED that says so', async () => {
    const it = new Scene();
    it.modem.powerOn();
    await it.clock.advance(10_000);
    it.modem.faults.errorAfterOk('MCONNECT', 1);
    await it.supervisor.start();
    await it.clock.advanceUntil(() => it.states.some(({ cause }) => cause?.code === 'MQTT_REFUSED'), 60_000);
    expect(it.supervisor.status().cause?.detail).toBe(
      'AT+MCONNECT=1,60 was accepted, then answered with ERROR.',
    );
    await it.end();
  });
});

test('a plain connection to a TLS port is told to be one', async () => {
  const it = new Scene({ link: { broker: { url: 'mqtt://broker.example:8883', clientId: 'meter-17' } } });
  it.modem.powerOn();
  await it.clock.advance(10_000);
  await it.supervisor.start();
  await it.clock.advanceUntil(() => it.states.some(({ cause }) => cause?.code === 'TCP_FAILED'), 60_000);
  expect(it.supervisor.status().cause?.detail).toMatch(
    /\+CME ERROR: 767 \(operation failed\)\. .*write mqtts/,
  );
  await it.end();
});

describe('TCP ERROR', () => {
  test.each([
    [12, 'TCP ERROR: 12 (timeout)'],
    [14, 'TCP ERROR: 14 (reset by the other side)'],
    [7, 'TCP ERROR: 7'],
  ])('%i ends the session, is told as %s, and the session comes back', async (number, told) => {
    const it = new Scene();
    await it.online();
    it.modem.faults.tcpError(number);
    await it.clock.advanceUntil(() => it.states.some(({ cause }) => cause?.code === 'TCP_CLOSED'), 10_000);
    expect(it.supervisor.status().cause?.detail).toBe(told);
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 60_000);
    await it.end();
  });
});

describe('the words', () => {
  test('a detail goes with its cause: a later failure of another kind does not inherit it', async () => {
    const it = new Scene();
    it.modem.powerOn();
    await it.clock.advance(10_000);
    it.modem.faults.failNext('MCONFIG', '+CME ERROR: 765');
    await it.supervisor.start();
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 120_000);
    it.modem.faults.closed();
    await it.clock.advanceUntil(() => it.supervisor.status().status !== 'online', 10_000);
    expect(it.supervisor.status().cause).toMatchObject({ code: 'TCP_CLOSED' });
    expect(it.supervisor.status().cause?.detail).toBeUndefined();
    await it.end();
  });

  test('a text of the module’s own is shown only where it cannot be the command again', () => {
    expect(explainRefusal('+CME ERROR: incorrect password')).toBe('+CME ERROR: incorrect password');
    expect(explainRefusal('+CME ERROR: AT+MCONFIG="id","u","word"')).toBe('an error text of 38 bytes');
    expect(explainRefusal('+CMEE :149 ')).toBe('+CME ERROR: 149 (PDP authentication failed)');
    expect(explainTcpError(99)).toBe('TCP ERROR: 99');
  });
});
