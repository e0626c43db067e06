import { describe, expect, test } from '@jest/globals';
import { createSupervisor, LinkError } from '../../src/index.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { Scene } from '../support/scene.js';

/** What became of a promise so far. */
function watch<T>(promise: Promise<T>): { end: unknown } {
  const watched: { end: unknown } = { end: 'pending' };
  promise.then(
    (value) => (watched.end = value ?? 'resolved'),
    (error: unknown) => (watched.end = error instanceof LinkError ? error.code : error),
  );
  return watched;
}

describe('start, online and stop', () => {
  test('online resolves at once when the link is up, and rejects with STOPPED when it is stopped first', async () => {
    const it = new Scene();
    const early = watch(it.supervisor.online());
    await it.online();
    expect(early.end).toBe('resolved');
    await expect(it.supervisor.online()).resolves.toBeUndefined();
    await it.end();
    await expect(it.supervisor.online()).rejects.toMatchObject({ code: 'STOPPED' });

    const never = new Scene();
    await never.supervisor.start();
    const waiting = watch(never.supervisor.online());
    await never.end();
    expect(waiting.end).toBe('STOPPED');
  });

  test('a signal ends the waiting, not the supervision', async () => {
    const it = new Scene();
    const abort = new AbortController();
    await it.supervisor.start();
    const waiting = watch(it.supervisor.online({ signal: abort.signal }));
    const reason = new Error('enough');
    abort.abort(reason);
    await it.clock.advance(1);
    expect(waiting.end).toBe(reason);
    await it.online();
    expect(it.supervisor.status().status).toBe('online');
    await expect(it.supervisor.start({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await it.end();
  });

  test('it can be started again after a stop, and await using stops it', async () => {
    const it = new Scene();
    await it.online();
    await it.end();
    await it.supervisor.start();
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 60_000);
    const disposing = it.supervisor[Symbol.asyncDispose]();
    await it.clock.advance(10_000);
    await disposing;
    expect(it.supervisor.status().status).toBe('stopped');
    it.modem.powerOff();
    expect(it.clock.armed).toBe(0);
  });

  test('stopping without ever having started resolves', async () => {
    const it = new Scene();
    await expect(it.supervisor.stop()).resolves.toBeUndefined();
  });

  test('stop settles everything that is pending', async () => {
    const it = new Scene();
    await it.supervisor.start();
    const receipt = await it.supervisor.publish('a', 'b', { qos: 1 });
    const delivered = watch(receipt.delivered);
    const subscribed = watch(it.supervisor.subscribe('x/#'));
    const stream = it.supervisor.messages('x/#');
    const next = watch(stream.next());
    await it.end();
    expect([delivered.end, subscribed.end]).toEqual(['STOPPED', 'STOPPED']);
    expect(next.end).toEqual({ done: true, value: undefined });
    await expect(it.supervisor.publish('a', 'b')).rejects.toMatchObject({ code: 'STOPPED' });
  });

  test('stop with drainMs delivers what waits first', async () => {
    const it = new Scene();
    await it.online();
    const ends: { end: unknown }[] = [];
    for (let index = 0; index < 5; index++) {
      ends.push(watch((await it.supervisor.publish('a', String(index), { qos: 1 })).delivered));
    }
    const stopping = it.supervisor.stop({ drainMs: 20_000 });
    await it.clock.advance(30_000);
    await stopping;
    expect(ends.map(({ end }) => end)).toEqual(Array(5).fill('resolved'));
  });
});

describe('publish', () => {
  test('refuses what can never be sent, before a byte is sent', async () => {
    const it = new Scene();
    await it.online();
    const from = it.modem.transcript.length;
    const refused = [
      ['', 'x', 'TOPIC_INVALID'],
      ['a/#', 'x', 'TOPIC_INVALID'],
      ['a"b', 'x', 'TOPIC_INVALID'],
      ['a\r\nAT+CFUN=0', 'x', 'TOPIC_INVALID'],
      ['t'.repeat(257), 'x', 'TOPIC_INVALID'],
      ['t', 'x'.repeat(4_101), 'PAYLOAD_TOO_LARGE'],
    ] as const;
    for (const [topic, payload, code] of refused) {
      await expect(it.supervisor.publish(topic, payload)).rejects.toMatchObject({ code });
    }
    await expect(it.supervisor.publish('t', 'x', { qos: 3 as 2 })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    await expect(it.supervisor.publish('t', 'x', { ttlMs: NaN })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect(it.sent(from)).toEqual([]);
    await it.end();
  });

  test('what is accepted while the link is down arrives in order when it is back', async () => {
    const it = new Scene();
    await it.online();
    it.network.goDown();
    await it.clock.advance(1_000);
    const ends: { end: unknown }[] = [];
    for (const text of ['1', '2', '3']) {
      ends.push(watch((await it.supervisor.publish('a', text, { qos: 1 })).delivered));
    }
    expect(it.supervisor.status().outbox.waiting).toBe(3);
    it.network.comeUp();
    await it.clock.advanceUntil(() => ends.every(({ end }) => end === 'resolved'), 120_000);
    expect(it.network.broker.published.map(({ payload }) => payload.toString())).toEqual(['1', '2', '3']);
    await it.end();
  });

  test('a message that the module refuses again and again is given up, and the next goes through', async () => {
    const it = new Scene();
    await it.online();
    it.modem.faults.failNext('MPUB', 'ERROR', 3);
    const bad = watch((await it.supervisor.publish('a', 'bad', { qos: 1 })).delivered);
    const good = watch((await it.supervisor.publish('a', 'good', { qos: 1 })).delivered);
    await it.clock.advance(10_000);
    expect([bad.end, good.end]).toEqual(['PUBLISH_FAILED', 'resolved']);
    expect(it.supervisor.status().recoveries).toBe(0);
    await it.end();
  });
});

describe('subscriptions', () => {
  test('made at run time they are acknowledged, kept across a reconnect, and can be taken back', async () => {
    const it = new Scene();
    await it.online();
    const subscribed = watch(it.supervisor.subscribe('other/+', { qos: 1 }));
    await it.clock.advance(2_000);
    expect(subscribed.end).toBe('resolved');

    it.modem.faults.closed();
    await it.clock.advance(10_000);
    it.network.broker.publish('other/1', Buffer.from('still'));
    await it.clock.advance(1_000);
    expect(it.received).toEqual([{ topic: 'other/1', payload: 'still' }]);

    const gone = watch(it.supervisor.unsubscribe('other/+'));
    await it.clock.advance(2_000);
    expect(gone.end).toBe('resolved');
    it.modem.faults.closed();
    await it.clock.advance(10_000);
    it.network.broker.publish('other/1', Buffer.from('no more'));
    await it.clock.advance(1_000);
    expect(it.received).toHaveLength(1);
    await it.end();
  });

  test('a refused one is told to its caller and does not take the link down', async () => {
    const it = new Scene();
    await it.online();
    it.modem.faults.failNext('MSUB');
    const subscribed = watch(it.supervisor.subscribe('forbidden'));
    await it.clock.advance(5_000);
    expect(subscribed.end).toBe('SUBSCRIBE_FAILED');
    expect(it.supervisor.status()).toMatchObject({ status: 'online', recoveries: 0 });
    await it.end();
  });

  test('messages() gives what belongs to its filter', async () => {
    const it = new Scene({ link: { subscriptions: [{ topic: '#' }] } });
    await it.online();
    const stream = it.supervisor.messages('cmd/+');
    it.network.broker.publish('cmd/1', Buffer.from('yes'));
    it.network.broker.publish('else', Buffer.from('no'));
    it.network.broker.publish('cmd/2', Buffer.from('yes too'));
    await it.clock.advance(2_000);
    const stopping = it.end();
    const texts: string[] = [];
    for await (const { payload } of stream) texts.push(payload.toString());
    await stopping;
    expect(texts).toEqual(['yes', 'yes too']);
  });
});

describe('status', () => {
  test('tells module and IMEI, soon network, card and signal, and the signal again once the line was quiet', async () => {
    const it = new Scene({ modem: { profile: 'air780ep' } });
    await it.online();
    expect(it.supervisor.status()).toMatchObject({
      status: 'online',
      modem: { profile: 'air780ep', identity: expect.stringContaining('780EP'), imei: '866289037465624' },
    });
    await it.clock.advance(2_000);
    expect(it.supervisor.status()).toMatchObject({
      modem: { iccid: '89860321482057000001' },
      operator: '46000',
      signal: { dBm: -69, reception: 'good' },
    });
    it.modem.faults.signal(20);
    await it.clock.advance(31_000);
    // 2 * 20 - 113, AT manual, CSQ; the LTE figures of AT+CESQ beside it.
    expect(it.supervisor.status().signal).toEqual({
      dBm: -73,
      rsrpDBm: -92,
      rsrqDB: -9.5,
      reception: 'good',
    });
    await it.end();
  });
});

describe('manners', () => {
  test('a listener that throws harms nobody', async () => {
    const it = new Scene();
    it.supervisor.on('state', () => {
      throw new Error('a bug of the host program');
    });
    await it.online();
    expect(it.states.at(-1)?.status).toBe('online');
    await it.end();
  });

  test('bad options are refused with every key named, before anything is opened', () => {
    expect(() => createSupervisor({ prot: 1, broker: { url: 'http://x' } } as never)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(/port[^]*broker\.url[^]*prot/),
      }),
    );
  });

  test.each([
    ['broker', { broker: { url: 'mqtt://b', username: 'u', password: 'back\\slash' } }],
    ['subscriptions.0.topic', { subscriptions: [{ topic: 'a\\b' }] }],
    ['announce.topic', { announce: { topic: 'a\\b' } }],
  ])('what cannot be sent to the module is refused before anything is opened, naming %s', (key, options) => {
    expect(() => createSupervisor({ port: '/dev/null', broker: { url: 'mqtt://b' }, ...options })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(key) }),
    );
  });

  test('a port that stays away is told in the status, and once in the log', async () => {
    const lines: string[] = [];
    const logger = createLogger({ level: 'warn', destination: { write: (line) => void lines.push(line) } });
    const it = new Scene({ logger });
    it.cable.unplug();
    await it.supervisor.start();
    await it.clock.advance(60_000);
    expect(it.supervisor.status().cause).toMatchObject({
      code: 'PORT_NOT_FOUND',
      detail: 'There is no port memory.',
    });
    it.cable.plug();
    await it.online();
    it.cable.unplug();
    await it.clock.advance(60_000);
    const refusals = lines.filter((line) => line.includes('port cannot be opened'));
    expect(refusals).toHaveLength(2);
    await it.end();
  });

  test('a RESET driver that fails is told in the status, and the trying goes on', async () => {
    const it = new Scene({
      link: {
        reset: () => Promise.reject(new Error('no such program')),
        recovery: { attempts: { reset: 1 } },
      },
    });
    await it.online();
    it.modem.faults.hang();
    await it.clock.advance(180_000);
    expect(it.supervisor.status().cause).toMatchObject({
      code: 'MODEM_UNRESPONSIVE',
      detail: expect.stringContaining('The reset driver failed: no such program'),
    });
    await it.end();
  });

  test('login, PIN and APN secrets occur nowhere in the log, traced to the last line', async () => {
    const lines: string[] = [];
    const it = new Scene({
      link: {
        broker: { url: 'mqtt://s3cretuser:s3cretpass@broker.example', clientId: 'meter-17' },
        sim: { pin: '739182' },
        apn: { name: 'private', user: 's3cretapn', password: 's3cretkey' },
        log: { level: 'trace', trace: true },
      },
      logger: createLogger({
        level: 'trace',
        destination: { write: (line: string) => void lines.push(line) },
      }),
      modem: { sim: { pin: '739182' }, quirks: {} },
    });
    await it.online();
    it.modem.faults.closed();
    await it.clock.advance(20_000);
    it.modem.faults.reboot(1);
    await it.clock.advance(60_000);
    await it.end();
    const log = lines.join('');
    expect(it.sent().join('\n')).toContain('s3cretpass');
    expect(log).toContain(JSON.stringify('AT+MCONFIG="meter-17",***,***'));
    expect(log).not.toMatch(/s3cret|739182/);
    expect(JSON.stringify(it.supervisor.status())).not.toMatch(/s3cret|739182/);
  });

  test('a defect in the chart ends its actors, and a fresh chart takes over', async () => {
    let broken = false;
    const it = new Scene({
      random: () => {
        if (!broken) return 0.5;
        broken = false;
        throw new Error('a defect');
      },
    });
    await it.online();
    broken = true;
    it.modem.faults.closed();
    await it.clock.advance(500);
    expect(it.closed).toBe(1);
    await it.clock.advanceUntil(() => it.supervisor.status().status === 'online', 60_000);
    expect(it.opened).toBe(2);
    const receipt = await it.supervisor.publish('a', 'after the defect', { qos: 1 });
    const delivered = watch(receipt.delivered);
    await it.clock.advance(5_000);
    expect(delivered.end).toBe('resolved');
    await it.end();
  });
});
