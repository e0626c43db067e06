import type { ChartLayout, Points } from './layout.js';

/** Room around a part that is shown alone. */
const MARGIN = 8;

/** One compound of the chart with everything inside of it, as a picture of its own. Ways that leave it are left out. */
export function partOf(layout: ChartLayout, path: string): ChartLayout {
  const outer = layout.boxes.find((box) => box.path === path);
  if (outer === undefined) throw new RangeError(`The chart has no state ${path}.`);
  const [left, top] = [outer.x - MARGIN, outer.y - MARGIN];
  const isInside = (other: string): boolean => other.startsWith(`${path}.`);
  const lies = (x: number, y: number): boolean =>
    x >= outer.x && x <= outer.x + outer.width && y >= outer.y && y <= outer.y + outer.height;
  const moved = (points: Points): Points => points.map(([x, y]) => [x - left, y - top]);
  return {
    width: outer.width + 2 * MARGIN,
    height: outer.height + 2 * MARGIN,
    boxes: layout.boxes
      .filter((box) => box === outer || isInside(box.path))
      .map((box) => ({ ...box, x: box.x - left, y: box.y - top })),
    arrows: layout.arrows
      .filter(({ from, to }) => isInside(to) && (isInside(from) || from === ''))
      .map(({ label, ...arrow }) => ({
        ...arrow,
        points: moved(arrow.points),
        ...(label !== undefined && { label: { ...label, x: label.x - left, y: label.y - top } }),
      })),
    rails: layout.rails.filter((points) => points.every(([x, y]) => lies(x, y))).map(moved),
    beginnings: layout.beginnings
      .filter(({ x, y }) => lies(x, y))
      .map(({ x, y }) => ({ x: x - left, y: y - top })),
  };
}
