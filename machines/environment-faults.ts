/** Everything that may go wrong at a moment; each costs one of the faults that the world allows. */
import { answer, sent } from './environment-answers.js';
import {
  closed,
  deactivated,
  idle,
  isReachable,
  offline,
  rebooted,
  unanswered,
  unheard,
  withoutLine,
  type Environment,
  type Happening,
  type World,
} from './environment-state.js';
import type { Operation, SupervisorEvent } from './events.js';

type Fault = Omit<Happening, 'kind'>;

export function faults(world: World, env: Environment): readonly Fault[] {
  return [
    ...faultsOfConnection(env),
    ...faultsOfModule(env),
    ...faultsOfAnswer(world, env),
    ...faultsOfPort(env),
    ...faultsOfHost(env),
  ];
}

/** Told where the module is heard, and untold: old firmware prints no CLOSED, and a message may be lost on the line. */
function toldOrNot(
  env: Environment,
  says: string,
  line: string,
  next: Environment,
  told: Environment,
  event: SupervisorEvent,
): readonly Fault[] {
  const untold: Fault = { says: [`  ${says}, without a word`], next };
  return isReachable(env) ? [{ says: [`  ${says}`, `< ${line}`], event, next: told }, untold] : [untold];
}

function faultsOfConnection(env: Environment): readonly Fault[] {
  if (env.module !== 'on') return [];
  const list: Fault[] = [];
  const connected = env.session === 'tcp' || env.session === 'mqtt';
  if (connected) {
    const stale: Environment = { ...env, session: 'stale', subscribed: false };
    list.push(...toldOrNot(env, 'the server closes', 'CLOSED', stale, closed(stale), { type: 'CLOSED' }));
    list.push({
      says: ['  the peer is gone; the connection is half open'],
      next: { ...env, session: 'halfOpen', subscribed: false },
    });
    const refusing: Environment = { ...stale, broker: 'refusing' };
    if (isReachable(env)) {
      const says = ['  the broker drops the session, and refuses the login from now on', '< CLOSED'];
      list.push({ says, event: { type: 'CLOSED' }, next: closed(refusing) });
    }
  } else if (isReachable(env) && env.running === 'connectTcp') {
    const stale: Environment = { ...env, session: 'stale' };
    list.push({ says: [sentPlain, '< OK', '< CLOSED'], event: { type: 'CLOSED' }, next: closed(stale) });
  }
  if (env.broker === 'serving') {
    const broker: Environment = { ...env, broker: 'unreachable' };
    list.push({
      says: ['  the broker is not reached any more'],
      next: connected ? { ...broker, session: 'halfOpen', subscribed: false } : broker,
    });
    if (!connected)
      list.push({ says: ['  the broker refuses the login'], next: { ...env, broker: 'refusing' } });
  }
  if (env.bearer === 'up' || env.bearer === 'connecting') {
    const fallen: Environment = { ...offline(env), attached: env.attached };
    list.push(
      ...toldOrNot(env, 'the bearer is lost', '+CGEV: NW PDN DEACT 1', fallen, deactivated(fallen), {
        type: 'DEACT',
      }),
    );
  }
  if (env.network === 'serving') {
    const away: Environment = { ...offline(env), network: 'away' };
    const denying: Environment = { ...offline(env), network: 'denying' };
    if (env.bearer === 'down' || env.bearer === 'fallen') {
      list.push({ says: ['  the network is gone'], next: away });
      list.push({ says: ['  the network denies the registration until the radio was off'], next: denying });
    } else {
      const deact = { type: 'DEACT' } as const;
      const detach = '+CGEV: ME DETACH';
      list.push(...toldOrNot(env, 'the network is gone', detach, away, deactivated(away), deact));
      const says = 'the network denies the registration until the radio was off';
      list.push(...toldOrNot(env, says, detach, denying, deactivated(denying), deact));
    }
  }
  return list;
}

const sentPlain = '> AT+MIPSTART=…';

function faultsOfModule(env: Environment): readonly Fault[] {
  const list: Fault[] = [];
  if (env.module === 'on') {
    list.push({ says: ['  the module reboots'], next: rebooted(env) });
    list.push({ says: ['  the module hangs'], next: lost({ ...rebooted(env), module: 'hung' }) });
    list.push({
      says: ['  the module switches itself off'],
      next: lost({ ...rebooted(env), module: 'off' }),
    });
    if (env.sim !== 'out') {
      const out: Environment = { ...offline(env), sim: 'out' };
      const event = { type: 'SIM REMOVED' } as const;
      list.push(...toldOrNot(env, 'the card is taken out', '+CPIN: SIM REMOVED', out, out, event));
    }
  } else if (env.module === 'booting') {
    list.push({ says: ['  the module hangs while booting'], next: lost({ ...env, module: 'hung' }) });
  }
  return list;
}

/** The module is not there to answer any more: time has to pass until that is known. */
function lost(env: Environment): Environment {
  return env.running === undefined ? env : { ...env, stage: 'sent' };
}

/** How the chart hears a refusal, of the operations that can be refused. */
const refusals: Readonly<Partial<Record<Operation, SupervisorEvent['type']>>> = {
  checkSim: 'SIM BUSY',
  enterPin: 'ERROR',
  checkAttach: 'NOT ATTACHED',
  setBearerType: 'ERROR',
  setApn: 'ERROR',
  openBearer: 'ERROR',
  queryBearer: 'BEARER DOWN',
  secure: 'ERROR',
  configureMqtt: 'ERROR',
  connectTcp: 'ERROR',
  connectMqtt: 'ERROR',
  announce: 'ERROR',
  subscribeNext: 'ERROR',
  askSession: 'ERROR',
};

function faultsOfAnswer(world: World, env: Environment): readonly Fault[] {
  const { running } = env;
  if (running === undefined || env.stage !== 'sent' || !isReachable(env)) return [];
  const command = sent(running, world);
  const list: Fault[] = [];
  const refusal = refusals[running];
  const inSession = running !== 'subscribeNext' || !env.believedSubscribed;
  if (refusal !== undefined && inSession) {
    const event = { type: refusal, command: 0 } as SupervisorEvent;
    list.push({ says: [command, '< ERROR'], event, next: idle(env) });
  }
  const event = unanswered(running);
  const none = '  no answer in time';
  list.push({
    says: [command, `${none}: the command was lost`],
    event,
    next: idle(env),
  });
  for (const reply of answer(world, env)) {
    const done = unheard(env, reply);
    list.push({ says: [command, `${none}: it was done, the answer was lost`], event, next: done });
  }
  list.push({ says: [command, '  the link never reports an answer'], next: { ...env, stage: 'stuck' } });
  return list;
}

function faultsOfPort(env: Environment): readonly Fault[] {
  const list: Fault[] = [];
  if (env.cable === 'plugged') {
    const gone: Environment = { ...withoutLine(env), cable: 'unplugged' };
    const powerless: Environment = { ...rebooted(gone), module: env.module === 'hung' ? 'hung' : 'booting' };
    const isOpen = env.port === 'open' || env.port === 'opening';
    const unplugged = {
      says: ['  the cable is pulled'],
      ...(isOpen && { event: { type: 'PORT LOST' } as const }),
    };
    if (env.port !== 'closing') {
      list.push({ ...unplugged, next: gone });
      list.push({ ...unplugged, says: ['  the cable is pulled, and the supply with it'], next: powerless });
    }
    if (env.port === 'open') {
      list.push({ says: ['  nothing gets through the port any more'], next: { ...env, cable: 'deaf' } });
    }
  }
  if (env.port === 'opening' && env.stage !== 'stuck') {
    for (const cause of ['PORT_BUSY', 'PORT_DENIED'] as const) {
      const event = { type: 'PORT FAILED', cause } as const;
      list.push({ says: [`  PORT FAILED: ${cause}`], event, next: { ...env, port: 'closed' } });
    }
  }
  if ((env.port === 'opening' || env.port === 'closing') && env.stage !== 'stuck') {
    list.push({ says: ['  the operating system does not return'], next: { ...env, stage: 'stuck' } });
  }
  return list;
}

function faultsOfHost(env: Environment): readonly Fault[] {
  const list: Fault[] = [];
  if (env.driver !== undefined && !env.driverStuck) {
    const { driver } = env;
    const event = { type: 'DRIVER FAILED', driver } as const;
    list.push({ says: [`  ${driver} fails`], event, next: { ...env, driver: undefined } });
    list.push({ says: [`  ${driver} does not return`], next: { ...env, driverStuck: true } });
  }
  list.push({ says: ['  the host says: STOP'], event: { type: 'STOP' }, next: env });
  return list;
}
