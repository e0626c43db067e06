/** What a module that is there answers to each operation, and what the operation does to it. */
import { offline, rebooted, type Environment, type World } from './environment-state.js';
import type { Operation, SupervisorEvent } from './events.js';

export interface Reply {
  readonly event: SupervisorEvent;
  /** The module's lines, `< `. */
  readonly lines: readonly string[];
  readonly next: Environment;
}

const commands: Readonly<Record<Operation, string>> = {
  synchronize: 'AT',
  clear: 'AT+CFUN?, AT+MDISCONNECT, AT+MIPCLOSE, AT+SAPBR=0,1',
  checkSim: 'AT+CPIN?',
  enterPin: 'AT+CPIN="****"',
  checkAttach: 'AT+CGATT?',
  setBearerType: 'AT+SAPBR=3,1,"CONTYPE","GPRS"',
  setApn: 'AT+SAPBR=3,1,"APN",""',
  openBearer: 'AT+SAPBR=1,1',
  queryBearer: 'AT+SAPBR=2,1',
  secure: 'AT+SSLCFG=…',
  configureMqtt: 'AT+MCONFIG=…',
  connectTcp: 'AT+MIPSTART=…',
  connectMqtt: 'AT+MCONNECT=…',
  announce: 'AT+MPUB=… (online message)',
  subscribeNext: 'AT+MSUB=…',
  askSession: 'AT+MQTTSTATU',
  closeTcp: 'AT+MIPCLOSE',
  closeBearer: 'AT+SAPBR=0,1',
  radioOff: 'AT+CFUN=0',
  radioOn: 'AT+CFUN=1',
  restartModule: 'AT+RESET',
  disconnect: 'AT+MDISCONNECT, AT+MIPCLOSE',
};

/** The operation as the host sends it, `> `. */
export function sent(operation: Operation, { settings }: World): string {
  const text = commands[operation];
  return `> ${settings.tls ? text.replace('+MIPSTART', '+SSLMIPSTART') : text}`;
}

/** Every answer that is possible and true for the operation in flight, in a module that is there. */
export function answer(world: World, env: Environment): readonly Reply[] {
  const { running } = env;
  return running === undefined ? [] : answers[running](env, world);
}

type Simple = Exclude<
  SupervisorEvent,
  { cause: unknown } | { quietMs: number } | { sameCard: boolean }
>['type'];

function reply(type: Simple, lines: readonly string[], next: Environment): Reply {
  return { event: { type, command: 0 } as SupervisorEvent, lines, next };
}

function ok(next: Environment): readonly Reply[] {
  return [reply('OK', ['< OK'], next)];
}

/** "Skip whatever it returns." */
function skipped(next: Environment): readonly Reply[] {
  return [reply('ANSWERED', ['< OK'], next)];
}

function switchedOn(env: Environment): Environment {
  if (env.radio === 'on') return env;
  return { ...env, radio: 'on', network: env.network === 'denying' ? 'serving' : env.network };
}

function withoutSession(env: Environment): Environment {
  return { ...env, session: 'none', subscribed: false };
}

const answers: Readonly<Record<Operation, (env: Environment, world: World) => readonly Reply[]>> = {
  synchronize: (env) => ok(env),
  clear: (env) => skipped(withoutSession({ ...switchedOn(env), bearer: 'down' })),
  checkSim: (env) => {
    switch (env.sim) {
      case 'ready':
        return [reply('SIM READY', ['< +CPIN: READY', '< OK'], { ...env, pinTried: false })];
      case 'starting':
        return [reply('SIM BUSY', ['< +CME ERROR: 14'], env)];
      case 'locked':
        return env.card === 'blocked'
          ? [reply('SIM PUK', ['< +CPIN: SIM PUK', '< OK'], env)]
          : [
              {
                // The card that is put back is the one that was taken out.
                event: { type: 'SIM PIN', command: 0, sameCard: true },
                lines: ['< +CPIN: SIM PIN', '< OK'],
                next: env,
              },
            ];
      case 'out':
      case 'unseen':
        return [reply('SIM ABSENT', ['< +CME ERROR: 10'], env)];
    }
  },
  enterPin: (env) => {
    const refused = ['< +CME ERROR: 16'];
    if (env.sim !== 'locked') return [reply('ERROR', refused, env)];
    if (env.card === 'right') return ok({ ...env, sim: 'ready', pinTried: false });
    const pinTriesLeft = Math.max(env.pinTriesLeft - 1, 0);
    return [
      reply('ERROR', refused, { ...env, pinTriesLeft, card: pinTriesLeft === 0 ? 'blocked' : env.card }),
    ];
  },
  checkAttach: (env) => {
    if (env.attached) return [reply('ATTACHED', ['< +CGATT: 1', '< OK'], env)];
    const denied = ['< +CGATT: 0', '< +CEREG: 0,3', '< OK'];
    return env.network === 'denying'
      ? [reply('REGISTRATION DENIED', denied, env)]
      : [reply('NOT ATTACHED', ['< +CGATT: 0', '< +CEREG: 0,2', '< OK'], env)];
  },
  setBearerType: (env) => ok(env),
  setApn: (env) => ok(env),
  openBearer: (env) => {
    if (!env.attached || env.bearer === 'fallen') return [reply('ERROR', ['< +CME ERROR: 3'], env)];
    if (env.bearer === 'up') return ok(env);
    return [...ok({ ...env, bearer: 'up' }), ...ok({ ...env, bearer: 'connecting' })];
  },
  queryBearer: (env) => {
    if (env.bearer === 'up') return [reply('BEARER UP', ['< +SAPBR: 1,1,"10.0.0.1"', '< OK'], env)];
    if (env.bearer === 'connecting') return [reply('BEARER PENDING', ['< +SAPBR: 1,0', '< OK'], env)];
    return [reply('BEARER DOWN', ['< +SAPBR: 1,3', '< OK'], env)];
  },
  // What the link believes to be in the module already is not sent again.
  secure: (env) => ok({ ...env, secured: env.secured || !env.believedSecured, believedSecured: true }),
  configureMqtt: (env) => ok(env),
  connectTcp: (env, world) => {
    if (world.settings.tls && !env.secured) {
      const lines = ['< +SSLCFG: "seclevel",88,0', '< OK'];
      return [reply('NOT SECURED', lines, { ...env, believedSecured: false })];
    }
    if (env.session !== 'none') return [reply('CONNECT FAIL', ['< OK', '< ALREADY CONNECT'], env)];
    if (env.attached && env.bearer === 'up' && env.broker !== 'unreachable') {
      return [reply('CONNECT OK', ['< OK', '< CONNECT OK'], { ...env, session: 'tcp' })];
    }
    return [
      reply('CONNECT FAIL', ['< OK', '< CONNECT FAIL'], env),
      reply('UNANSWERED', ['< OK', '  no outcome in time'], env),
    ];
  },
  connectMqtt: (env) => {
    if (env.session === 'halfOpen') return [reply('UNANSWERED', ['< OK', '  no outcome in time'], env)];
    if (env.session !== 'tcp') return [reply('SESSION DOWN', ['< +CME ERROR: 767'], env)];
    if (env.broker === 'serving') {
      const next: Environment = { ...env, session: 'mqtt', subscribed: false };
      return [reply('CONNACK OK', ['< OK', '< CONNACK OK'], next)];
    }
    return [reply('ERROR', ['< OK', '< ERROR'], { ...env, session: 'stale' })];
  },
  announce: (env) => inSession(env, () => [reply('ANNOUNCED', ['< OK', '< PUBACK'], env)]),
  subscribeNext: (env) => {
    if (env.believedSubscribed)
      return [reply('ALL SUBSCRIBED', ['  every subscription is acknowledged'], env)];
    return inSession(env, () => [
      reply('SUBACK', ['< OK', '< SUBACK'], { ...env, subscribed: true, believedSubscribed: true }),
    ]);
  },
  askSession: (env) => {
    if (env.session === 'mqtt' || env.session === 'halfOpen') {
      const lines = ['< +MQTTSTATU :1', '< OK'];
      return [
        { event: { type: 'SESSION UP', command: 0, quietMs: 0 }, lines, next: env },
        // Something was heard meanwhile, so the module is not even asked.
        { event: { type: 'SESSION UP', command: 0, quietMs: 1 }, lines: ['  heard of lately'], next: env },
      ];
    }
    return [reply('SESSION DOWN', ['< +MQTTSTATU :0', '< OK'], env)];
  },
  closeTcp: (env) => skipped(withoutSession(env)),
  closeBearer: (env) =>
    skipped({ ...env, bearer: 'down', session: env.session === 'none' ? 'none' : 'stale' }),
  radioOff: (env) => {
    const next: Environment = { ...offline(env), radio: 'off', bearer: 'down' };
    return skipped(next);
  },
  radioOn: (env) => skipped(switchedOn(env)),
  restartModule: (env) => skipped(rebooted({ ...env, running: undefined })),
  disconnect: (env) => skipped(withoutSession(env)),
};

function inSession(env: Environment, then: () => readonly Reply[]): readonly Reply[] {
  if (env.session === 'mqtt') return then();
  if (env.session === 'halfOpen') return [reply('UNANSWERED', ['< OK', '  no acknowledgement in time'], env)];
  return [reply('ERROR', ['< +CME ERROR: 767'], env)];
}
