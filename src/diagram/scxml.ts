import type { DiagramEdge, DiagramModel, DiagramNode } from './model.js';

/**
 * The chart as W3C SCXML, for tools that read it. Spaces in the modem's words become `_`, since SCXML separates events
 * by them; a timer is a delayed event that the state sends itself, its length named as in `machines/delays.ts`.
 */
export function toScxml(model: DiagramModel): string {
  const [first] = model.nodes;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="ecmascript" name="supervisor" initial="supervisor">`,
    `  <state id="supervisor" initial="${first?.path ?? ''}">`,
    ...transitions(model, '', '    '),
    ...states(model, undefined, '    '),
    '  </state>',
    '</scxml>',
    '',
  ].join('\n');
}

function states(model: DiagramModel, parent: string | undefined, indent: string): readonly string[] {
  return model.nodes
    .filter((node) => node.parent === parent)
    .flatMap((node) => {
      const tag = node.final ? 'final' : 'state';
      const initial = node.initial === undefined ? '' : ` initial="${node.initial}"`;
      const inner = [
        ...entry(model, node, `${indent}  `),
        ...transitions(model, node.path, `${indent}  `),
        ...states(model, node.path, `${indent}  `),
      ];
      const open = `${indent}<${tag} id="${node.path}"${initial}`;
      return inner.length === 0 ? [`${open}/>`] : [`${open}>`, ...inner, `${indent}</${tag}>`];
    });
}

function entry({ edges }: DiagramModel, node: DiagramNode, indent: string): readonly string[] {
  const timers = new Set(edges.filter(({ source }) => source === node.path).flatMap(timerOf));
  const sends = [...timers].map(
    (delay) => `${indent}  <send event="${timerEvent(node.path, delay)}" delayexpr="${delay}"/>`,
  );
  const log =
    node.operation === undefined ? [] : [`${indent}  <log label="run" expr="'${node.operation}'"/>`];
  return sends.length + log.length === 0
    ? []
    : [`${indent}<onentry>`, ...log, ...sends, `${indent}</onentry>`];
}

function transitions({ edges }: DiagramModel, source: string, indent: string): readonly string[] {
  return edges
    .filter((edge) => edge.source === source)
    .map((edge) => {
      const attributes = [
        ...eventOf(edge),
        ...(edge.guard === undefined ? [] : [`cond="${condition(edge.guard)}"`]),
        ...(edge.target === undefined ? [] : [`target="${edge.target}"`]),
      ].join(' ');
      const logs = edge.actions.map((action) => `<log label="${action}"${causeOf(edge, action)}/>`);
      if (logs.length === 0) return `${indent}<transition ${attributes}/>`;
      return `${indent}<transition ${attributes}>${logs.join('')}</transition>`;
    });
}

/** The cause stands beside the action that notes it. */
function causeOf({ cause }: DiagramEdge, action: string): string {
  return cause !== undefined && /fail|note/i.test(action) ? ` expr="'${cause}'"` : '';
}

function eventOf(edge: DiagramEdge): readonly string[] {
  if (edge.event === 'always') return [];
  const [delay] = timerOf(edge);
  return [
    `event="${delay === undefined ? edge.event.replaceAll(' ', '_') : timerEvent(edge.source, delay)}"`,
  ];
}

function timerOf({ event }: DiagramEdge): readonly string[] {
  return event.startsWith('after ') ? [event.slice('after '.length)] : [];
}

function timerEvent(path: string, delay: string): string {
  return `after.${path}.${delay}`;
}

/** `rungIs reset` as the call of a predicate. */
function condition(guard: string): string {
  const [name = '', ...values] = guard.split(' ');
  return `${name}(${values.map((value) => `'${value}'`).join(', ')})`;
}
