import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';

/**
 * An id for each edge of a chart: `subscribed: CLOSED`, and `closingTcp: ANSWERED (2)` for the second way that an event
 * may take. The chart's own definition gives them, so that a picture and a running chart name an edge alike.
 */
export function edgeIds(root: AnyStateNode): ReadonlyMap<AnyTransitionDefinition, string> {
  const ids = new Map<AnyTransitionDefinition, string>();
  const visit = (node: AnyStateNode): void => {
    for (const definitions of [...node.transitions.values(), node.always ?? []]) {
      for (const [index, definition] of definitions.entries()) {
        const event = eventName(String(definition.eventType));
        const way = index === 0 ? '' : ` (${index + 1})`;
        ids.set(definition, `${node.path.join('.')}: ${event}${way}`);
      }
    }
    for (const child of Object.values(node.states)) visit(child);
  };
  visit(root);
  return ids;
}

/** The name of an event as people read it: the modem's words, `after …` for timers, `always` for none. */
export function eventName(type: string): string {
  if (type === '') return 'always';
  if (type === 'xstate.init') return 'a fresh chart';
  const timer = /^xstate\.after\.(\w+)\./.exec(type);
  if (timer !== null) return `after ${timer[1] ?? ''}`;
  const ended = /^xstate\.(done|error)\.actor\.(\w+)/.exec(type);
  return ended === null ? type : `${ended[2] ?? ''} ${ended[1] === 'done' ? 'done' : 'failed'}`;
}
