import { describe, expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import { rungs, type Attempts, type Cause, type Ladder } from '../../machines/index.js';
import {
  attachesRadio,
  bottomOfLadder,
  climb,
  lowestCure,
  MOST_FAILURES,
  ROUNDS_BEFORE_DOUBT,
} from '../../machines/ladder.js';

const wired: Attempts = { reconnect: 3, bearer: 3, radio: 2, restart: 2, reset: 3, power: 1 };

function climbAll(causes: readonly Cause[], attempts = wired, tokens = 100): Ladder[] {
  let ladder = bottomOfLadder(tokens);
  return causes.map((cause) => (ladder = climb(ladder, cause, attempts)));
}

const anyCause = fc.constantFrom<Cause>(
  'TCP_CLOSED',
  'TCP_FAILED',
  'BEARER_LOST',
  'BEARER_FAILED',
  'NOT_ATTACHED',
  'SIM_MISSING',
  'MODEM_UNRESPONSIVE',
  'TLS_SETUP_FAILED',
);

describe('the recovery ladder', () => {
  test('a failure that repeats climbs rung by rung, each as often as configured', () => {
    const taken = climbAll(Array<Cause>(14).fill('TCP_FAILED')).map(({ rung }) => rung);
    expect(taken).toEqual([
      ...Array<string>(3).fill('reconnect'),
      ...Array<string>(3).fill('bearer'),
      ...Array<string>(2).fill('radio'),
      ...Array<string>(2).fill('restart'),
      ...Array<string>(3).fill('reset'),
      'power',
    ]);
  });

  test('a rung without hardware is skipped', () => {
    const taken = climbAll(Array<Cause>(12).fill('TCP_FAILED'), { ...wired, reset: 0, power: 0 });
    expect(taken.map(({ rung }) => rung)).not.toContain('reset');
    expect(taken.map(({ rung }) => rung)).not.toContain('power');
  });

  test('when all rungs are spent a new round begins at the bottom: trying never ends', () => {
    const taken = climbAll(Array<Cause>(15).fill('TCP_FAILED'));
    expect(taken[14]).toMatchObject({ rung: 'reconnect', spentOn: 'TCP_FAILED' });
  });

  test('CLOSED after DEACT is met with a reconnect, not with another bearer', () => {
    expect(climbAll(['BEARER_LOST', 'TCP_CLOSED']).map(({ rung }) => rung)).toEqual(['bearer', 'reconnect']);
  });

  test('without a radio token no rung that makes the radio attach is taken, not even for a silent module', () => {
    const taken = climbAll([...Array<Cause>(20).fill('TCP_FAILED'), 'MODEM_UNRESPONSIVE'], wired, 0);
    expect(taken.every(({ rung, heldBack }) => heldBack === attachesRadio(rung))).toBe(true);
    expect(taken.at(-1)).toMatchObject({ rung: 'reset', heldBack: true, used: { reset: 0 } });
  });

  test('each use of such a rung takes one token', () => {
    const taken = climbAll(Array<Cause>(12).fill('MODEM_UNRESPONSIVE'), wired, 3);
    expect(taken.filter(({ heldBack }) => !heldBack)).toHaveLength(3);
    expect(taken.at(-1)?.radioTokens).toBe(0);
  });

  test('a refusal is never met with the radio: three rounds of reconnects, then the module is doubted once', () => {
    const taken = climbAll(Array<Cause>(40).fill('MQTT_REFUSED'));
    const round = Array<string>(wired.reconnect).fill('reconnect');
    const rounds = Array.from({ length: ROUNDS_BEFORE_DOUBT }, () => round).flat();
    expect(taken.slice(0, rounds.length + 2).map(({ rung }) => rung)).toEqual([
      ...rounds,
      'reconnect',
      'restart',
    ]);
    expect(taken.filter(({ rung }) => rung === 'restart').length).toBeLessThan(taken.length / rounds.length);
  });

  test('a cause is called spent only when it came again and again, whoever spent its rungs before', () => {
    const taken = climbAll([...Array<Cause>(3).fill('TCP_FAILED'), ...Array<Cause>(4).fill('MQTT_REFUSED')]);
    expect(taken.map(({ spentOn }) => spentOn).slice(3)).toEqual([
      undefined,
      undefined,
      undefined,
      'MQTT_REFUSED',
    ]);
  });

  test('any run of failures stays within the lowest cure, the budgets and the counters’ bounds', () => {
    fc.assert(
      fc.property(fc.array(anyCause, { maxLength: 60 }), fc.nat({ max: 6 }), (causes, tokens) => {
        let before = bottomOfLadder(tokens);
        for (const cause of causes) {
          const after = climb(before, cause, wired);
          expect(rungs.indexOf(after.rung)).toBeGreaterThanOrEqual(rungs.indexOf(lowestCure(cause)));
          expect(after.heldBack && after.radioTokens !== before.radioTokens).toBe(false);
          expect(after.failures).toBeLessThanOrEqual(MOST_FAILURES);
          expect(after.radioTokens).toBeGreaterThanOrEqual(0);
          for (const rung of rungs) expect(after.used[rung]).toBeLessThanOrEqual(wired[rung]);
          before = after;
        }
      }),
    );
  });
});
