/** The recovery compound as what it is: rungs, the gentlest lowest, between the choice and the wait. */
import { boxOf, byElk, joined, placed, siblingArrows } from './compound.mjs';

const RAIL_GAP = 44;
/** Room for words between the lines beside the rungs and the wait. */
const WORDS = 30;
const RUNG_GAP = 17;
/** A rung is wide. */
const FLAT = 6;

export async function asLadder(node, children, model, told) {
  const leaving = ({ path }) =>
    model.edges.some(
      ({ source, target }) =>
        source === path &&
        target !== undefined &&
        !target.startsWith(`${node.path}.`) &&
        target !== node.path,
    );
  const fork = children.find(({ path }) => path === node.initial);
  const join = children.findLast((child) => child !== fork && leaving(child));
  const boxes = new Map();
  for (const child of children) boxes.set(child.path, await boxOf(child, model, told, byElk(FLAT)));
  const rungs = children
    .filter((child) => child !== fork && child !== join)
    .map(({ path }) => boxes.get(path));
  const width = Math.max(...rungs.map((rung) => rung.width), 250);
  for (const rung of rungs) rung.width = width;

  const left = boxes.get(fork.path).width + RAIL_GAP;
  const places = new Map();
  let y = rungs.reduce((sum, { height }) => sum + height + RUNG_GAP, 0) - RUNG_GAP;
  const bottom = y;
  for (const rung of rungs) {
    y -= rung.height;
    places.set(rung.path, { x: left, y });
    y -= RUNG_GAP;
  }
  const lowest = places.get(rungs[0].path);
  const beside = (box) => Math.min(lowest.y, bottom - box.height);
  places.set(fork.path, { x: 0, y: beside(boxes.get(fork.path)) });
  places.set(join.path, { x: left + width + RAIL_GAP + WORDS, y: beside(boxes.get(join.path)) });

  const at = (path) => ({ ...boxes.get(path), ...places.get(path) });
  const middle = (path) => at(path).y + Math.min(at(path).height / 2, 24);
  const rank = (path) => rungs.findIndex((rung) => rung.path === path);
  const [railIn, railOut] = [left - RAIL_GAP / 2, left + width + RAIL_GAP / 2];
  const start = middle(rungs[0].path);

  const arrows = siblingArrows(node.path, model).map(({ text, ...arrow }) => {
    const [from, to] = [arrow.from, arrow.to];
    if (from === fork.path && to === join.path) {
      const low = bottom + 14;
      const [a, b] = [at(from).x + 30, at(to).x + 60];
      return {
        ...arrow,
        points: [
          [a, at(from).y + at(from).height],
          [a, low],
          [b, low],
          [b, at(to).y + at(to).height],
        ],
        label: { text, x: left + 40, y: low - 3 },
      };
    }
    if (from === fork.path) {
      return {
        ...arrow,
        points: [
          [at(from).width, start],
          [railIn, start],
          [railIn, middle(to)],
          [left, middle(to)],
        ],
      };
    }
    if (to === join.path) {
      return {
        ...arrow,
        points: [
          [left + width, middle(from)],
          [railOut, middle(from)],
          [railOut, start],
          [at(to).x, start],
        ],
      };
    }
    if (from === join.path) {
      const x = at(from).x + 40;
      const y = middle(to) + 9;
      // To a rung beside it, straight out of its side; to a higher one, out of its top.
      return y > at(from).y
        ? {
            ...arrow,
            points: [
              [at(from).x, y],
              [left + width, y],
            ],
            label: { text, x: railOut + 5, y: y - 5 },
          }
        : {
            ...arrow,
            points: [
              [x, at(from).y],
              [x, y],
              [left + width, y],
            ],
            label: { text, x: x + 5, y: at(from).y - 8 },
          };
    }
    const [a, b] = [at(from), at(to)];
    if (Math.abs(rank(to) - rank(from)) === 1) {
      const x = left + width / 2;
      const up = rank(to) > rank(from);
      return {
        ...arrow,
        points: [
          [x, up ? a.y : a.y + a.height],
          [x, up ? b.y + b.height : b.y],
        ],
        label: { text, x: x + 6, y: (up ? a.y : b.y) - 6 },
      };
    }
    const x = left + width + 12;
    return {
      ...arrow,
      points: [
        [left + width, middle(from) - 8],
        [x, middle(from) - 8],
        [x, middle(to) + 8],
        [left + width, middle(to) + 8],
      ],
    };
  });

  const rails = [left + 22, left + width - 22].map((x) => [
    [x, y + RUNG_GAP - 10],
    [x, bottom + 6],
  ]);
  const parts = children.map(({ path }) => placed(boxes.get(path), places.get(path).x, places.get(path).y));
  const beginning = { x: 10, y: at(fork.path).y - 14 };
  const fall = {
    from: '',
    to: fork.path,
    edges: [],
    kind: 'flow',
    lifted: false,
    points: [
      [10, beginning.y],
      [10, at(fork.path).y],
    ],
  };
  return {
    ...joined([...parts, { arrows: [...arrows, fall], rails, beginnings: [beginning] }]),
    width: at(join.path).x + at(join.path).width,
    height: bottom + 18,
  };
}
