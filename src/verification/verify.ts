import type { World } from '../../machines/index.js';
import { findAstray, findDeadEnd } from './healthy.js';
import type { Chart } from './inert-scope.js';
import { Product, type ProductOptions } from './product.js';
import { stepProperties } from './properties.js';
import { linesOf, roundThrough, traceTo } from './trace.js';

export interface Verdict {
  readonly property: string;
  readonly promise: string;
  /** How it is broken, and the shortest way there; absent when it holds. */
  readonly broken?: { readonly message: string; readonly trace: readonly string[] };
}

export interface Verification {
  readonly states: number;
  readonly transitions: number;
  readonly chartStates: number;
  readonly environments: number;
  readonly verdicts: readonly Verdict[];
}

/** Explores the chart times the environment of a world completely, and judges every property. */
export function verify(
  chart: Chart,
  world: World,
  { limit = 6_000_000, stopAtFirst }: ProductOptions = {},
): Verification {
  const product = new Product(chart, world, { limit, ...(stopAtFirst !== undefined && { stopAtFirst }) });
  const verdicts: Verdict[] = stepProperties.map(({ name, promise }) => {
    const violation = product.violations.get(name);
    if (violation === undefined) return { property: name, promise };
    const trace = [...traceTo(product, violation.at), ...linesOf(violation.label)];
    return { property: name, promise, broken: { message: violation.message, trace } };
  });
  verdicts.push(...runs(product, product.violations.has(stopAtFirst ?? '')));
  const { states, steps: transitions, chartStates, environments } = product;
  return { states, transitions, chartStates, environments, verdicts };
}

/** The properties of whole runs. They are not judged when the exploration ended early. */
function runs(product: Product, endedEarly: boolean): readonly Verdict[] {
  const finite = { property: 'finite', promise: 'the states are finitely many, and all were looked at' };
  const healthy = {
    property: 'healthy-leads-online',
    promise:
      'from every state, every run of a healthy world leads online, or to a person who is really needed',
  };
  const exit = { property: 'never-lost', promise: 'from every state something leads online' };
  if (endedEarly) return [];
  if (!product.complete) {
    const message = `not ended after ${product.states} states`;
    return [{ ...finite, broken: { message, trace: traceTo(product, product.states - 1) } }];
  }
  const astray = findAstray(product);
  const dead = findDeadEnd(product);
  return [
    finite,
    astray === undefined
      ? healthy
      : {
          ...healthy,
          broken: {
            message: `a healthy world can stay in ${astray.part.length} states for ever`,
            trace: [
              ...traceTo(product, astray.state),
              '  and from there, for ever:',
              ...roundThrough(product, astray.part),
            ],
          },
        },
    dead === undefined
      ? exit
      : { ...exit, broken: { message: 'nothing leads online', trace: traceTo(product, dead) } },
  ];
}
