import type { Bench } from '../../bench.js';
import type { Deed } from '../deed.js';
import { answerDeeds } from './answers.js';
import { brokerDeeds, cardDeeds, networkDeeds } from './card-and-network.js';
import { moduleDeeds, portDeeds } from './port-and-module.js';

/**
 * What the bench can do to bring a link along the paths of its chart.
 * @param options - `patient`: the link waits longer for an answer (`recovery.commandTimeoutMs`) than the chart for the link:
 *   then the chart's own limits run out, and else the link's, so that the module is called unresponsive
 */
export function benchDeeds(bench: Bench, { patient = false } = {}): readonly Deed[] {
  return [
    ...portDeeds(bench),
    ...moduleDeeds(bench, patient),
    ...cardDeeds(bench),
    ...networkDeeds(bench),
    ...brokerDeeds(bench),
    ...answerDeeds(bench),
  ];
}
