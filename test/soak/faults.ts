import type { DeactSpelling } from '../../src/simulator/spellings.js';
import type { World } from './world.js';

/** One kind of misfortune. What lasts has an end; what strikes once is cured by the link alone. */
export interface Fault {
  readonly name: string;
  /** How often it strikes in a year at realistic rates. */
  readonly perYear: number;
  /** How long it lasts, milliseconds. */
  readonly lasts?: readonly [shortest: number, longest: number];
  strike(world: World): void;
  end?(world: World): void;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const spellings: readonly DeactSpelling[] = [
  'sapbr',
  'cgev-nw',
  'cgev-me',
  'pdp',
  'pdp-colon',
  'detach',
  'mode',
];
const answered = ['MCONFIG', 'MIPSTART', 'MCONNECT', 'MSUB', 'MPUB', 'MQTTSTATU', 'SAPBR', 'CPIN', 'CGATT'];
const withOutcome = ['MIPSTART', 'MCONNECT', 'MSUB', 'MPUB'];
const refusable = ['MCONFIG', 'MIPSTART', 'MCONNECT', 'SAPBR=1', 'CGATT', 'CPIN'];

/**
 * What befalls a modem in the field. The rates are guesses on the high side for a module with a weak signal: the operator
 * takes the bearer away every day, the server closes every other day, the module hangs three times a month.
 */
export const faults: readonly Fault[] = [
  { name: 'CLOSED', perYear: 156, strike: ({ modem }) => modem.faults.closed() },
  { name: 'half-open, noticed', perYear: 52, strike: ({ modem }) => modem.faults.halfOpen(true) },
  { name: 'half-open, unnoticed', perYear: 24, strike: ({ modem }) => modem.faults.halfOpen(false) },
  { name: 'DEACT', perYear: 365, strike: (world) => world.modem.faults.deact(world.pick(spellings)) },
  { name: 'hang', perYear: 36, strike: ({ modem }) => modem.faults.hang() },
  { name: 'reboot', perYear: 24, strike: (world) => world.modem.faults.reboot(world.pick([0, 1, 2])) },
  {
    name: 'brown-out',
    perYear: 24,
    lasts: [50, 20 * second],
    strike: ({ modem }) => modem.powerOff(),
    end: ({ modem }) => modem.powerOn(),
  },
  {
    name: 'SIM glitch',
    perYear: 24,
    lasts: [second, minute],
    strike: ({ modem }) => modem.faults.simOut(),
    end: ({ modem }) => modem.faults.simIn(),
  },
  {
    name: 'SIM taken out',
    perYear: 2,
    lasts: [hour, 6 * hour],
    strike: ({ modem }) => modem.faults.simOut(),
    end: ({ modem }) => modem.faults.simIn(),
  },
  {
    name: 'no coverage',
    perYear: 52,
    lasts: [20 * second, 4 * hour],
    strike: ({ modem }) => modem.faults.detach(),
    end: ({ modem }) => modem.faults.attach(),
  },
  {
    name: 'no bearer granted',
    perYear: 12,
    lasts: [minute, hour],
    strike: ({ modem }) => {
      modem.faults.refuseBearer(true);
      modem.faults.deact('cgev-nw');
    },
    end: ({ modem }) => modem.faults.refuseBearer(false),
  },
  {
    name: 'broker down',
    perYear: 24,
    lasts: [5 * second, 2 * hour],
    strike: ({ network }) => network.goDown(),
    end: ({ network }) => network.comeUp(),
  },
  {
    name: 'packets vanish',
    perYear: 24,
    lasts: [10 * second, 30 * minute],
    strike: ({ network }) => network.goSilent(),
    end: ({ network }) => network.speak(),
  },
  {
    name: 'login refused',
    perYear: 6,
    lasts: [10 * second, 20 * minute],
    strike: (world) => {
      world.refusesLogins = true;
      world.network.dropConnections();
    },
    end: (world) => void (world.refusesLogins = false),
  },
  { name: 'client id taken over', perYear: 6, strike: (world) => world.takeOver() },
  {
    name: 'garbage',
    perYear: 52,
    strike: (world) => world.modem.faults.garbage(Math.ceil(world.random() * 3_000)),
  },
  {
    name: 'unplugged',
    perYear: 12,
    lasts: [2 * second, 10 * minute],
    strike: ({ cable }) => cable.unplug(),
    end: ({ cable }) => cable.plug(),
  },
  {
    name: 'mute',
    perYear: 6,
    lasts: [second, 2 * minute],
    strike: ({ modem }) => modem.faults.mute(true),
    end: ({ modem }) => modem.faults.mute(false),
  },
  {
    name: 'late answers',
    perYear: 12,
    lasts: [10 * second, 10 * minute],
    // Below the time limit of a command: a module that is later than that is asked again while it still works.
    strike: (world) => world.modem.faults.delayAnswers(world.random() * 8_000),
    end: ({ modem }) => modem.faults.delayAnswers(0),
  },
  {
    name: 'bytes lost',
    perYear: 12,
    lasts: [5 * second, 10 * minute],
    strike: (world) => world.modem.faults.byteLoss(0.02 * world.random()),
    end: ({ modem }) => modem.faults.byteLoss(0),
  },
  armed('answer lost', (world) => world.modem.faults.loseAnswer(world.pick(answered))),
  armed('outcome lost', (world) => world.modem.faults.loseOutcome(world.pick(withOutcome))),
  armed('ERROR after OK', (world) => world.modem.faults.errorAfterOk(world.pick(withOutcome))),
  armed('command refused', (world) => world.modem.faults.failNext(world.pick(refusable), '+CME ERROR: 767')),
  {
    name: 'CONNECT OK too late',
    perYear: 12,
    strike: ({ modem }) => {
      modem.faults.lateConnectOk(45_000);
      modem.faults.closed();
    },
  },
  {
    name: 'wall clock steps',
    perYear: 4,
    strike: (world) => world.clock.stepWallTime((world.random() - 0.5) * 48 * hour),
  },
];

/** Waits for the next use of a command, for a while. */
function armed(name: string, strike: (world: World) => void): Fault {
  return {
    name,
    perYear: 24,
    lasts: [minute, 10 * minute],
    strike,
    end: ({ modem }) => modem.faults.disarm(),
  };
}

/** How often faults strike, and how long they last. */
export interface Rates {
  readonly name: 'realistic' | 'absurd';
  /** All of them together, milliseconds between two. */
  readonly meanGapMs: number;
  /** The share of one of them. */
  weight(fault: Fault): number;
  /** Nothing lasts longer. */
  readonly longestMs: number;
  /** Messages published on the average. */
  readonly publishEveryMs: number;
}

const allPerYear = faults.reduce((sum, { perYear }) => sum + perYear, 0);

export const rates: Readonly<Record<Rates['name'], Rates>> = {
  realistic: {
    name: 'realistic',
    meanGapMs: (365 * 24 * hour) / allPerYear,
    weight: ({ perYear }) => perYear,
    longestMs: Infinity,
    publishEveryMs: 10 * minute,
  },
  absurd: {
    name: 'absurd',
    meanGapMs: 15 * second,
    // A hung module costs a radio attach, of which an hour has four: were it as frequent as the others, the link would
    // do nothing but wait for its budget.
    weight: ({ name }) => (name === 'hang' ? 0.05 : 1),
    longestMs: minute,
    publishEveryMs: 30 * second,
  },
};
