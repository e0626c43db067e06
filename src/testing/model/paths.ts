import type { AnyTransitionDefinition } from 'xstate';
import { supervisorMachine, type SupervisorContext } from '../../../machines/index.js';
import { settingsOf } from '../../actors/settings.js';
import { parseOptions, type LinkOptions } from '../../config/schema.js';
import { edgeIds } from '../../diagram/edges.js';
import { ChartSteps, type ChartStep } from '../../verification/chart-steps.js';
import { inUnits } from '../../verification/worlds.js';
import { deedFor, type Deed } from './deed.js';
import { course, modelEvents } from './events.js';

/** One step of a path: in this state this is to happen, and the chart goes along this edge. */
export interface PathStep {
  /** Dotted, as in `status().path`. */
  readonly state: string;
  /** In the words of the chart's edges; a port that cannot be opened with its reason. */
  readonly event: string;
  /** The edge by its id, as `luat-link diagram --format json` and observers have it. */
  readonly edge: string;
}

/** A way through the chart from `stopped` to an edge of it. */
export interface ModelPath {
  /** The edge that its last step takes. */
  readonly edge: string;
  readonly steps: readonly PathStep[];
}

/** What a walk does to the link by itself. */
const hostCalls: readonly string[] = ['START', 'STOP', 'RETRY'];

const ids = edgeIds(supervisorMachine.root);
/**
 * Every edge of the chart by its id, but for those that have neither target nor action: they only keep an ancestor's
 * edge away, and nobody sees them taken.
 */
export const modelEdges: readonly string[] = [...ids].filter(([edge]) => isSeen(edge)).map(([, id]) => id);

/** What is brought about costs more than what comes by itself: paths with few faults are found first. */
const COURSE_COST = 1;
const DEED_COST = 40;
/** What lasts strikes again and again: more likely than two different faults. */
const SAME_DEED_COST = 4;

/** Far more situations than the paths with the fewest faults pass through. */
const MOST_SITUATIONS = 600;

/** A situation of the chart, and how it was come to. */
interface Place {
  readonly chart: number;
  readonly cost: number;
  /** What was brought about last, and where. */
  readonly deed: string | undefined;
  readonly from?: { readonly place: Place; readonly step: PathStep };
}

interface Move {
  readonly event: string;
  readonly step: ChartStep;
  readonly isDeed: boolean;
}

/**
 * Plans a path to every edge of the chart that can be taken with these deeds, those with the fewest deeds first. Between
 * two deeds the world is taken for healthy. Which of two timers is due first is kept, durations are not.
 * @param options of the link that will be driven: PIN, TLS, announcement, wired rungs and attempts decide which edges
 *   there are. One attempt on each rung makes the shortest paths.
 * @param deeds what can be done to the world
 * @throws LinkError CONFIG_INVALID
 */
export function modelPaths(options: LinkOptions, deeds: readonly Deed[]): readonly ModelPath[] {
  const settings = inUnits(settingsOf(parseOptions(options)));
  const may = (event: string, state: string): boolean =>
    hostCalls.includes(event) || deedFor(deeds, event, state) !== undefined;
  const chart = new ChartSteps(supervisorMachine, settings);
  const paths = new Map<string, ModelPath>();
  const seen = new Set<number>();
  // By cost; what costs the same in the order in which it was found.
  const open: Place[][] = [[{ chart: chart.begin(), cost: 0, deed: undefined }]];
  for (let cost = 0; cost < open.length && seen.size < MOST_SITUATIONS; cost += 1) {
    for (const place of open[cost] ?? []) {
      if (seen.has(place.chart)) continue;
      seen.add(place.chart);
      for (const move of moves(chart, place.chart, may)) {
        const edges = move.step.edges.filter(isSeen).flatMap((edge) => ids.get(edge) ?? []);
        const [edge] = edges;
        if (edge === undefined) continue;
        const step = { state: chart.state(place.chart).path, event: move.event, edge };
        const deed = move.isDeed ? `${step.state} ${step.event}` : place.deed;
        const price = !move.isDeed ? COURSE_COST : deed === place.deed ? SAME_DEED_COST : DEED_COST;
        const next: Place = { chart: move.step.to, cost: cost + price, deed, from: { place, step } };
        for (const taken of edges)
          if (!paths.has(taken)) paths.set(taken, { edge: taken, steps: stepsTo(next) });
        (open[next.cost] ??= []).push(next);
      }
    }
  }
  return [...paths.values()];
}

/** Everything that may happen next: events that the chart knows, and the timer that is due first. */
function* moves(
  chart: ChartSteps,
  at: number,
  may: (event: string, state: string) => boolean,
): Generator<Move> {
  const { snapshot, path, timers } = chart.state(at);
  const known = new Set<string>(snapshot._nodes.flatMap((node) => node.ownEvents as string[]));
  const can = (name: string): boolean => isPossible(name, path, snapshot.context) && may(name, path);
  for (const { name, event, type } of modelEvents) {
    if (!known.has(type) || !(course.has(name) || can(name))) continue;
    yield { event: name, step: chart.take(at, chart.same(event)), isDeed: !course.has(name) };
  }
  // A limit runs out when what it waits for stays out for so long, whatever else is due meanwhile.
  for (const timer of timers.filter(({ name }) => isLimit(name) && can(`after ${name}`))) {
    yield { event: `after ${timer.name}`, step: chart.fire(at, timer), isDeed: true };
  }
  let then = at;
  for (let later = chart.wait(at, isLimit); later !== undefined; later = chart.wait(then, isLimit))
    then = later;
  const due = chart.state(then).timers.find(({ name, left }) => left === 0 && !isLimit(name));
  if (due !== undefined) yield { event: `after ${due.name}`, step: chart.fire(then, due), isDeed: false };
}

/**
 * Whether there is a moment for it: nothing is heard through a port that is not open, and the first retry after a loss
 * goes out at once.
 */
function isPossible(
  event: string,
  state: string,
  { portOpen, ladder, settings }: SupervisorContext,
): boolean {
  if (hostCalls.includes(event)) return true;
  // Without TLS nobody asks for its settings.
  if (state === 'connectingTcp' && !settings.tls && (event === 'NOT SECURED' || event === 'ERROR'))
    return false;
  if (state === 'recovering.waiting') {
    const failures = ladder.rounds + Object.values(ladder.used).reduce((sum, times) => sum + times, 0);
    return portOpen && failures > 1;
  }
  return state === 'openingPort' ? event.startsWith('PORT FAILED') || event === 'after portLimit' : portOpen;
}

function isSeen({ target, actions }: AnyTransitionDefinition): boolean {
  return target !== undefined || actions.length > 0;
}

function isLimit(timer: string): boolean {
  return timer.endsWith('Limit');
}

function stepsTo(place: Place): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (let { from } = place; from !== undefined; { from } = from.place) steps.unshift(from.step);
  return steps;
}
