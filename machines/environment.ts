/**
 * Everything around the chart as a small transition system: module, card, network, broker, port, pins, host. Nothing in
 * it is random and nothing is left out: `happenings` lists all that may come next, `told` what an order of the chart
 * brings about. The chart times this is what `npm run verify` explores; a program may also draw from it to drive a
 * service. Facts of the module are those of the vendor's flow and AT manual; docs/verification.md says what is abstracted.
 */
import { answer, sent } from './environment-answers.js';
import { faults } from './environment-faults.js';
import {
  closed,
  idle,
  isReachable,
  offline,
  rebooted,
  spendToken,
  unanswered,
  unheard,
  withoutLine,
  type Environment,
  type Happening,
  type Order,
  type World,
} from './environment-state.js';
import type { Operation } from './events.js';

/** A module that boots, and one that outlived an earlier host, its session still up. */
export function beginnings(world: World): readonly Environment[] {
  const booting: Environment = {
    port: 'closed',
    cable: 'plugged',
    module: 'booting',
    radio: 'on',
    card: world.card,
    pinTriesLeft: 3,
    sim: 'starting',
    network: 'serving',
    attached: false,
    bearer: 'down',
    broker: 'serving',
    session: 'none',
    secured: false,
    believedSecured: false,
    subscribed: false,
    believedSubscribed: false,
    traffic: false,
    slow: false,
    running: undefined,
    stage: 'sent',
    overruled: false,
    driver: undefined,
    driverStuck: false,
    owesMipclose: false,
    owesBearerClose: false,
    sessionWanted: false,
    pinTried: false,
    radioTokens: world.settings.radioBurst,
    faultsLeft: world.faults,
  };
  const outlived: Environment = {
    ...booting,
    module: 'on',
    sim: 'ready',
    attached: true,
    bearer: 'up',
    session: 'mqtt',
    secured: world.settings.tls,
  };
  return [booting, outlived];
}

/**
 * What an order brings about. A command that supersedes one in flight leaves open whether the module still does the
 * older one; the link sends the newer one only when both sides are in step again.
 */
export function told(world: World, env: Environment, order: Order): readonly Environment[] {
  switch (order.type) {
    case 'OPEN PORT':
      return [{ ...withoutLine(env), port: 'opening' }];
    case 'CLOSE PORT':
      return [{ ...withoutLine(env), port: 'closing' }];
    case 'OPEN TRAFFIC':
      return [{ ...env, traffic: env.port === 'open' }];
    case 'CLOSE TRAFFIC':
      return [{ ...env, traffic: false, believedSubscribed: false }];
    case 'DRIVE':
      return [{ ...spendToken(idle(env)), driver: order.driver, driverStuck: false }];
    case 'LET GO':
      return [{ ...env, driver: undefined, driverStuck: false }];
    case 'RUN': {
      const before =
        env.running !== undefined && env.stage === 'sent' && isReachable(env)
          ? [idle(env), ...answer(world, env).map((reply) => unheard(env, reply))]
          : [idle(env)];
      // Without a port the link has nobody to tell.
      return env.port === 'open' ? before.map((state) => asked(state, order.operation)) : before;
    }
  }
}

function asked(env: Environment, operation: Operation): Environment {
  const isInSession = operation === 'subscribeNext' || operation === 'askSession';
  const next: Environment = {
    ...env,
    running: operation,
    stage: 'sent',
    overruled: false,
    // With a new session the link forgets what was acknowledged in an older one.
    believedSubscribed: isInSession && env.believedSubscribed,
  };
  switch (operation) {
    case 'synchronize':
      // From here on the whole flow is walked again.
      return { ...next, believedSecured: false, sessionWanted: false };
    case 'clear':
      return { ...next, owesMipclose: false, owesBearerClose: false };
    case 'closeTcp':
    case 'disconnect':
      return { ...next, owesMipclose: false };
    case 'closeBearer':
    case 'radioOff':
      return { ...next, owesBearerClose: false };
    case 'radioOn':
    case 'restartModule':
      return spendToken(next);
    case 'connectTcp':
      return { ...next, sessionWanted: true };
    case 'enterPin':
      return { ...next, pinTried: true };
    default:
      return next;
  }
}

/** Everything that may come next. The host's START and a person's acts are for the moments when somebody is waited for. */
export function happenings(world: World, env: Environment): readonly Happening[] {
  const list: Happening[] = [...answered(world, env), ...courses(env)].map((happening) =>
    happening.kind === 'course' ? { ...happening, next: { ...happening.next, slow: false } } : happening,
  );
  if (env.traffic && (env.session !== 'mqtt' || !isReachable(env))) {
    const cause = isReachable(env) && env.session !== 'halfOpen' ? 'SESSION_LOST' : 'PUBLISH_FAILED';
    list.push({
      kind: 'chance',
      says: ['> AT+MPUB=…', '  the publish stays without its acknowledgement'],
      event: { type: 'UNACKNOWLEDGED', cause },
      next: env,
    });
  }
  list.push({
    kind: 'host',
    says: ['  time refills the radio budget: RADIO TOKEN'],
    event: { type: 'RADIO TOKEN' },
    // The attach that is under way has left the chart's budget, so that one more finds room in it.
    next: { ...env, radioTokens: Math.min(env.radioTokens + 1, world.settings.radioBurst + 1) },
  });
  if (env.faultsLeft > 0) {
    const isDue = list.some(({ kind }) => kind === 'course');
    const slow = { says: ['  it takes longer than usual'], next: { ...env, slow: true } };
    for (const fault of [...faults(world, env), ...(isDue && !env.slow ? [slow] : [])]) {
      list.push({ ...fault, kind: 'fault', next: { ...fault.next, faultsLeft: env.faultsLeft - 1 } });
    }
  }
  return list;
}

/** The chart has gone on without waiting for the operation in flight. */
export function overruled(env: Environment): Environment {
  return env.running === undefined ? env : { ...env, overruled: true };
}

/** Time passes by so much that a command to a dead module is overdue. */
export function passed(env: Environment): Environment {
  return env.running !== undefined && env.stage === 'sent' && !isReachable(env)
    ? { ...env, stage: 'overdue' }
    : env;
}

/** What the link, the port and the drivers promise to report before the chart's own limit for it runs out. */
export function promises(env: Environment, limit: string): boolean {
  switch (limit) {
    case 'answerLimit':
      return env.running !== undefined && env.stage !== 'stuck';
    case 'portLimit':
      return (env.port === 'opening' || env.port === 'closing') && env.stage !== 'stuck';
    case 'driverLimit':
      return env.driver !== undefined && !env.driverStuck;
    default:
      return false;
  }
}

/** What a person does where one is needed: cure what only a person can cure, or just try again. */
export function personActs(env: Environment): readonly Happening[] {
  const tried = { ...env, pinTried: false };
  const cured: Environment = {
    ...tried,
    ...(env.module === 'hung' || env.module === 'off' ? rebooted(tried) : {}),
    card: 'open',
    sim: env.sim === 'locked' ? 'starting' : env.sim,
  };
  return [
    { kind: 'person', says: ['  a person cures it and says: RETRY'], event: { type: 'RETRY' }, next: cured },
    {
      kind: 'person',
      says: ['  a person says, without curing anything: RETRY'],
      event: { type: 'RETRY' },
      next: tried,
    },
  ];
}

/** The card wants what only a person can give: its PUK, another PIN, or leave to try once more. */
export function cardNeedsPerson({ card, sim, pinTried }: Environment): boolean {
  return card === 'blocked' || card === 'wrong' || sim === 'locked' || pinTried;
}

/** The module answers nothing, and neither its RESET pin nor its supply is wired. */
export function moduleNeedsPerson({ settings: { attempts } }: World, { module }: Environment): boolean {
  return (module === 'off' || module === 'hung') && attempts.reset === 0 && attempts.power === 0;
}

function answered(world: World, env: Environment): readonly Happening[] {
  const { running, stage } = env;
  if (running === undefined || stage === 'stuck') return [];
  const command = sent(running, world);
  if (stage === 'lost' || stage === 'hopeless') {
    return [
      {
        kind: 'course',
        says: [command, '  no answer in time'],
        event: unanswered(running),
        next: idle(env),
      },
    ];
  }
  if (isReachable(env)) {
    return answer(world, env).map(({ event, lines, next }) => ({
      kind: 'course',
      says: [command, ...lines],
      event,
      next: idle(next),
    }));
  }
  if (stage !== 'overdue') return [];
  // A command stays unanswered; or a bare AT, which goes first after one that did, tells that nobody is there.
  return [
    { kind: 'course', says: [command, '  no answer in time'], event: unanswered(running), next: idle(env) },
    {
      kind: 'course',
      says: ['> AT', '  no answer, ten times: UNRESPONSIVE'],
      event: { type: 'UNRESPONSIVE' },
      next: { ...env, stage: 'hopeless' },
    },
  ];
}

/** What comes by itself: what is on its way, and the end of what is broken outside. */
function courses(env: Environment): readonly Happening[] {
  const list: Happening[] = [];
  const add = (
    kind: Happening['kind'],
    says: string,
    next: Environment,
    event?: Happening['event'],
  ): void => {
    list.push({ kind, says: [says], next, ...(event !== undefined && { event }) });
  };
  if (env.port === 'opening' && env.stage !== 'stuck') {
    if (env.cable === 'unplugged') {
      const event = { type: 'PORT FAILED', cause: 'PORT_NOT_FOUND' } as const;
      add('course', '  no such port: PORT FAILED', { ...env, port: 'closed' }, event);
    } else {
      add('course', '  PORT OPEN', { ...env, port: 'open', cable: 'plugged' }, { type: 'PORT OPEN' });
    }
  }
  if (env.port === 'closing' && env.stage !== 'stuck') {
    add('course', '  PORT CLOSED', { ...env, port: 'closed' }, { type: 'PORT CLOSED' });
  }
  if (env.driver !== undefined && !env.driverStuck) {
    const pin =
      env.driver === 'pulseReset' ? '  the RESET pin is pulsed' : '  the supply is switched off and on';
    const event = { type: 'DRIVER DONE', driver: env.driver } as const;
    add('course', pin, { ...rebooted(env), driver: undefined }, event);
  }
  if (env.cable === 'unplugged') add('cure', '  the cable is plugged in again', { ...env, cable: 'plugged' });
  if (env.module === 'booting') {
    const on: Environment = { ...env, module: 'on' };
    add('course', '  the module has booted, without a word', on);
    if (isReachable(on)) add('course', '< RDY', idle(on), { type: 'RDY' });
  }
  if (env.module === 'on') courseOfModule(env, add);
  if (env.network === 'away') add('cure', '  the network is there again', { ...env, network: 'serving' });
  if (env.broker !== 'serving') add('cure', '  the broker serves again', { ...env, broker: 'serving' });
  return list;
}

function courseOfModule(
  env: Environment,
  add: (kind: Happening['kind'], says: string, next: Environment, event?: Happening['event']) => void,
): void {
  const heard = isReachable(env);
  if (heard && env.running === 'radioOff' && env.radio === 'on') {
    const off: Environment = { ...offline(env), radio: 'off', bearer: 'down' };
    add('chance', '< +CGEV: ME DETACH', off, { type: 'DEACT' });
  }
  if (env.sim === 'starting') {
    add('course', '  the card is ready to be asked', {
      ...env,
      sim: env.card === 'open' ? 'ready' : 'locked',
    });
  }
  if (env.sim === 'out') {
    const back: Environment = { ...env, sim: 'starting' };
    add('cure', '  the card is put back, without a word', back);
    add('cure', '  the card is put back; the module looks only when it boots', { ...env, sim: 'unseen' });
    if (heard) add('cure', '< +CPIN: READY', back, { type: 'SIM INSERTED' });
  }
  if (!env.attached && env.radio === 'on' && env.sim === 'ready' && env.network === 'serving') {
    add('course', '  the network takes the module', { ...env, attached: true });
  }
  if (env.bearer === 'connecting') add('course', '  the bearer comes up', { ...env, bearer: 'up' });
  if (env.session === 'halfOpen') {
    const stale: Environment = { ...env, session: 'stale' };
    add('cure', '  the keepalive runs out; the module tells nobody', stale);
    if (heard) add('cure', '< CLOSED', closed(stale), { type: 'CLOSED' });
  }
}
