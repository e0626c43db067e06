/** What an edge means for the picture. */
export const isWithin = (path, box) => path === box || path.startsWith(`${box}.`);
const topOf = (path) => path.split('.')[0];
const tagsOf = (model, path) => model.nodes.find((node) => node.path === topOf(path))?.tags ?? [];

/**
 * The two boxes that stand for an edge: those just below the innermost state that holds both its ends.
 * @returns undefined for an edge that stays where it is or leads to a state around it: these are told in the box
 */
export function lift({ source, target }) {
  if (source === '' || isWithin(source, target) || isWithin(target, source)) return undefined;
  const [a, b] = [source.split('.'), target.split('.')];
  let shared = 0;
  while (a[shared] === b[shared]) shared += 1;
  const from = a.slice(0, shared + 1).join('.');
  const to = b.slice(0, shared + 1).join('.');
  return {
    from,
    to,
    parent: shared === 0 ? undefined : a.slice(0, shared).join('.'),
    crosses: from !== source || to !== target,
  };
}

export function kindOf(model, { source, target }) {
  const [from, to] = [tagsOf(model, source), tagsOf(model, target)];
  if (to.includes('needs-attention')) return 'attention';
  if (to.includes('recovering'))
    return from.includes('recovering') && !isWithin(source, target) ? 'flow' : 'failure';
  if (from.includes('recovering') || from.includes('needs-attention')) return 'return';
  return 'flow';
}

/** The events of edges, each once; a choice without an event goes by its condition. */
export function eventsOf(edges) {
  return [...new Set(edges.map(({ event, guard }) => (event === 'always' ? (guard ?? 'otherwise') : event)))];
}
