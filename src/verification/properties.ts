import {
  rungs,
  type Cause,
  type Environment,
  type Happening,
  type Order,
  type Rung,
  type SupervisorContext,
  type World,
} from '../../machines/index.js';
import { isRefusal, lowestCure, MOST_FAILURES } from '../../machines/ladder.js';
import type { ChartState } from './chart-steps.js';

/** An order of the chart, and the environment that it meets. */
export interface Asked {
  readonly order: Order;
  readonly env: Environment;
}

/** One step of the chart inside its environment. */
export interface Step {
  readonly world: World;
  readonly before: ChartState;
  readonly after: ChartState;
  /** What the chart remembers after the step. */
  readonly context: SupervisorContext;
  /** The environment before whatever happened, and after it, before the chart's orders. */
  readonly environment: Environment;
  readonly arrived: Environment;
  readonly event: Happening['event'];
  /** The timer that fired, if it was one. */
  readonly timer: string | undefined;
  readonly asked: readonly Asked[];
}

export interface StepProperty {
  readonly name: string;
  /** What is promised, in a sentence. */
  readonly promise: string;
  /** @returns how the step breaks it, or undefined */
  readonly breaks: (step: Step) => string | undefined;
}

/** Events and limits that overrule whatever is in flight; the link takes it back before it sends anything else. */
export const overruling: ReadonlySet<string> = new Set([
  'RDY',
  'CLOSED',
  'DEACT',
  'UNRESPONSIVE',
  'SIM REMOVED',
  'UNACKNOWLEDGED',
  'STOP',
  'answerLimit',
  'bootLimit',
  'simLimit',
  'attachLimit',
  'bearerLimit',
  'stopLimit',
  'driverLimit',
]);

export const stepProperties: readonly StepProperty[] = [
  {
    name: 'one-command',
    promise: 'no command while another is outstanding, unless an event or a limit has overruled that one',
    breaks: ({ asked, event, timer }) => {
      const runs = asked.filter(({ order }) => order.type === 'RUN' || order.type === 'DRIVE');
      if (runs.length > 1) return 'two orders in one step';
      const run = runs[0];
      if (run === undefined || overruling.has(event?.type ?? timer ?? '')) return undefined;
      const busy = run.env.overruled ? undefined : (run.env.running ?? run.env.driver);
      return busy === undefined ? undefined : `${nameOf(run.order)} while ${busy} is outstanding`;
    },
  },
  {
    name: 'answers-heard',
    promise: 'no answer to a question of the chart is ignored',
    breaks: ({ before, after, environment, event, asked }) =>
      event !== undefined &&
      'command' in event &&
      !environment.overruled &&
      before === after &&
      asked.length === 0
        ? `${event.type} changes nothing in ${before.path}`
        : undefined,
  },
  {
    name: 'traffic-gate',
    promise: 'no publish outside subscribed, nor after CLOSED, DEACT or RDY was reported',
    breaks: ({ after, arrived, event, asked }) => {
      let open = arrived.traffic;
      for (const { order } of asked) {
        if (order.type === 'OPEN TRAFFIC') open = true;
        if (order.type === 'CLOSE TRAFFIC' || order.type === 'OPEN PORT' || order.type === 'CLOSE PORT')
          open = false;
        if (open && order.type === 'RUN' && order.operation !== 'askSession') {
          return `${order.operation} while publishes may flow`;
        }
      }
      if (open && (event?.type === 'CLOSED' || event?.type === 'DEACT' || event?.type === 'RDY')) {
        return `publishes may flow after ${event.type}`;
      }
      return open && !isSubscribed(after) ? `publishes may flow in ${after.path}` : undefined;
    },
  },
  {
    name: 'online-is-true',
    promise: 'online means that the broker holds every wanted subscription in this very session',
    breaks: ({ before, after, arrived }) =>
      isSubscribed(after) && !isSubscribed(before) && arrived.session === 'mqtt' && !arrived.subscribed
        ? 'online without the subscription'
        : undefined,
  },
  {
    name: 'mconnect-at-once',
    promise: 'MCONNECT directly after CONNECT OK, and never else',
    breaks: ({ asked, event }) => {
      const operations = asked.flatMap(({ order }) => (order.type === 'RUN' ? [order.operation] : []));
      if (event?.type === 'CONNECT OK') {
        return operations[0] === 'connectMqtt' && asked.length === 1
          ? undefined
          : 'CONNECT OK is not followed by it';
      }
      return operations.includes('connectMqtt') ? 'MCONNECT without CONNECT OK' : undefined;
    },
  },
  {
    name: 'mipclose-first',
    promise: 'after CLOSED, MIPCLOSE before MCONFIG',
    breaks: ({ asked }) =>
      asked.some(({ order, env }) => isRun(order, 'configureMqtt') && env.owesMipclose)
        ? 'MCONFIG, and MIPCLOSE was not sent since CLOSED'
        : undefined,
  },
  {
    name: 'sapbr-down-first',
    promise: 'after DEACT, SAPBR=0,1 before SAPBR=1,1',
    breaks: ({ asked }) =>
      asked.some(({ order, env }) => isRun(order, 'openBearer') && env.owesBearerClose)
        ? 'SAPBR=1,1, and SAPBR=0,1 was not sent since DEACT'
        : undefined,
  },
  {
    name: 'gentlest-first',
    promise: 'AT+RESET, the RESET pin and the supply only when every gentler rung that could help is spent',
    breaks: ({ context: { cause, ladder }, asked, world }) => {
      const rung = asked.map(({ order }) => rungOf(order)).find((found) => found !== undefined);
      // Neither a new bearer nor the radio changes a refusal; after so many rounds the module itself is doubted.
      if (rung === undefined || cause === undefined || isRefusal(cause)) return undefined;
      const from = rungs.indexOf(lowestCure(cause));
      const skipped = rungs
        .slice(from, rungs.indexOf(rung))
        .filter((gentler) => ladder.used[gentler] < world.settings.attempts[gentler]);
      return skipped.length === 0 ? undefined : `${rung} for ${cause}, and ${skipped.join()} is not spent`;
    },
  },
  {
    name: 'radio-budget',
    promise: 'the radio attaches only with a token of its budget',
    breaks: ({ asked }) =>
      asked.some(
        ({ order, env }) => makesRadioAttach(order) && env.port !== 'closed' && env.radioTokens === 0,
      )
        ? 'no token is left'
        : undefined,
  },
  {
    name: 'pin-once',
    promise: 'never two PIN tries with one card',
    breaks: ({ asked }) =>
      asked.some(({ order, env }) => isRun(order, 'enterPin') && env.pinTried)
        ? 'the PIN is sent to a card that did not accept it'
        : undefined,
  },
  {
    name: 'attention',
    promise: 'needs-attention only where the ladder is spent or only a person can help',
    breaks: ({ before, after, context: { cause, ladder } }) => {
      if (after.path !== 'needsAttention' || before.path === 'needsAttention') return undefined;
      return (cause !== undefined && ladder.spentOn === cause) ||
        (cause !== undefined && forPersons.has(cause))
        ? undefined
        : `for ${cause ?? 'nothing'}`;
    },
  },
  {
    name: 'bounded',
    promise: 'every counter of the chart stays within its bound',
    breaks: ({ context: { ladder, quietMs }, world: { settings } }) => {
      const isWithin =
        ladder.failures <= MOST_FAILURES &&
        ladder.radioTokens >= 0 &&
        ladder.radioTokens <= settings.radioBurst &&
        rungs.every((rung) => ladder.used[rung] <= Math.max(settings.attempts[rung], 1)) &&
        quietMs >= 0 &&
        quietMs <= settings.heartbeatMs;
      return isWithin ? undefined : JSON.stringify({ ladder, quietMs });
    },
  },
  {
    name: 'way-out',
    promise: 'no state without a way out: each waits with a limit, except for a person or for START',
    breaks: ({ after }) =>
      after.timers.length > 0 || after.path === 'stopped' || after.path === 'needsAttention'
        ? undefined
        : `nothing ends ${after.path}`,
  },
  {
    name: 'alive',
    promise: 'no action of the chart throws, and the chart never ends',
    breaks: ({ after }) =>
      after.snapshot.status === 'active'
        ? undefined
        : `the chart is ${after.snapshot.status} in ${after.path}`,
  },
];

const forPersons: ReadonlySet<Cause> = new Set<Cause>([
  'PORT_DENIED',
  'SIM_PIN_REQUIRED',
  'SIM_PIN_WRONG',
  'SIM_BLOCKED',
]);

export function isSubscribed({ path }: ChartState): boolean {
  return path.startsWith('subscribed');
}

function isRun(order: Order, operation: string): boolean {
  return order.type === 'RUN' && order.operation === operation;
}

function nameOf(order: Order): string {
  if (order.type === 'RUN') return order.operation;
  return order.type === 'DRIVE' ? order.driver : order.type;
}

function rungOf(order: Order): Rung | undefined {
  if (isRun(order, 'restartModule')) return 'restart';
  if (order.type !== 'DRIVE') return undefined;
  return order.driver === 'pulseReset' ? 'reset' : 'power';
}

function makesRadioAttach(order: Order): boolean {
  return order.type === 'DRIVE' || isRun(order, 'radioOn') || isRun(order, 'restartModule');
}
