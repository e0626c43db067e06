/** Boxes of states and what is inside of them. Each compound is laid out by itself, in the better of two directions. */
import Elk from 'elkjs/lib/elk.bundled.js';
import { eventsOf, kindOf, lift } from './edges.mjs';
import { lineSize, saying, shorten, titleSize, widthOf } from './text.mjs';

const elk = new Elk();
export const PAD = 10;
const TITLE = 23;
const LINE = 13;
/** Keeps words off the lines beside them. */
const AROUND_WORDS = 4;
/** About square goes well with the columns of the overview. */
const GOOD_ASPECT = 1.2;

/**
 * A state with everything in it, at 0,0.
 * @param told edges of this state that the picture does not draw
 */
export async function boxOf(node, model, told, arrange = byElk(GOOD_ASPECT)) {
  const children = model.nodes.filter(({ parent }) => parent === node.path);
  const lines = [];
  const says = saying(node);
  for (const edges of byTarget(told.filter(({ source }) => source === node.path))) {
    const { target } = edges[0];
    const kind = kindOf(model, edges[0]);
    lines.push({
      text: lineOf(kind, shorten(eventsOf(edges), 24), target, node),
      kind,
      edges: edges.map(({ id }) => id),
    });
  }
  const head = TITLE + lines.length * LINE;
  const titleWidth = widthOf(node.name, titleSize) + (says === undefined ? 6 : widthOf(says, lineSize) + 18);
  const textWidth = Math.max(titleWidth, ...lines.map(({ text }) => widthOf(text, lineSize)));
  const own = {
    path: node.path,
    title: node.name,
    says,
    tags: node.tags,
    description: node.description,
    lines,
    compound: children.length > 0,
    x: 0,
    y: 0,
  };
  if (children.length === 0) {
    return {
      ...own,
      width: Math.max(textWidth + 2 * PAD, 80),
      height: head + (lines.length > 0 ? 7 : 4),
      boxes: [],
      arrows: [],
      rails: [],
      beginnings: [],
    };
  }
  const inner = await arrange(node, children, model, told);
  const moved = move(inner, PAD, head + 4);
  return {
    ...own,
    ...moved,
    width: Math.max(textWidth, inner.width) + 2 * PAD,
    height: head + inner.height + 4 + PAD,
  };
}

/** Everything of a part, shifted. */
export function move(part, dx, dy) {
  const point = ([x, y]) => [round(x + dx), round(y + dy)];
  return {
    boxes: part.boxes.map((box) => ({ ...box, x: round(box.x + dx), y: round(box.y + dy) })),
    arrows: part.arrows.map(({ points, label, ...arrow }) => ({
      ...arrow,
      points: points.map(point),
      ...(label && { label: { ...label, x: round(label.x + dx), y: round(label.y + dy) } }),
    })),
    rails: part.rails.map((rail) => rail.map(point)),
    beginnings: part.beginnings.map(({ x, y }) => ({ x: round(x + dx), y: round(y + dy) })),
  };
}

/** A box at a place, with what is inside of it. */
export function placed({ boxes, arrows, rails, beginnings, ...own }, x, y) {
  const inner = move({ boxes, arrows, rails, beginnings }, x, y);
  return { ...inner, boxes: [{ ...own, x: round(x), y: round(y) }, ...inner.boxes] };
}

/** Joins parts that are in place already. */
export function joined(parts) {
  const all = (key) => parts.flatMap((part) => part[key] ?? []);
  return { boxes: all('boxes'), arrows: all('arrows'), rails: all('rails'), beginnings: all('beginnings') };
}

/** @param aspect the wanted width by height */
export const byElk = (aspect) => async (node, children, model, told) => {
  const tried = [];
  for (const direction of ['RIGHT', 'DOWN'])
    tried.push(await inDirection(direction, node, children, model, told));
  const misfit = ({ width, height }) => Math.abs(Math.log(width / height / aspect));
  return tried.sort((a, b) => misfit(a) - misfit(b))[0];
};

async function inDirection(direction, node, children, model, told) {
  const boxes = new Map();
  for (const child of children) boxes.set(child.path, await boxOf(child, model, told));
  const pairs = siblingArrows(node.path, model);
  const graph = await elk.layout({
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': direction,
      'elk.edgeRouting': 'ORTHOGONAL',
      'elk.padding': '[top=2,left=14,bottom=2,right=2]',
      'elk.spacing.nodeNode': '12',
      'elk.spacing.edgeNode': '8',
      'elk.spacing.edgeEdge': '6',
      'elk.layered.spacing.nodeNodeBetweenLayers': '14',
      'elk.layered.spacing.edgeNodeBetweenLayers': '7',
      'elk.layered.spacing.edgeEdgeBetweenLayers': '6',
      'elk.spacing.edgeLabel': '2',
      'elk.layered.considerModelOrder.strategy': 'PREFER_NODES',
      'elk.randomSeed': '1',
    },
    children: children.map(({ path }) => ({
      id: path,
      width: boxes.get(path).width,
      height: boxes.get(path).height,
    })),
    edges: pairs.map(({ from, to, text }, index) => ({
      id: String(index),
      sources: [from],
      targets: [to],
      labels: [{ text, width: widthOf(text, lineSize) + 2 * AROUND_WORDS, height: 12 }],
    })),
  });
  const parts = graph.children.map(({ id, x, y }) => placed(boxes.get(id), x, y));
  const arrows = graph.edges.map(({ id, sections, labels }) => {
    const { text, ...arrow } = pairs[Number(id)];
    const { startPoint, bendPoints = [], endPoint } = sections[0];
    const points = [startPoint, ...bendPoints, endPoint].map(({ x, y }) => [x, y]);
    return { ...arrow, points, label: { text, x: labels[0].x + AROUND_WORDS, y: labels[0].y + 10 } };
  });
  const first = graph.children.find(({ id }) => id === node.initial);
  const beginnings = first === undefined ? [] : [{ x: first.x - 8, y: first.y + 11 }];
  return { ...joined([...parts, { arrows, beginnings }]), width: graph.width, height: graph.height };
}

/** The arrows between children of one compound; what crosses a level is lifted to them. */
export function siblingArrows(parent, model) {
  const groups = new Map();
  for (const edge of model.edges) {
    const lifted = edge.target === undefined ? undefined : lift(edge);
    if (lifted === undefined || lifted.parent !== parent) continue;
    const key = `${lifted.from} ${lifted.to}`;
    groups.set(key, [...(groups.get(key) ?? []), { ...lifted, edge }]);
  }
  return [...groups.values()].map((group) => {
    const [{ from, to }] = group;
    const edges = group.map(({ edge }) => edge);
    return {
      from,
      to,
      edges: edges.map(({ id }) => id),
      kind: kindOf(model, edges[0]),
      lifted: group.some(({ crosses }) => crosses),
      text: shorten(eventsOf(edges), 15),
    };
  });
}

/** Where failures lead needs no word: the colour and the lane say it. */
function lineOf(kind, events, target, node) {
  if (kind === 'failure') return `✗ ${events}`;
  if (kind === 'attention') return `! ${events}`;
  return target === node.path ? `↻ ${events}` : `${events} → ${target.split('.').at(-1)}`;
}

function byTarget(edges) {
  const groups = new Map();
  for (const edge of edges) groups.set(edge.target, [...(groups.get(edge.target) ?? []), edge]);
  return [...groups.values()];
}

export const round = (value) => Math.round(value * 2) / 2;
