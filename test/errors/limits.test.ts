import { describe, expect, test } from '@jest/globals';
import { LinkError } from '../../src/errors/link-error.js';
import { createSupervisor } from '../../src/supervisor.js';
import { Scene } from '../support/scene.js';

/** Every limit that a user can meet: at the limit it is taken, one over it is refused by an error that names it. */

const x = (bytes: number): string => 'x'.repeat(bytes);
/** Two bytes a character: limits count bytes. */
const wide = (bytes: number): string => 'é'.repeat(Math.floor(bytes / 2)) + x(bytes % 2);

function refusal(act: () => unknown): LinkError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof LinkError) return error;
    throw error;
  }
}

const least = { port: '/dev/null', broker: { url: 'mqtt://h' }, outbox: { store: 'memory' } } as const;

type Keys = Record<string, unknown>;
const make = (keys: Keys): unknown =>
  createSupervisor({
    ...least,
    ...keys,
    outbox: { ...least.outbox, ...(keys['outbox'] as Keys) },
  });
const broker = (keys: Keys): Keys => ({ broker: { url: 'mqtt://h', ...keys } });

describe('texts of the configuration, in bytes', () => {
  test.each<[string, number, (text: string) => Keys]>([
    ['broker.clientId', 256, (text) => broker({ clientId: text })],
    ['broker.username', 256, (text) => broker({ username: text })],
    ['broker.password', 256, (text) => broker({ username: 'u', password: text })],
    ['broker.url', 256, (text) => broker({ url: `mqtt://${encodeURIComponent(text)}@h` })],
    ['will.topic', 256, (text) => ({ will: { topic: text } })],
    ['will.payload', 1_360, (text) => ({ will: { topic: 't', payload: text } })],
    ['announce.topic', 256, (text) => ({ announce: { topic: text } })],
    ['announce.payload', 4_100, (text) => ({ announce: { topic: 't', payload: text } })],
    ['subscriptions[0].topic', 256, (text) => ({ subscriptions: [{ topic: text }] })],
  ])('%s takes %i', (key, most, keys) => {
    for (const text of [x, wide]) {
      expect(refusal(() => make(keys(text(most))))).toBeUndefined();
      const error = refusal(() => make(keys(text(most + 1))));
      expect(error?.code).toBe('CONFIG_INVALID');
      expect(error?.message).toContain(key);
      expect(error?.message).toContain(String(most));
    }
  });

  test.each(['name', 'user', 'password'])('apn.%s takes 50 ASCII characters', (key) => {
    expect(refusal(() => make({ apn: { [key]: x(50) } }))).toBeUndefined();
    const error = refusal(() => make({ apn: { [key]: x(51) } }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error?.message).toMatch(new RegExp(`apn\\.${key} .*up to 50`));
  });

  test('sim.pin takes 4 to 8 digits', () => {
    for (const pin of ['1234', '12345678']) expect(refusal(() => make({ sim: { pin } }))).toBeUndefined();
    for (const pin of ['123', '123456789'])
      expect(refusal(() => make({ sim: { pin } }))?.message).toMatch(/sim\.pin .*4 to 8 digits/);
  });
});

describe('numbers of the configuration', () => {
  test.each<[string, number, number, (value: number) => Keys]>([
    ['broker.keepalive', 1, 65_535, (keepalive) => broker({ keepalive })],
    ['port.baudRate', 300, 4_000_000, (baudRate) => ({ port: { path: '/dev/null', baudRate } })],
    ['outbox.maxMessages', 1, 100_000_000, (maxMessages) => ({ outbox: { maxMessages } })],
    ['recovery.heartbeatMs', 1, 2_147_483_647, (heartbeatMs) => ({ recovery: { heartbeatMs } })],
    [
      'recovery.commandTimeoutMs',
      1,
      2_147_483_647,
      (commandTimeoutMs) => ({ recovery: { commandTimeoutMs } }),
    ],
  ])('%s takes %i to %i', (key, least, most, keys) => {
    for (const value of [least, most]) expect(refusal(() => make(keys(value)))).toBeUndefined();
    for (const value of [least - 1, most + 1]) {
      const error = refusal(() => make(keys(value)));
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
      expect(error?.message).toContain(`${key} is ${value}; it must be`);
      expect(error?.message).toContain(`from ${least} to ${most}`);
    }
  });

  test('the port of broker.url takes 1 to 65535', () => {
    for (const port of [1, 65_535])
      expect(refusal(() => make(broker({ url: `mqtt://h:${port}` })))).toBeUndefined();
    for (const port of [0, 65_536])
      expect(refusal(() => make(broker({ url: `mqtt://h:${port}` })))?.message).toContain('broker.url');
  });
});

describe('what the module cannot be sent is refused before the port is opened, and the key is named', () => {
  const { broker: url } = broker({ url: 'mqtts://h' });
  test.each<[string, Keys]>([
    ['broker.clientId', broker({ clientId: 'a"b' })],
    ['broker.clientId', broker({ clientId: `${x(250)}{imei}` })],
    ['broker.clientId', broker({ clientId: `${x(240)}{iccid}` })],
    ['broker.username', broker({ username: 'a\\b' })],
    ['broker.password', broker({ username: 'u', password: 'a"b' })],
    ['broker.url', broker({ url: 'mqtt://u:a%0Db@h' })],
    ['broker.tls.serverName', { broker: { ...(url as Keys), tls: { insecure: true, serverName: 'a"b' } } }],
    ['apn.password', { apn: { password: 'a\\b' } }],
    ['sim.pin', { sim: { pin: '12x4' } }],
    ['will.topic', { will: { topic: 'a\\b' } }],
    ['will.payload', { will: { topic: 't', payload: 'a\0b' } }],
    ['announce.topic', { announce: { topic: 'a/#' } }],
    ['announce.payload', { module: 'air780el', announce: { topic: 't', payload: x(1_361) } }],
    ['announce.payload', { receive: { encoding: 'hex' }, announce: { topic: 't', payload: x(2_051) } }],
    ['subscriptions', { subscriptions: [{ topic: 'a"b' }] }],
  ])('%s: %j', (key, keys) => {
    const error = refusal(() => make(keys));
    expect(error?.code).toBe('CONFIG_INVALID');
    expect(error?.message.replace('will topic', 'will.topic')).toContain(key);
  });

  test('at the limit it is taken', () => {
    for (const keys of [
      broker({ clientId: `${x(241)}{imei}` }),
      broker({ clientId: `${x(236)}{iccid}` }),
      { module: 'air780el', announce: { topic: 't', payload: x(1_360) } },
      { receive: { encoding: 'hex' }, announce: { topic: 't', payload: x(2_050) } },
    ])
      expect(refusal(() => make(keys))).toBeUndefined();
  });
});

describe('calls', () => {
  const link = createSupervisor(least);

  test.each<[string, (topic: string) => Promise<unknown>]>([
    ['publish', (topic) => link.publish(topic, 'x')],
    ['subscribe', (topic) => link.subscribe(topic, { signal: AbortSignal.abort(new Error('taken')) })],
    ['unsubscribe', (topic) => link.unsubscribe(topic)],
    ['messages', (topic) => Promise.resolve().then(() => link.messages(topic))],
  ])('%s takes a topic of 256 bytes', async (name, call) => {
    const taken = call(wide(256));
    if (name === 'subscribe') await expect(taken).rejects.toThrow('taken');
    else await expect(taken).resolves.not.toBeInstanceOf(Error);
    if (name === 'subscribe') return;
    await expect(call(wide(257))).rejects.toMatchObject({
      code: 'TOPIC_INVALID',
      message: expect.stringContaining('has 257 bytes; the module takes up to 256'),
    });
  });

  test('subscribe refuses a filter of 257 bytes', async () => {
    await expect(link.subscribe(x(257))).rejects.toMatchObject({
      code: 'TOPIC_INVALID',
      message: expect.stringContaining('has 257 bytes; the module takes up to 256'),
    });
  });
});

/** The longest message of each module, raw and as digits. */
const longest = [
  ['air724', 4_100, 1_174],
  ['air780e', 4_100, 1_192],
  ['air780ep', 4_100, 2_050],
  ['air780el', 1_360, 512],
] as const;

describe.each(
  longest.flatMap(([profile, raw, hex]) => [[profile, 'raw', raw] as const, [profile, 'hex', hex] as const]),
)('a message through %s, %s', (profile, encoding, most) => {
  test(`arrives whole at ${most} bytes, and is refused with the limit named at ${most + 1}`, async () => {
    const it = new Scene({ modem: { profile }, link: { receive: { mode: 'direct', encoding } } });
    await it.online();
    const bytes = Buffer.from(Array.from({ length: most }, (_, index) => index % 256));
    const receipt = await it.supervisor.publish('big', bytes, { qos: 1 });
    await it.clock.advance(30_000);
    await receipt.delivered;
    const seen = it.network.broker.published.find(({ topic }) => topic === 'big');
    expect(seen?.payload.equals(bytes)).toBe(true);
    await expect(it.supervisor.publish('big', Buffer.alloc(most + 1))).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      message: expect.stringContaining(`has ${most + 1} bytes; the module publishes up to ${most}`),
    });
    await it.end();
  });
});
