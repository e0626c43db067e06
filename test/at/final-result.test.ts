import { describe, expect, test } from '@jest/globals';
import { finalResult } from '../../src/at/final-result.js';

describe('a final result', () => {
  test.each([
    ['OK', { kind: 'ok' }],
    ['OK ', { kind: 'ok' }],
    ['ERROR', { kind: 'error' }],
    ['+CME ERROR: 767', { kind: 'error', cme: 767 }],
    ['+CME ERROR:3', { kind: 'error', cme: 3 }],
    ['+CME ERROR : 10 ', { kind: 'error', cme: 10 }],
    ['+CMEE :58', { kind: 'error', cme: 58 }],
    ['+CME ERROR: SIM not inserted', { kind: 'error' }],
    ['+CMS ERROR: 500', { kind: 'error' }],
  ])('is read from %j', (line, expected) => {
    expect(finalResult(line)).toEqual(expected);
  });

  test.each(['CONNECT OK', 'SHUT OK', 'OK1', ' OK', 'TCP ERROR:12', '+CME ERROR', '+CMEE', ''])(
    'is not read from %j',
    (line) => {
      expect(finalResult(line)).toBeUndefined();
    },
  );
});
