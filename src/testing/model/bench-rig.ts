import type { ViolationRule } from '../../simulator/transcript.js';
import type { Bench } from '../bench.js';
import { faultKinds } from '../faults/index.js';
import type { Deed, DrivenLink } from './deed.js';
import type { SequenceRig } from './sequence.js';

/** Faults that strike whatever firmware the module has. Those that need TLS or a quirk are left out. */
const usual = faultKinds.filter(({ quirks, tls }) => quirks === undefined && tls === undefined);

/**
 * The bench as a rig that random sequences can be run on.
 * @param bench its module must be switched on
 * @param link made with `bench.parts`
 * @param deeds what is done to it; absent: every fault of `faultKinds` that needs no special firmware. Where only a
 *   person can help, the person comes when the fault is over.
 */
export function benchRig(bench: Bench, link: DrivenLink, deeds?: readonly Deed[]): SequenceRig {
  const provoked = new Set<ViolationRule>();
  const { clock, modem, network } = bench;
  const faults = usual.map(({ name, lastsMs, strike, end, person, provokes }): Deed => ({
    name,
    lastsMs,
    do: () => {
      if (provokes !== undefined) provoked.add(provokes);
      strike(bench);
    },
    ...((end ?? person) !== undefined && {
      undo: () => {
        end?.(bench);
        person?.(bench);
      },
    }),
  }));
  return {
    link,
    clock,
    deeds: deeds ?? faults,
    until: (condition, limitMs) => clock.advanceUntil(condition, limitMs),
    broker: {
      take: () => network.broker.published.splice(0).filter(({ topic }) => topic.startsWith('up/')),
      logins: () => network.broker.logins.length,
      publish: (topic, payload) => network.broker.publish(topic, payload, { qos: 1 }),
    },
    violations: () =>
      modem.violations
        // A bare AT asks whether anybody is there; it may meet a module that is still busy (bring-up guide: repeat it).
        .filter(({ rule, text }) => !provoked.has(rule) && !(rule === 'command-while-busy' && text === 'AT'))
        .map(({ rule, at, text }) => `${rule} at ${Math.round(at)} ms: ${JSON.stringify(text)}`),
  };
}
