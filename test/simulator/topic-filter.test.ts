import { expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import { filterCovers } from '../../src/simulator/topic-filter.js';

test.each([
  ['a/b', 'a/b', true],
  ['a/+', 'a/b', true],
  ['a/+', 'a/b/c', false],
  ['a/+', 'a', false],
  ['a/#', 'a', true],
  ['a/#', 'a/b/c', true],
  ['#', 'a/b', true],
  ['+/+', '/b', true],
  ['#', '$SYS/x', false],
  ['+/x', '$SYS/x', false],
  ['$SYS/#', '$SYS/x', true],
  ['a', 'A', false],
])('filter %s, topic %s: %s', (filter, topic, covers) => {
  expect(filterCovers(filter, topic)).toBe(covers);
});

test('a topic is covered by itself, by + in any level and by # from any level on', () => {
  const level = fc.stringMatching(/^[a-z]{0,3}$/);
  fc.assert(
    fc.property(fc.array(level, { minLength: 1, maxLength: 5 }), fc.nat(4), (levels, at) => {
      const topic = levels.join('/');
      const index = at % levels.length;
      expect(filterCovers(topic, topic)).toBe(true);
      expect(filterCovers(levels.with(index, '+').join('/'), topic)).toBe(true);
      expect(filterCovers([...levels.slice(0, index), '#'].join('/'), topic)).toBe(true);
      expect(filterCovers(`${topic}/more`, topic)).toBe(false);
    }),
  );
});
