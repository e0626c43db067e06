/**
 * The whole chart: the way up as columns from left to right, what goes wrong falls down to the ladder below, and lanes
 * beside the columns lead there and back. Which state stands where follows from the chart's tags and order alone.
 */
import { boxOf, joined, placed, round, siblingArrows } from './compound.mjs';
import { eventsOf, kindOf, lift } from './edges.mjs';
import { asLadder } from './ladder.mjs';
import { lineSize, titleSize, widthOf } from './text.mjs';

const COLUMNS = 4;
const GAP = 27;
const LANE = 10;
const EDGE = 14;

export async function layoutChart(model) {
  const tops = model.nodes.filter(({ parent }) => parent === undefined);
  const isInitial = ({ path }) => path === tops[0].path;
  const inFlow = tops.filter(
    (node) => isInitial(node) || node.tags.includes('working') || node.tags.includes('online'),
  );
  const ladderNode = tops.find(({ tags }) => tags.includes('recovering'));
  const aside = tops.filter((node) => !inFlow.includes(node) && node !== ladderNode);

  const pairs = siblingArrows(undefined, model);
  const drawn = new Set();
  const told = model.edges.filter(
    (edge) => edge.source !== '' && edge.target !== undefined && isTold(edge, drawn, model),
  );
  const boxes = new Map();
  for (const node of tops)
    boxes.set(node.path, await boxOf(node, model, told, node === ladderNode ? asLadder : undefined));

  const columns = balanced(
    inFlow.map(({ path }) => boxes.get(path)),
    COLUMNS,
  );
  const columnOf = (path) => columns.findIndex((column) => column.some((box) => box.path === path));
  const places = new Map();
  const off = (path) => columnOf(path) < 0;

  /** Lanes on the left of a column lead away from it, one for each box that they lead to; on the right they come back. */
  const lanes = columns.map((_, index) => ({
    out: unique(pairs.filter(({ from, to }) => columnOf(from) === index && off(to)).map(({ to }) => to)),
    back: unique(pairs.filter(({ from, to }) => columnOf(to) === index && off(from)).map(({ from }) => from)),
    across: pairs.filter(
      ({ from, to }) =>
        columnOf(from) === index && columnOf(to) === index && !isNext(columns[index], from, to),
    ),
  }));

  let x = EDGE;
  const edgesOf = [];
  for (const [index, column] of columns.entries()) {
    const { out, back, across } = lanes[index];
    const left = x + (out.length + (index === 0 ? 1 : 1)) * LANE + 12;
    // What stands below the first column is part of it: the lanes on its right must pass.
    const stack = index === 0 ? [...column, ...aside.map(({ path }) => boxes.get(path))] : column;
    const width = Math.max(...stack.map((box) => box.width));
    let y = EDGE + 16;
    for (const box of column) {
      box.width = width;
      places.set(box.path, { x: left, y });
      y += box.height + GAP;
    }
    edgesOf.push({ left, right: left + width, bottom: y - GAP });
    x = left + width + (back.length + across.length) * LANE + 22;
  }
  const flowWidth = x;
  const flowBottom = Math.max(...edgesOf.map(({ bottom }) => bottom));

  const ladder = boxes.get(ladderNode.path);
  const below = flowBottom + 34;
  const ladderX = Math.max(flowWidth - ladder.width - EDGE, edgesOf[0].right + 60);
  places.set(ladderNode.path, { x: ladderX, y: below });
  let asideY = below;
  for (const { path } of aside) {
    places.set(path, { x: edgesOf[0].left, y: asideY });
    asideY += boxes.get(path).height + 14;
  }
  const note = everywhere(model, edgesOf[0].left, asideY);

  const at = (path) => ({ ...boxes.get(path), ...places.get(path) });
  const mid = (path) => at(path).y + Math.min(at(path).height / 2, 22);
  const arrows = pairs.map(({ text, ...arrow }) => {
    const { from, to } = arrow;
    const [a, b] = [at(from), at(to)];
    const [ca, cb] = [columnOf(from), columnOf(to)];
    const label = (x, y) => ({ text, x: round(x), y: round(y) });
    if (ca >= 0 && ca === cb && isNext(columns[ca], from, to)) {
      const x = a.x + a.width / 2;
      return {
        ...arrow,
        points: [
          [x, a.y + a.height],
          [x, b.y],
        ],
        label: label(x + 7, a.y + a.height + GAP / 2 + 4),
      };
    }
    if (ca >= 0 && ca === cb) {
      const x =
        edgesOf[ca].right +
        12 +
        LANE * (lanes[ca].back.length + lanes[ca].across.findIndex((it) => it.from === from && it.to === to));
      const [y1, y2] = [mid(from) + (b.y < a.y ? -8 : 8), mid(to) + (b.y < a.y ? 8 : -8)];
      return {
        ...arrow,
        points: [
          [a.x + a.width, y1],
          [x, y1],
          [x, y2],
          [b.x + b.width, y2],
        ],
      };
    }
    if (ca >= 0 && cb >= 0 && cb < ca) {
      const x = edgesOf[cb].right + 12 + LANE * (lanes[cb].back.length + lanes[cb].across.length);
      return {
        ...arrow,
        points: [
          [a.x, mid(from) - 9],
          [x, mid(from) - 9],
          [x, mid(to)],
          [b.x + b.width, mid(to)],
        ],
      };
    }
    if (ca >= 0 && cb >= 0) {
      const x =
        b.x -
        12 -
        LANE * (lanes[cb].out.length + 0.4 + columns[cb].findIndex((box) => box.path === to) * 0.5);
      const [y1, y2] = [mid(from) + 6 + 5 * columns[cb].findIndex((box) => box.path === to), mid(to) - 10];
      return {
        ...arrow,
        points: [
          [a.x + a.width, y1],
          [x, y1],
          [x, y2],
          [b.x, y2],
        ],
      };
    }
    if (ca >= 0) return { ...arrow, points: down(ca, a, b, lanes[ca].out.indexOf(to)) };
    if (cb >= 0) return { ...arrow, points: up(cb, a, b, lanes[cb].back.indexOf(from)) };
    const points = across(a, b);
    const [, y] = points[0];
    return { ...arrow, points, label: label(Math.min(a.x + a.width, b.x + b.width) + 10, y - 5) };
  });

  /** From a box of the flow, along the lane on its left, to what is below. */
  function down(column, a, b, lane) {
    const x = edgesOf[column].left - 12 - LANE * lane;
    const y = a.y + Math.min(a.height / 2, 22) + 4;
    const head = [
      [a.x, y],
      [x, y],
    ];
    if (x >= b.x + 10 && x <= b.x + b.width - 10) return [...head, [x, b.y]];
    const turn = below - 14 - LANE * lane;
    const landing = x < b.x ? b.x + 26 : b.x + b.width - 16;
    return [...head, [x, turn], [landing, turn], [landing, b.y]];
  }

  /** From below, along the lane on the right of a column, to a box of the flow. */
  function up(column, a, b, lane) {
    const index = aside.findIndex(({ path }) => path === a.path);
    const y = b.y + Math.min(b.height / 2, 22);
    if (a.x < edgesOf[column].right && b.path === inFlow[0].path) {
      const x = edgesOf[0].left - 12 - LANE * lanes[0].out.length - 4;
      return [
        [a.x, a.y + 14],
        [x, a.y + 14],
        [x, y],
        [b.x, y],
      ];
    }
    const x = edgesOf[column].right + 12 + LANE * (index >= 0 ? 0 : lane);
    if (x >= a.x + 10 && x <= a.x + a.width)
      return [
        [x, a.y],
        [x, y],
        [b.x + b.width, y],
      ];
    if (x > a.x + a.width + 2 * LANE) {
      const turn = below - 9;
      return [
        [a.x + a.width - 14, a.y],
        [a.x + a.width - 14, turn],
        [x, turn],
        [x, y + 6],
        [b.x + b.width, y + 6],
      ];
    }
    const start = index >= 0 ? a.x + a.width : a.x;
    return [
      [start, a.y + 18],
      [x, a.y + 18],
      [x, y + (index >= 0 ? 6 : 0)],
      [b.x + b.width, y + (index >= 0 ? 6 : 0)],
    ];
  }

  /** Between what stands side by side: each direction on a line of its own, its words above it. */
  function across(a, b) {
    const y = Math.min(a.y + a.height, b.y + b.height) - 8;
    return a.x > b.x
      ? [
          [a.x, y - 19],
          [b.x + b.width, y - 19],
        ]
      : [
          [a.x + a.width, y],
          [b.x, y],
        ];
  }

  const first = at(inFlow[0].path);
  const dot = { x: first.x + first.width / 2, y: EDGE };
  const parts = tops.map(({ path }) => placed(boxes.get(path), places.get(path).x, places.get(path).y));
  const all = joined([
    ...parts,
    { boxes: [note], arrows: arrows.map(snap), beginnings: [dot] },
    {
      arrows: [
        {
          from: '',
          to: first.path,
          edges: [],
          kind: 'flow',
          lifted: false,
          points: [
            [dot.x, dot.y],
            [dot.x, first.y],
          ],
        },
      ],
    },
  ]);
  return {
    width: Math.ceil(Math.max(flowWidth, ladderX + ladder.width + EDGE)),
    height: Math.ceil(Math.max(below + ladder.height, note.y + note.height) + EDGE),
    ...all,
  };

  function isTold(edge) {
    const lifted = lift(edge);
    if (lifted === undefined) return true;
    // What falls to the ladder or to a person is drawn without its words; what is lifted loses its source.
    return lifted.crosses || ['failure', 'attention', 'return'].includes(kindOf(model, edge));
  }
}

const snap = (arrow) => ({ ...arrow, points: arrow.points.map(([x, y]) => [round(x), round(y)]) });
const unique = (values) => [...new Set(values)];
const isNext = (column, from, to) =>
  column.findIndex((box) => box.path === to) - column.findIndex((box) => box.path === from) === 1;

/** What holds in every state: edges of the chart itself. */
function everywhere(model, x, y) {
  const lines = model.edges
    .filter(({ source, target }) => source === '' && target !== undefined)
    .map((edge) => ({
      text: `${eventsOf([edge])[0]} → ${edge.target}`,
      kind: kindOf(model, edge),
      edges: [edge.id],
    }));
  const title = 'from every state';
  const width = Math.max(widthOf(title, titleSize), ...lines.map(({ text }) => widthOf(text, lineSize))) + 20;
  return { path: '', title, tags: [], lines, compound: false, x, y, width, height: 28 + lines.length * 13 };
}

/** A list cut into so many columns that the highest is as low as can be. */
function balanced(boxes, count) {
  if (count === 1) return [boxes];
  const heightOf = (part) => part.reduce((sum, { height }) => sum + height + GAP, 0);
  let best;
  for (let cut = 1; cut <= boxes.length - count + 1; cut += 1) {
    const columns = [boxes.slice(0, cut), ...balanced(boxes.slice(cut), count - 1)];
    const height = Math.max(...columns.map(heightOf));
    if (best === undefined || height < best.height) best = { columns, height };
  }
  return best.columns;
}
