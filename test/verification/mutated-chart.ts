import { createMachine } from 'xstate';
import { supervisorMachine } from '../../machines/index.js';
import type { Chart } from '../../src/verification/inert-scope.js';

/** A state of the chart's configuration, open for a change. */
export interface Node {
  initial?: string;
  states?: Record<string, Node>;
  on?: Record<string, unknown>;
  after?: Record<string, unknown>;
  always?: unknown;
  entry?: unknown;
  exit?: unknown;
}

/** What a mutation may replace besides the configuration. */
export interface Implementations {
  readonly actions?: Record<string, unknown>;
  readonly guards?: Record<string, unknown>;
}

/** The chart with a change; the chart itself stays as it is. */
export function mutated(
  change: (at: (path: string) => Required<Node>, root: Node) => void,
  replaced: Implementations = {},
): Chart {
  const root = copy(supervisorMachine.config) as Node;
  change((path) => nodeAt(root, path), root);
  const { actions, guards } = supervisorMachine.implementations;
  const implementations = {
    ...supervisorMachine.implementations,
    actions: { ...actions, ...replaced.actions },
    guards: { ...guards, ...replaced.guards },
  };
  return createMachine(root as never, implementations as never) as unknown as Chart;
}

function nodeAt(root: Node, path: string): Required<Node> {
  let node = root;
  for (const name of path.split('.')) {
    const inner = node.states?.[name];
    if (inner === undefined) throw new Error(`the chart has no state ${path}`);
    node = inner;
  }
  node.on ??= {};
  node.after ??= {};
  return node as Required<Node>;
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner)]));
}
