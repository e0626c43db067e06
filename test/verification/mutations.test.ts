import { expect, test } from '@jest/globals';
import { assign } from 'xstate';
import { supervisorMachine, type SupervisorContext, type World } from '../../machines/index.js';
import { bottomOfLadder, climb } from '../../machines/ladder.js';
import { settingsOf } from '../../src/verification/worlds.js';
import { verify } from '../../src/verification/verify.js';
import { mutated, type Implementations, type Node } from './mutated-chart.js';

const plain: World = { settings: settingsOf({}), card: 'open', faults: 1 };
const wired: World = { ...plain, settings: settingsOf({ radio: 0, restart: 0, reset: 1 }) };
const locked: World = { ...plain, settings: settingsOf({}, { pinConfigured: true }), card: 'wrong' };
/** A chart that is broken may have no end of states. */
const LIMIT = 100_000;

interface Mutation {
  readonly name: string;
  readonly change?: (at: (path: string) => Required<Node>, root: Node) => void;
  readonly replaced?: Implementations;
  readonly world?: World;
  /** The property that catches it. */
  readonly caught: string;
  /** Something that a person finds in the trace. */
  readonly shows: string;
}

/** The chart's answer to a failure, with another ladder. */
function failing(
  ladder: (context: SupervisorContext, cause: 'TCP_FAILED') => SupervisorContext['ladder'],
): Implementations {
  const fail = assign(({ context }: { context: SupervisorContext }, { cause }: { cause: 'TCP_FAILED' }) => ({
    cause,
    ladder: ladder(context, cause),
  }));
  return { actions: { fail } };
}

const climbed = (context: SupervisorContext, cause: 'TCP_FAILED'): SupervisorContext['ladder'] =>
  climb(context.ladder, cause, context.settings.attempts);

const mutations: readonly Mutation[] = [
  {
    name: 'CLOSED is not heard in subscribed',
    change: (at) => delete at('subscribed').on['CLOSED'],
    caught: 'traffic-gate',
    shows: '< CLOSED',
  },
  {
    name: 'RDY is not heard in subscribed',
    change: (at) => (at('subscribed').on['RDY'] = {}),
    caught: 'traffic-gate',
    shows: '< RDY',
  },
  {
    name: 'traffic is opened before the subscriptions are made',
    change: (at) =>
      (at('subscribing').entry = ['openTraffic', { type: 'run', params: { operation: 'subscribeNext' } }]),
    caught: 'traffic-gate',
    shows: '< CONNACK OK',
  },
  {
    name: 'MIPCLOSE is skipped',
    change: (at) => (at('recovering.closingTcp').always = { target: 'waiting' }),
    caught: 'mipclose-first',
    shows: '< CLOSED',
  },
  {
    name: 'SAPBR=0,1 is skipped',
    change: (at) => (at('recovering.closingTcp').on['ANSWERED'] = { target: 'waiting' }),
    caught: 'sapbr-down-first',
    shows: '< +CGEV: NW PDN DEACT 1',
  },
  {
    name: 'a breath is taken between CONNECT OK and MCONNECT',
    change: (at, root) => {
      at('connectingTcp').on['CONNECT OK'] = { target: 'breathing' };
      root.states = { ...root.states, breathing: { after: { poll: { target: 'connectingMqtt' } } } };
    },
    caught: 'mconnect-at-once',
    shows: '< CONNECT OK',
  },
  {
    name: 'a question is repeated before it is answered',
    change: (at) => (at('attaching.asking').after['poll'] = { target: 'asking', reenter: true }),
    caught: 'one-command',
    shows: 'poll runs out',
  },
  {
    name: 'nobody waits for the backoff',
    change: (at) => (at('recovering.waiting').after = {}),
    caught: 'way-out',
    shows: 'the cable is pulled',
  },
  {
    name: 'a time-out of MCONNECT is not heard',
    change: (at) => delete at('connectingMqtt').on['UNANSWERED'],
    caught: 'answers-heard',
    shows: 'no answer in time',
  },
  {
    name: 'CONNACK OK is taken for online',
    change: (at) => (at('connectingMqtt').on['CONNACK OK'] = { target: 'subscribed' }),
    caught: 'online-is-true',
    shows: '> AT+MCONNECT=…',
  },
  {
    name: 'a person is called for a broker that is not reached',
    change: (at) =>
      (at('connectingTcp').on['CONNECT FAIL'] = {
        target: 'needsAttention',
        actions: { type: 'noteCause', params: { cause: 'TCP_FAILED' } },
      }),
    caught: 'attention',
    shows: '> AT+MIPSTART=…',
  },
  {
    name: 'it is forgotten that the PIN was entered',
    change: (at) => (at('checkingSim.unlocking').entry = { type: 'run', params: { operation: 'enterPin' } }),
    world: locked,
    caught: 'pin-once',
    shows: '> AT+CPIN="****"',
  },
  {
    name: 'the ladder never rises',
    replaced: failing(({ ladder }) => bottomOfLadder(ladder.radioTokens)),
    caught: 'healthy-leads-online',
    shows: 'and from there, for ever:',
  },
  {
    name: 'RESET is pulled at the first failure',
    replaced: failing((context, cause) => ({ ...climbed(context, cause), rung: 'reset' })),
    world: wired,
    caught: 'gentlest-first',
    shows: 'FAULT:',
  },
  {
    name: 'the radio attaches without a token',
    change: (at) => (at('recovering.acting').always = { target: 'pulsingReset' }),
    world: wired,
    caught: 'radio-budget',
    shows: 'FAULT:',
  },
  {
    name: 'tries are counted without end',
    replaced: failing((context, cause) => {
      const ladder = climbed(context, cause);
      return { ...ladder, used: { ...ladder.used, reconnect: context.ladder.used.reconnect + 1 } };
    }),
    caught: 'bounded',
    shows: 'FAULT:',
  },
  {
    name: 'an action throws',
    replaced: {
      actions: {
        noteOnline: assign(() => {
          throw new Error('a defect');
        }),
      },
    },
    caught: 'alive',
    shows: '> AT+MSUB=…',
  },
];

test.each(mutations)('$name: found by $caught', ({ change, replaced, world = plain, caught, shows }) => {
  const chart = mutated(change ?? (() => undefined), replaced);
  const { verdicts } = verify(chart, world, { limit: LIMIT, stopAtFirst: caught });
  const broken = verdicts.find(({ property }) => property === caught)?.broken;
  expect(broken?.trace.join('\n')).toContain(shows);
});

test('the chart itself: every property holds with any one fault', () => {
  const { states, verdicts } = verify(supervisorMachine, plain, { limit: LIMIT });
  expect(verdicts.flatMap(({ broken }) => broken?.trace ?? [])).toEqual([]);
  expect(states).toBeGreaterThan(10_000);
});

test('two faults around a PIN never bring it onto the card twice', () => {
  const { states, verdicts } = verify(supervisorMachine, { ...locked, faults: 2 }, { limit: 15_000 });
  expect(verdicts.find(({ property }) => property === 'pin-once')?.broken).toBeUndefined();
  expect(states).toBeGreaterThanOrEqual(15_000);
});
