import { describe, expect, test } from '@jest/globals';
import { matchesFilter } from '../../src/inbound/filter.js';
import { Inbox } from '../../src/inbound/inbox.js';
import { MessageStream } from '../../src/inbound/message-stream.js';

describe('topic filters match as MQTT 3.1.1 section 4.7 says', () => {
  test.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
    ['sport/tennis/+', 'sport/tennis/player1', true],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['#', '$SYS/uptime', false],
    ['+/monitor', '$SYS/monitor', false],
    ['$SYS/#', '$SYS/monitor', true],
    ['a/b', 'a/b', true],
    ['a/b', 'a/B', false],
  ])('%s and %s: %s', (filter, topic, expected) => {
    expect(matchesFilter(filter, topic)).toBe(expected);
  });
});

describe('a message stream', () => {
  const say = (text: string) => ({ topic: 'a/b', payload: Buffer.from(text) });

  test('keeps what comes before it is read, and ends after what waits was read', async () => {
    const stream = new MessageStream('a/+');
    stream.offer(say('1'));
    stream.offer({ topic: 'c', payload: Buffer.from('no') });
    stream.offer(say('2'));
    stream.end();
    const read: string[] = [];
    for await (const { payload } of stream) read.push(payload.toString());
    expect(read).toEqual(['1', '2']);
  });

  test('a reader that waits gets the next message; leaving the loop ends the stream', async () => {
    let ended = 0;
    const stream = new MessageStream('#', { onEnd: () => (ended += 1) });
    const first = stream.next();
    stream.offer(say('1'));
    await expect(first).resolves.toMatchObject({ value: { topic: 'a/b' } });
    stream.offer(say('2'));
    for await (const message of stream) {
      expect(message.payload.toString()).toBe('2');
      break;
    }
    expect(ended).toBe(1);
    await expect(stream.next()).resolves.toEqual({ done: true, value: undefined });
  });

  test('a slow reader loses the oldest, counted, and memory stays bounded', async () => {
    const stream = new MessageStream('#');
    for (let index = 0; index < 1_500; index++) stream.offer(say(String(index)));
    expect(stream.dropped).toBe(500);
    await expect(stream.next().then(({ value }) => value?.payload.toString())).resolves.toBe('500');
  });
});

describe('the inbox', () => {
  const scene = () => {
    const heard: string[] = [];
    let listens = false;
    let warned = 0;
    const inbox = new Inbox({
      emit: ({ payload }) => heard.push(payload.toString()),
      hasListener: () => listens,
      onDropped: () => (warned += 1),
    });
    const arrive = (text: string, topic = 'a/b') => inbox.deliver({ topic, payload: Buffer.from(text) });
    const listen = () => {
      listens = true;
      inbox.listenerAdded();
    };
    return { inbox, heard, arrive, listen, warned: () => warned };
  };
  const settled = () => new Promise((resolve) => queueMicrotask(() => resolve(undefined)));

  test('what arrived before the first listener is handed to it, in order, and what comes meanwhile behind it', async () => {
    const { inbox, heard, arrive, listen } = scene();
    for (const text of ['1', '2']) arrive(text);
    expect(inbox.report()).toEqual({ waiting: 2, dropped: 0 });
    listen();
    arrive('3');
    await settled();
    arrive('4');
    expect(heard).toEqual(['1', '2', '3', '4']);
    expect(inbox.report()).toEqual({ waiting: 0, dropped: 0 });
  });

  test('a stream takes what was kept for its filter, and leaves the rest', async () => {
    const { inbox, arrive, heard, listen } = scene();
    arrive('mine');
    arrive('other', 'c');
    const stream = inbox.stream('a/+');
    arrive('mine too');
    expect(inbox.report().waiting).toBe(1);
    inbox.end();
    const read: string[] = [];
    for await (const { payload } of stream) read.push(payload.toString());
    expect(read).toEqual(['mine', 'mine too']);
    listen();
    await settled();
    expect(heard).toEqual(['other']);
  });

  test('what nobody asks for is bounded by count and bytes; the oldest is dropped, counted and told', () => {
    const { inbox, arrive, warned } = scene();
    for (let index = 0; index < 1_200; index++) arrive(String(index));
    expect(inbox.report()).toEqual({ waiting: 1_000, dropped: 200 });
    arrive('x'.repeat(4_194_304));
    expect(inbox.report().waiting).toBe(1);
    expect(warned()).toBe(inbox.report().dropped);
  });

  test('a slow reader loses what its stream was told to lose, and holds nobody up', async () => {
    const { inbox, arrive, heard, listen } = scene();
    listen();
    const oldest = inbox.stream('#', { buffer: 2 });
    const newest = inbox.stream('#', { buffer: 2, overflow: 'drop-newest' });
    for (const text of ['1', '2', '3']) arrive(text);
    const texts = async (stream: typeof oldest) =>
      [await stream.next(), await stream.next()].map(({ value }) => value?.payload.toString());
    await expect(texts(oldest)).resolves.toEqual(['2', '3']);
    await expect(texts(newest)).resolves.toEqual(['1', '2']);
    expect(heard).toEqual(['1', '2', '3']);
    expect([oldest.dropped, newest.dropped, inbox.report().dropped]).toEqual([1, 1, 2]);
  });
});
