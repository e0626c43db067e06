import type { DiagramEdge, DiagramModel, DiagramNode } from './model.js';

/**
 * The chart as mermaid's stateDiagram-v2, made to be read: the happy path and the recovery ladder as boxes, ways from
 * one state to another as one arrow each, and what every state shares (STOP, RDY, PORT LOST, ...) in a note.
 */
export function toMermaid({ nodes, edges }: DiagramModel): string {
  const lines = ['stateDiagram-v2', '  direction TB', '  [*] --> stopped'];
  const children = (parent: string | undefined): readonly DiagramNode[] =>
    nodes.filter((node) => node.parent === parent);
  const nested = new Set(['recovering', 'stopping']);

  for (const node of children(undefined)) {
    if (!nested.has(node.path)) continue;
    lines.push(`  state ${idOf(node.path)} {`);
    if (node.initial !== undefined) lines.push(`    [*] --> ${idOf(node.initial)}`);
    for (const child of children(node.path)) lines.push(`    ${idOf(child.path)} : ${child.name}`);
    for (const [arrow, label] of arrows(edges, (path) => leafWithin(path, node.path)))
      lines.push(`    ${arrow} : ${label}`);
    lines.push('  }');
  }
  for (const node of children(undefined)) {
    if (!nested.has(node.path)) lines.push(`  ${idOf(node.path)} : ${node.name}`);
  }
  const top = (path: string): string | undefined => path.split('.')[0];
  for (const [arrow, label] of arrows(edges, top)) lines.push(`  ${arrow} : ${label}`);
  lines.push('  broken --> [*]');

  const shared = edges.filter(({ source, target }) => source === '' && target !== undefined);
  lines.push('  note right of stopped');
  lines.push('    from every state');
  for (const { event, target } of shared) lines.push(`    ${event} to ${target ?? ''}`);
  lines.push('  end note');
  return `${lines.join('\n')}\n`;
}

/** One arrow for all edges between two boxes, labelled with their events. */
function arrows(
  edges: readonly DiagramEdge[],
  boxOf: (path: string) => string | undefined,
): readonly (readonly [string, string])[] {
  const labels = new Map<string, Set<string>>();
  for (const { source, target, event, guard } of edges) {
    if (source === '' || target === undefined) continue;
    const [from, to] = [boxOf(source), boxOf(target)];
    if (from === undefined || to === undefined || (from === to && source !== target)) continue;
    const arrow = `${idOf(from)} --> ${idOf(to)}`;
    const label = event === 'always' ? (guard ?? 'otherwise') : event;
    labels.set(arrow, (labels.get(arrow) ?? new Set()).add(label));
  }
  return [...labels].map(([arrow, events]) => [arrow, labelOf([...events])]);
}

/** A child of a box, for edges within that box. */
function leafWithin(path: string, box: string): string | undefined {
  if (!path.startsWith(`${box}.`)) return undefined;
  return path.split('.').slice(0, 2).join('.');
}

/** The modem's own words first; a long list is cut, `luat-link diagram --format json` has it all. */
function labelOf(events: readonly string[]): string {
  const shown = events.slice(0, 4).join(', ');
  return events.length > 4 ? `${shown}, and ${events.length - 4} more` : shown;
}

function idOf(path: string): string {
  return path.replaceAll('.', '_');
}
