import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { supervisorMachine } from '../../machines/index.js';
import { edgeIds, eventName } from './edges.js';

/** A state of the chart as a picture needs it. */
export interface DiagramNode {
  /** Dotted, without the machine's name: `recovering.waiting`. */
  readonly path: string;
  readonly name: string;
  readonly parent: string | undefined;
  readonly initial: string | undefined;
  readonly final: boolean;
  readonly description: string | undefined;
  readonly tags: readonly string[];
  /** Operation that the link is asked for on entry, if any. */
  readonly operation: string | undefined;
  readonly invokes: readonly string[];
}

export interface DiagramEdge {
  /** Names the edge wherever one is spoken of: in this model, and where a running chart is observed. */
  readonly id: string;
  readonly source: string;
  /** Absent: it stays where it is. */
  readonly target: string | undefined;
  /** The modem's words, `after …` for timers, `always` for none. */
  readonly event: string;
  readonly guard: string | undefined;
  /** The reason that a failure is met with. */
  readonly cause: string | undefined;
  readonly actions: readonly string[];
}

export interface DiagramModel {
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
}

/** The chart, read from the machine itself. Forbidden events, which only keep an ancestor's edge away, are left out. */
export function diagramModel(): DiagramModel {
  const nodes: DiagramNode[] = [];
  const edges: DiagramEdge[] = [];
  const ids = edgeIds(supervisorMachine.root);
  const visit = (node: AnyStateNode): void => {
    if (node.parent !== undefined) nodes.push(nodeOf(node));
    const definitions: AnyTransitionDefinition[] = [...node.transitions.values(), node.always ?? []].flat();
    for (const definition of definitions) {
      const edge = edgeOf(node, definition, ids.get(definition) ?? '');
      if (edge.target !== undefined || edge.actions.length > 0) edges.push(edge);
    }
    for (const child of Object.values(node.states)) visit(child);
  };
  visit(supervisorMachine.root);
  return { nodes, edges };
}

function nodeOf(node: AnyStateNode): DiagramNode {
  const run = node.entry.map(paramsOf).find((params) => 'operation' in params);
  const initial = node.type === 'compound' ? (node.initial.target[0] as AnyStateNode | undefined) : undefined;
  return {
    path: node.path.join('.'),
    name: node.key,
    parent: node.path.length > 1 ? node.path.slice(0, -1).join('.') : undefined,
    initial: initial?.path.join('.'),
    final: node.type === 'final',
    description: node.description,
    tags: [...node.tags],
    operation: run === undefined ? undefined : String(run['operation']),
    invokes: node.invoke.map(({ id }) => id),
  };
}

function edgeOf(node: AnyStateNode, definition: AnyTransitionDefinition, id: string): DiagramEdge {
  const target = (definition.target as readonly AnyStateNode[] | undefined)?.[0];
  const cause = definition.actions.map(paramsOf).find((params) => 'cause' in params);
  return {
    id,
    source: node.path.join('.'),
    target: target?.path.join('.'),
    event: eventName(String(definition.eventType)),
    guard: definition.guard === undefined ? undefined : guardOf(definition.guard),
    cause: cause === undefined ? undefined : String(cause['cause']),
    actions: definition.actions.map(nameOf),
  };
}

function guardOf(guard: unknown): string {
  const params = paramsOf(guard);
  const name = nameOf(guard);
  const values = Object.values(params).map(String);
  return values.length === 0 ? name : `${name} ${values.join(' ')}`;
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null && 'type' in value ? String(value.type) : 'inline';
}

function paramsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || !('params' in value)) return {};
  return typeof value.params === 'object' && value.params !== null ? { ...value.params } : {};
}
