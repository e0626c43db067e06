import { describe, expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import type { LinkOptions } from '../../src/config/schema.js';
import { LinkError } from '../../src/errors/link-error.js';
import { Scene } from '../support/scene.js';
import { readMessage } from './argument-grammar.js';
import { readHost, type Heard } from './wire-judge.js';

/**
 * Hostile values in every key of the configuration and every call that reaches the wire, through the whole library: each
 * is refused by a typed error, or the module reads exactly that value in exactly that place, and nothing else besides.
 * (`injection.test.ts` gives each field 10,000 values; here the fields stand together on one line to a module.)
 */

const hostile = fc.constantFrom(
  '"',
  '\\',
  '\\22',
  '\r',
  '\n',
  '\r\n',
  '\x1a',
  '\x1b',
  '\0',
  '\u0085',
  '\ud800',
  ',',
  '",1,0,"',
  '"\rAT+CFUN=0\r',
  '\r\nOK\r\n',
  '+',
  '#',
  '\x1aAT+RESET\r',
  'é',
  '🙂',
);
const plain = fc.string({ unit: fc.constantFrom('a', 'Z', '7', '.', '-', '_'), minLength: 1, maxLength: 12 });
/** Never empty: an empty login or APN leaves its argument out (`command-texts.test.ts`). */
const risky = fc.string({ unit: fc.oneof(hostile, plain), minLength: 1, maxLength: 6 });
/** What one field may hold: mostly harmless, so that not every configuration is refused for another field. */
const text = fc.oneof({ weight: 12, arbitrary: plain }, { weight: 1, arbitrary: risky });
/** What the module documents an escape for. */
const message = fc.oneof(risky, fc.string({ unit: fc.oneof(plain, fc.constantFrom('"', '\\', '\r', '\n')) }));
const topic = fc.oneof({ weight: 12, arbitrary: plain }, { weight: 1, arbitrary: risky });
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array)),
  message.map((value) => Buffer.from(value)),
);
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);

interface Case {
  readonly keys: Record<
    'clientId' | 'username' | 'password' | 'willTopic' | 'willPayload' | 'announceTopic' | 'announcePayload',
    string
  >;
  readonly apn: { readonly name: string; readonly user: string; readonly password: string };
  readonly host: string;
  readonly filter: string;
  readonly encoding: 'raw' | 'hex';
  readonly publishes: readonly (readonly [string, Buffer, 0 | 1 | 2])[];
  readonly subscribes: readonly string[];
}

const cases: fc.Arbitrary<Case> = fc.record({
  keys: fc.record({
    clientId: text,
    username: text,
    password: text,
    willTopic: topic,
    willPayload: message,
    announceTopic: topic,
    announcePayload: message,
  }),
  apn: fc.record({ name: text, user: text, password: text }),
  host: text,
  filter: topic,
  encoding: fc.constantFrom('raw', 'hex'),
  publishes: fc.array(fc.tuple(fc.oneof(plain, risky), bytes, qos), { minLength: 6, maxLength: 10 }),
  subscribes: fc.array(fc.oneof(plain, risky), { minLength: 2, maxLength: 4 }),
});

function optionsOf({ keys, apn, host, filter, encoding }: Case): Partial<LinkOptions> {
  return {
    apn,
    broker: {
      url: `mqtt://${host}`,
      clientId: keys.clientId,
      username: keys.username,
      password: keys.password,
    },
    will: { topic: keys.willTopic, payload: keys.willPayload, qos: 1 },
    announce: { topic: keys.announceTopic, payload: keys.announcePayload, qos: 1 },
    subscriptions: [{ topic: filter, qos: 1 }],
    receive: { mode: 'direct', encoding },
    log: { level: 'silent' },
  };
}

/** The scene, unless the configuration is refused. */
function sceneOf(given: Case): Scene | LinkError {
  try {
    return new Scene({ modem: { profile: 'air780ep' }, link: optionsOf(given) });
  } catch (error) {
    if (error instanceof LinkError && ['CONFIG_INVALID', 'TOPIC_INVALID'].includes(error.code)) return error;
    throw error;
  }
}

/** What a promise of the library comes to; anything but a LinkError or a value is a fault. */
async function outcomeOf(call: Promise<unknown>): Promise<'taken' | 'refused'> {
  return call.then(
    () => 'taken',
    (error: unknown) => {
      if (error instanceof LinkError && ['TOPIC_INVALID', 'PAYLOAD_TOO_LARGE'].includes(error.code))
        return 'refused';
      throw error;
    },
  );
}

/** The verbs that the link has a use for in these scenes; anything else was injected. */
const verbs = new Set([
  '',
  'E0',
  'I',
  '+CMEE',
  '+CFUN?',
  '+CGSN',
  '+CGMR',
  '+ICCID',
  '+MQTTMSGSET',
  '+MQTTMODE',
  '+CPIN?',
  '+CGATT?',
  '+CEREG?',
  '+SAPBR',
  '+MCONFIG',
  '+MIPSTART',
  '+MCONNECT',
  '+MSUB',
  '+MUNSUB',
  '+MPUB',
  '+MPUBEX',
  '+MQTTSTATU',
  '+CSQ',
  '+CESQ',
  '+COPS?',
  '+MDISCONNECT',
  '+MIPCLOSE',
]);

const utf8 = (heard: Heard, index: number): string | undefined =>
  heard.arguments[index]?.bytes.toString('utf8');

function publishedIn(heard: Heard, encoding: 'raw' | 'hex'): readonly [string | undefined, Buffer] {
  if (heard.data !== undefined) return [utf8(heard, 0), heard.data];
  const argument = heard.arguments[3];
  if (argument === undefined) throw new Error('MPUB without a message');
  return [
    utf8(heard, 0),
    encoding === 'hex' ? Buffer.from(argument.bytes.toString(), 'hex') : readMessage(argument),
  ];
}

describe('through the whole library', () => {
  test('every value is refused by a typed error, or read by the module as exactly what it is', async () => {
    let taken = 0;
    let refused = 0;
    let values = 0;
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        values += 12 + 2 * given.publishes.length + given.subscribes.length;
        const it = sceneOf(given);
        if (it instanceof LinkError) {
          refused += 1;
          return;
        }
        taken += 1;
        const written: Buffer[] = [];
        const write = it.modem.write.bind(it.modem);
        it.modem.write = (chunk) => {
          written.push(Buffer.from(chunk));
          write(chunk);
        };
        await it.online();
        const accepted: (readonly [string, Buffer])[] = [];
        for (const [where, payload, level] of given.publishes) {
          if ((await outcomeOf(it.supervisor.publish(where, payload, { qos: level }))) === 'taken')
            accepted.push([where, payload]);
        }
        const filters: string[] = [];
        for (const filter of given.subscribes) {
          const calls = [it.supervisor.subscribe(filter), it.supervisor.unsubscribe(filter)];
          const ends = calls.map((call) => outcomeOf(call.catch(stoppedIsFine)));
          await it.clock.advance(3_000);
          if ((await ends[0]) === 'taken') filters.push(filter);
          await ends[1];
        }
        await it.clock.advance(30_000);
        await it.end();

        const heard = readHost(Buffer.concat(written));
        for (const { verb } of heard) if (!verbs.has(verb)) throw new Error(`injected: AT${verb}`);
        judge(heard, given, accepted);
        const { broker } = it.network;
        expect(it.modem.violations).toEqual([]);
        // And so they came to the broker.
        const { clientId, username, password, willTopic, willPayload } = given.keys;
        expect(broker.logins[0]).toMatchObject({ clientId, username, password });
        expect(broker.logins[0]?.will).toMatchObject({ topic: willTopic, payload: Buffer.from(willPayload) });
        const arrived = broker.published.slice(0, accepted.length + 1).map((one) => [one.topic, one.payload]);
        expect(arrived).toEqual([
          [given.keys.announceTopic, Buffer.from(given.keys.announcePayload)],
          ...accepted,
        ]);
      }),
      { numRuns: 150 },
    );
    expect(taken).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(20);
    expect(values).toBeGreaterThan(3_000);
  }, 120_000);
});

/** An unsubscribe may overtake its subscribe, which then ends as taken back. */
function stoppedIsFine(error: unknown): void {
  if (!(error instanceof LinkError && error.code === 'STOPPED')) throw error;
}

function judge(heard: readonly Heard[], given: Case, accepted: readonly (readonly [string, Buffer])[]): void {
  const of = (verb: string): readonly Heard[] => heard.filter((one) => one.verb === verb);
  const [config] = of('+MCONFIG');
  if (config === undefined) throw new Error('no MCONFIG');
  const { clientId, username, password, willTopic, willPayload, announceTopic, announcePayload } = given.keys;
  expect([0, 1, 2, 5].map((index) => utf8(config, index))).toEqual([clientId, username, password, willTopic]);
  const payload = config.arguments[6];
  if (config.arguments.length !== 7 || payload === undefined) throw new Error('another MCONFIG');
  expect(readMessage(payload).toString('utf8')).toBe(willPayload);
  const bearer = of('+SAPBR').map((one) => [utf8(one, 2), utf8(one, 3)]);
  expect(bearer).toEqual(
    expect.arrayContaining([
      ['APN', given.apn.name],
      ['USER', given.apn.user],
      ['PWD', given.apn.password],
    ]),
  );
  expect(utf8(of('+MIPSTART')[0] ?? config, 0)).toBe(given.host);
  expect(utf8(of('+MSUB')[0] ?? config, 0)).toBe(given.filter);
  const sent = heard.filter(({ verb }) => verb === '+MPUB' || verb === '+MPUBEX');
  expect(sent.map((one) => publishedIn(one, given.encoding))).toEqual([
    [announceTopic, Buffer.from(announcePayload)],
    ...accepted,
  ]);
}

describe('values that come from the module', () => {
  test.each([
    '866289037465624"',
    '866289037465624\rAT+CFUN=0',
    '86628903746562',
    '8662890374656245',
    '"866289037465624","x"',
    '86628903746562é',
    '',
  ])('an IMEI %j is no client id', async (imei) => {
    const it = new Scene({ modem: { imei }, link: { broker: { url: 'mqtt://h', clientId: 'm-{imei}' } } });
    it.modem.powerOn();
    await it.clock.advance(10_000);
    await it.supervisor.start();
    await it.clock.advance(60_000);
    const sent = it.sent().filter((line) => line.startsWith('AT+MCONFIG'));
    for (const line of sent) expect(line).toBe('AT+MCONFIG="m-866289037465624"');
    if (sent.length === 0) expect(it.supervisor.status().cause).toMatchObject({ code: 'MQTT_CONFIG_FAILED' });
    await it.end();
  });

  test.each(['8986"0012345678901234', '89860012345678901234\rAT+CFUN=0', '8986', '898600123456789012345678'])(
    'an ICCID %j is no client id',
    async (iccid) => {
      const it = new Scene({ modem: { iccid }, link: { broker: { url: 'mqtt://h', clientId: '{iccid}' } } });
      it.modem.powerOn();
      await it.clock.advance(10_000);
      await it.supervisor.start();
      await it.clock.advance(60_000);
      for (const line of it.sent().filter((sent) => sent.startsWith('AT+MCONFIG')))
        expect(line).toMatch(/^AT\+MCONFIG="\d{19,20}F?"$/);
      await it.end();
    },
  );
});
