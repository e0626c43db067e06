/**
 * The environment's state, and the changes that several happenings share.
 */
import type { LinkCommand, Operation, SupervisorEvent } from './events.js';
import type { Settings } from './settings.js';

/** What does not change while the environment runs. */
export interface World {
  readonly settings: Settings;
  /** The card in the tray: without a PIN, or locked with the configured PIN being right or wrong for it. */
  readonly card: 'open' | 'right' | 'wrong';
  /** So many faults may happen in one run, of whatever kinds, at whatever moments. */
  readonly faults: number;
}

/** Everything around the chart: port, module, card, network, broker, and the answers on their way. */
export interface Environment {
  readonly port: 'closed' | 'opening' | 'open' | 'closing';
  /** `deaf`: open, but nothing gets through until it is opened anew. */
  readonly cable: 'plugged' | 'unplugged' | 'deaf';
  readonly module: 'booting' | 'on' | 'hung' | 'off';
  readonly radio: 'on' | 'off';
  readonly card: 'open' | 'right' | 'wrong' | 'blocked';
  readonly pinTriesLeft: number;
  /** `unseen`: in the tray again, but the module looks only when it boots. */
  readonly sim: 'starting' | 'ready' | 'locked' | 'out' | 'unseen';
  /** `denying`: takes the module again only after its radio was off. */
  readonly network: 'serving' | 'away' | 'denying';
  readonly attached: boolean;
  /** `fallen`: lost, and SAPBR=1,1 is refused before SAPBR=0,1. */
  readonly bearer: 'down' | 'connecting' | 'up' | 'fallen';
  readonly broker: 'serving' | 'unreachable' | 'refusing';
  /** `halfOpen`: the module takes it for alive. `stale`: gone, but MIPSTART is refused before MIPCLOSE. */
  readonly session: 'none' | 'tcp' | 'mqtt' | 'halfOpen' | 'stale';
  /** TLS settings: those in the module since its boot, and those the link believes to be there. */
  readonly secured: boolean;
  readonly believedSecured: boolean;
  /** The wanted subscription: what the broker holds in this session, and what the link believes. */
  readonly subscribed: boolean;
  readonly believedSubscribed: boolean;
  /** Whether publishes may flow. */
  readonly traffic: boolean;
  /** What is on its way takes longer than the chart's limits. */
  readonly slow: boolean;
  /** The operation in flight, and what has become of it. */
  readonly running: Operation | undefined;
  readonly stage: 'sent' | 'overdue' | 'lost' | 'hopeless' | 'stuck';
  /** Something has overruled the operation in flight: nobody waits for its answer any more. */
  readonly overruled: boolean;
  readonly driver: DriverName | undefined;
  readonly driverStuck: boolean;
  /** CLOSED was reported and MIPCLOSE not sent since; DEACT was reported and SAPBR=0,1 not sent since. */
  readonly owesMipclose: boolean;
  readonly owesBearerClose: boolean;
  /** The chart has asked for a session since it began at the top of the flow. */
  readonly sessionWanted: boolean;
  /** The PIN was sent to this card, and neither was it accepted nor did a person act since. */
  readonly pinTried: boolean;
  /** Radio attaches that may be spent, counted apart from the chart's own count. */
  readonly radioTokens: number;
  readonly faultsLeft: number;
}

/** What can be done to the module from outside: its RESET pin, its supply. */
export type DriverName = 'pulseReset' | 'cyclePower';

/** What the chart asks for: of the link, or that a driver be run. */
export type Order = LinkCommand | { type: 'DRIVE'; driver: DriverName } | { type: 'LET GO' };

/** How a driver ended. */
export type DriverEvent = { type: 'DRIVER DONE' | 'DRIVER FAILED'; driver: DriverName };

/** One thing that may happen in the environment as it stands, and what the chart gets to know of it. */
export interface Happening {
  /**
   * - `course`: on its way, and there before the chart's limits: answers, boots, a card that is read;
   * - `cure`: an outage ends, whenever that may be;
   * - `chance`: may happen or not, and is no fault;
   * - `fault`: taken from the budget;
   * - `person`: what somebody does who was asked for;
   * - `host`: what the host program does.
   */
  readonly kind: 'course' | 'cure' | 'chance' | 'fault' | 'person' | 'host';
  /** AT lines (`> ` host, `< ` module) and events, for people. */
  readonly says: readonly string[];
  /** What the chart gets to know of it, if anything. */
  readonly event?: SupervisorEvent | DriverEvent;
  readonly next: Environment;
}

/** Whether a command reaches the module and is answered. */
export function isReachable({ port, cable, module }: Environment): boolean {
  return port === 'open' && cable === 'plugged' && module === 'on';
}

/** The answer that the chart gets when none came. */
export function unanswered(operation: Operation): SupervisorEvent {
  return { type: skipsAnswer.has(operation) ? 'ANSWERED' : 'UNANSWERED', command: 0 };
}

const skipsAnswer: ReadonlySet<Operation> = new Set<Operation>([
  'clear',
  'closeTcp',
  'closeBearer',
  'radioOff',
  'radioOn',
  'restartModule',
  'disconnect',
]);

const hasOutcome: ReadonlySet<Operation> = new Set<Operation>([
  'connectTcp',
  'connectMqtt',
  'announce',
  'subscribeNext',
]);

/** CLOSED was reported: an outcome that was waited for cannot come any more. */
export function closed(env: Environment): Environment {
  const isClosing = env.running === 'clear' || env.running === 'closeTcp' || env.running === 'disconnect';
  return { ...withoutOutcome(env), owesMipclose: env.sessionWanted && !isClosing };
}

/** DEACT was reported. */
export function deactivated(env: Environment): Environment {
  const { running } = env;
  const isClosing = running === 'clear' || running === 'closeBearer' || running === 'radioOff';
  return { ...withoutOutcome(env), owesBearerClose: !isClosing };
}

function withoutOutcome(env: Environment): Environment {
  return env.running !== undefined && hasOutcome.has(env.running) ? idle(env) : env;
}

export function idle(env: Environment): Environment {
  return { ...env, running: undefined, stage: 'sent', overruled: false };
}

/** What was done in the module, of which the link heard nothing. */
export function unheard(env: Environment, { next }: { readonly next: Environment }): Environment {
  const { pinTried, believedSubscribed, believedSecured } = env;
  return { ...idle(next), pinTried, believedSubscribed, believedSecured };
}

/** The link lets go of the port: whatever was under way is over. */
export function withoutLine(env: Environment): Environment {
  return { ...idle(env), port: 'closed', traffic: false, believedSubscribed: false };
}

/** Everything in the module is gone. A command in flight stays without its answer. */
export function rebooted(env: Environment): Environment {
  return {
    ...env,
    module: 'booting',
    radio: 'on',
    sim: env.sim === 'out' ? 'out' : 'starting',
    network: env.network === 'denying' ? 'serving' : env.network,
    attached: false,
    bearer: 'down',
    session: 'none',
    secured: false,
    subscribed: false,
    owesMipclose: false,
    owesBearerClose: false,
    sessionWanted: false,
    ...(env.running !== undefined && env.stage === 'sent' && { stage: 'lost' }),
  };
}

/** What is left of session and bearer when the network or the card goes. */
export function offline(env: Environment): Environment {
  return {
    ...env,
    attached: false,
    bearer: env.bearer === 'down' ? 'down' : 'fallen',
    session: env.session === 'none' ? 'none' : 'stale',
    subscribed: false,
  };
}

export function spendToken(env: Environment): Environment {
  return { ...env, radioTokens: Math.max(env.radioTokens - 1, 0) };
}
