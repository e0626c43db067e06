import { describe, expect, test } from '@jest/globals';
import { checkFilter, checkTopic } from '../../src/air/topic.js';

const refusal = expect.objectContaining({ name: 'LinkError', code: 'TOPIC_INVALID' });

describe('topics', () => {
  test.each([
    'a',
    '/',
    'a/b',
    '$sys/x/thing',
    'a b',
    "it's",
    '温度/é',
    '🙂',
    'x,3 byte,y',
    'x'.repeat(256),
    '中'.repeat(85),
  ])('taken: %j', (topic) => {
    expect(checkTopic(topic)).toBe(topic);
    expect(checkFilter(topic)).toBe(topic);
  });

  test.each([
    ['', 'is empty'],
    ['a"b', 'quote'],
    ['a\\b', 'backslash'],
    ['a\\22b', 'backslash'],
    ['a\rb', 'control'],
    ['a\nb', 'control'],
    ['a\0b', 'control'],
    ['a\x1a', 'control'],
    ['a\x7f', 'control'],
    ['a\u0085', 'control'],
    ['a\ud800', 'well-formed'],
    ['x'.repeat(257), '257 bytes'],
    ['中'.repeat(86), '258 bytes'],
  ])('refused: %j, because: %s', (topic, reason) => {
    const refused = { code: 'TOPIC_INVALID', message: expect.stringContaining(reason) as unknown };
    expect(() => checkTopic(topic)).toThrow(expect.objectContaining(refused));
    expect(() => checkFilter(topic)).toThrow(expect.objectContaining(refused));
  });
});

describe('wildcards', () => {
  test.each(['#', '+', 'a/#', 'a/+/b', '+/+', '/+', '+/#', '$share/group/a/#'])(
    'a filter may be %s',
    (filter) => {
      expect(checkFilter(filter)).toBe(filter);
    },
  );

  test.each(['a#', 'a/#/b', '#/', 'a/b+', '+a', 'a/+b/c', '##', '++'])('a filter may not be %s', (filter) => {
    expect(() => checkFilter(filter)).toThrow(refusal);
  });

  test.each(['#', '+', 'a/#', 'a/+/b', 'a+b'])('a topic may not be %s', (topic) => {
    expect(() => checkTopic(topic)).toThrow(refusal);
  });
});
