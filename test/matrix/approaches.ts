import { fileURLToPath } from 'node:url';
import type { AnyStateNode } from 'xstate';
import { supervisorMachine } from '../../machines/index.js';
import type { LinkOptions } from '../../src/config/schema.js';
import type { Bench } from '../../src/testing/bench.js';

/** Where a run leads the chart before the fault strikes, and how. */
export interface Approach {
  /** Dotted, as in status().path. */
  readonly state: string;
  /** `start`: it lies on the first way up; `online`: the link is online first; `stop`: on the way down. */
  readonly from: 'start' | 'online' | 'stop';
  /** Leads there: before start(), or once the link is online. */
  readonly lead?: (bench: Bench) => void;
  /** A state on the way up is entered once more after this, which happens to a link that is online. */
  readonly again?: (bench: Bench) => void;
  /** Makes healthy what `lead` made ill; called when the state is entered. */
  readonly undo?: (bench: Bench) => void;
  readonly link?: Partial<LinkOptions>;
  readonly pin?: true;
  readonly tls?: true;
}

export const tlsFiles = { ca: fileURLToPath(new URL('../fixtures/tls/ca.crt', import.meta.url)) };

const deact = ({ modem }: Bench): void => modem.faults.deact('sapbr');
const closed = ({ modem }: Bench): void => modem.faults.closed();
const mute = ({ modem }: Bench): void => modem.faults.mute();
const unmute = ({ modem }: Bench): void => modem.faults.mute(false);
const detach = ({ modem }: Bench): void => modem.faults.detach();
const attach = ({ modem }: Bench): void => modem.faults.attach();
const replug = ({ cable }: Bench): void => {
  cable.unplug();
  cable.plug();
};
/** Seen on any firmware, also on one that says no RDY. */
const reboot = (bench: Bench): void => {
  bench.modem.faults.reboot(1);
  replug(bench);
};

/** One way to each state in which the chart rests. */
export const approaches: readonly Approach[] = [
  { state: 'stopped', from: 'start' },
  { state: 'openingPort', from: 'start', again: replug },
  { state: 'synchronizing', from: 'start', again: reboot },
  { state: 'clearing', from: 'start', again: reboot },
  { state: 'checkingSim.asking', from: 'start', again: deact },
  {
    state: 'checkingSim.pausing',
    from: 'start',
    lead: ({ modem }) => modem.faults.failNext('CPIN', '+CME ERROR: 14', 2),
  },
  { state: 'checkingSim.unlocking', from: 'start', pin: true, again: reboot },
  { state: 'attaching.asking', from: 'start', again: deact },
  { state: 'attaching.pausing', from: 'start', lead: detach, undo: attach },
  { state: 'activatingBearer.settingType', from: 'start', again: deact },
  { state: 'activatingBearer.settingApn', from: 'start', again: deact },
  { state: 'activatingBearer.opening', from: 'start', again: deact },
  { state: 'activatingBearer.querying', from: 'start', again: deact },
  {
    state: 'activatingBearer.settling',
    from: 'start',
    lead: ({ modem }) => modem.faults.slowBearer(5_000),
    undo: ({ modem }) => modem.faults.slowBearer(0),
  },
  { state: 'securing', from: 'start', tls: true, again: reboot },
  { state: 'configuringMqtt', from: 'start', again: closed },
  { state: 'connectingTcp', from: 'start', again: closed },
  { state: 'connectingMqtt', from: 'start', again: closed },
  { state: 'announcing', from: 'start', again: closed },
  { state: 'subscribing', from: 'start', again: closed },
  { state: 'subscribed.resting', from: 'start', again: closed },
  { state: 'subscribed.asking', from: 'online' },
  { state: 'recovering.closingTcp', from: 'online', lead: closed },
  { state: 'recovering.deactivatingBearer', from: 'online', lead: deact },
  { state: 'recovering.cyclingRadio.switchingOff', from: 'online', lead: detach, undo: attach },
  { state: 'recovering.cyclingRadio.resting', from: 'online', lead: detach, undo: attach },
  { state: 'recovering.cyclingRadio.switchingOn', from: 'online', lead: detach, undo: attach },
  {
    state: 'recovering.restartingModule',
    from: 'online',
    lead: ({ modem }) => modem.faults.simOut(),
    undo: ({ modem }) => modem.faults.simIn(),
  },
  { state: 'recovering.pulsingReset', from: 'online', lead: mute, undo: unmute },
  {
    state: 'recovering.cyclingPower',
    from: 'online',
    link: { recovery: { attempts: { reset: 1 } } },
    lead: (bench) => {
      bench.reset = 'fails';
      mute(bench);
    },
    undo: (bench) => {
      bench.reset = 'works';
      unmute(bench);
    },
  },
  { state: 'recovering.waiting', from: 'online', lead: closed },
  {
    state: 'needsAttention',
    from: 'online',
    lead: (bench) => {
      bench.cable.refuse('PORT_DENIED');
      replug(bench);
    },
    undo: ({ cable }) => cable.refuse(undefined),
  },
  { state: 'stopping.disconnecting', from: 'stop' },
  { state: 'stopping.closingPort', from: 'stop' },
  { state: 'broken', from: 'online' },
];

/** The states that the chart can rest in: its leaves, without those that it leaves at once in any case. */
export function restingStates(): readonly string[] {
  const found: string[] = [];
  const visit = (node: AnyStateNode): void => {
    const children = Object.values(node.states);
    for (const child of children) visit(child);
    const passing = node.always?.some(({ guard }) => guard === undefined) === true;
    if (children.length === 0 && !passing) found.push(node.path.join('.'));
  };
  visit(supervisorMachine.root);
  return found;
}
