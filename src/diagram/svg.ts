import { chartStyle } from './chart-style.js';
import type { ChartLayout, LayoutArrow, LayoutBox, Points } from './layout.js';

export interface SvgOptions {
  /** Colours and faces inside of the picture, so that it stands alone. Default true. */
  readonly style?: boolean;
}

/**
 * The chart as a picture. States carry `data-path`, arrows and lines of text `data-edges` (edge ids, separated by `|`),
 * so that a page can light up where a running chart is.
 */
export function toSvg(layout: ChartLayout, { style = true }: SvgOptions = {}): string {
  const { width, height } = layout;
  // Compounds first: what is inside of them is drawn over them, and arrows over everything.
  const compounds = layout.boxes.filter(({ compound }) => compound);
  const leaves = layout.boxes.filter(({ compound }) => !compound);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="statechart" viewBox="0 0 ${width} ${height}" role="img" aria-label="The statechart of luat-link">`,
    ...(style ? [`<style>${chartStyle}</style>`, '<rect class="paper" width="100%" height="100%"/>'] : []),
    `<defs>${kinds.map(marker).join('')}</defs>`,
    ...compounds.filter(({ path }) => !path.includes('.')).map(box),
    ...layout.rails.map((points) => `<path class="rail" d="${pathOf(points)}"/>`),
    ...compounds.filter(({ path }) => path.includes('.')).map(box),
    ...layout.arrows.map(arrow),
    ...leaves.map(box),
    ...layout.beginnings.map(({ x, y }) => `<circle class="beginning" cx="${x}" cy="${y}" r="4"/>`),
    ...layout.arrows.flatMap(label),
    '</svg>\n',
  ].join('\n');
}

const kinds = ['flow', 'failure', 'return', 'attention', 'taken'] as const;

function marker(kind: (typeof kinds)[number]): string {
  return (
    `<marker id="head-${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" ` +
    `markerUnits="userSpaceOnUse" orient="auto"><path class="head ${kind}" d="M0,0.8L8,4L0,7.2z"/></marker>`
  );
}

function box({
  path,
  title,
  says,
  x,
  y,
  width,
  height,
  compound,
  tags,
  description,
  lines,
}: LayoutBox): string {
  const classes = [
    'state',
    ...(compound ? ['compound'] : []),
    ...(path === '' ? ['everywhere'] : []),
    ...tags,
  ];
  const texts = lines.map(
    ({ text, kind, edges }, index) =>
      `<text class="line ${kind}" x="${x + 10}" y="${y + 33 + index * 13}"${edgesAttribute(edges)}>${escape(text)}</text>`,
  );
  return [
    `<g class="${classes.join(' ')}"${path === '' ? '' : ` data-path="${escape(path)}"`}>`,
    ...(description === undefined ? [] : [`<title>${escape(description)}</title>`]),
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${compound ? 10 : 7}"/>`,
    `<text class="name" x="${x + 10}" y="${y + 17}">${escape(title)}</text>`,
    ...(says === undefined
      ? []
      : [`<text class="says" x="${x + width - 9}" y="${y + 17}">${escape(says)}</text>`]),
    ...texts,
    '</g>',
  ].join('');
}

function arrow({ kind, lifted, points, edges, from, to }: LayoutArrow): string {
  const classes = ['arrow', kind, ...(lifted ? ['lifted'] : [])].join(' ');
  const ends = ` data-from="${escape(from)}" data-to="${escape(to)}"`;
  return `<path class="${classes}" d="${roundedPath(points)}" marker-end="url(#head-${kind})"${edgesAttribute(edges)}${ends}/>`;
}

function label({ kind, label, edges }: LayoutArrow): readonly string[] {
  if (label === undefined) return [];
  const { text, x, y } = label;
  return [`<text class="label ${kind}" x="${x}" y="${y}"${edgesAttribute(edges)}>${escape(text)}</text>`];
}

function edgesAttribute(edges: readonly string[]): string {
  return edges.length === 0 ? '' : ` data-edges="${escape(edges.join('|'))}"`;
}

function pathOf(points: Points): string {
  return `M${points.map(([x, y]) => `${x},${y}`).join('L')}`;
}

const CORNER = 6;

/** Straight lines with round corners, so that the eye can follow one where others cross it. */
function roundedPath(points: Points): string {
  const parts: string[] = [];
  for (const [index, [x, y]] of points.entries()) {
    const before = points[index - 1];
    const after = points[index + 1];
    if (before === undefined) parts.push(`M${x},${y}`);
    else if (after === undefined) parts.push(`L${x},${y}`);
    else {
      const [ax, ay] = towards([x, y], before);
      const [bx, by] = towards([x, y], after);
      parts.push(`L${ax},${ay}Q${x},${y} ${bx},${by}`);
    }
  }
  return parts.join('');
}

function towards([x, y]: readonly [number, number], [tx, ty]: readonly [number, number]): [number, number] {
  const length = Math.hypot(tx - x, ty - y);
  if (length === 0) return [x, y];
  const share = Math.min(CORNER, length / 2) / length;
  return [round(x + (tx - x) * share), round(y + (ty - y) * share)];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
