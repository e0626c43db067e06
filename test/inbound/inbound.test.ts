import { describe, expect, test } from '@jest/globals';
import { matchesFilter } from '../../src/inbound/filter.js';
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
