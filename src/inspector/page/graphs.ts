import type { Sample, TimelineEntry } from '../story/story.js';
import { byId, svgElement } from './dom.js';

const WIDTH = 200;
const HEIGHT = 24;

/** A small graph of steps: a value holds until the next one. */
export function spark(
  id: string,
  samples: readonly Sample[],
  now: number,
  least: number,
  most: number,
): void {
  const [first] = samples;
  if (first === undefined) {
    byId(id).replaceChildren();
    return;
  }
  const span = Math.max(now - first.at, 1);
  const x = (at: number): string => (((at - first.at) / span) * WIDTH).toFixed(1);
  const y = (value: number): string =>
    (HEIGHT - 1 - ((Math.min(Math.max(value, least), most) - least) / (most - least)) * (HEIGHT - 2)).toFixed(
      1,
    );
  let path = `M0,${y(first.value)}`;
  for (const { at, value } of samples.slice(1)) path += `H${x(at)}V${y(value)}`;
  path += `H${WIDTH}`;
  const svg = svgElement('svg', {
    class: 'spark',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: 'none',
  });
  svg.append(
    svgElement('line', { x1: 0, x2: WIDTH, y1: HEIGHT - 1, y2: HEIGHT - 1 }),
    svgElement('path', { d: path }),
  );
  byId(id).replaceChildren(svg);
}

/** The status over the run, as a strip of colours along the slider: one step of the slider is one step of the strip. */
export function strip(
  id: string,
  entries: readonly { at: number; status: TimelineEntry['status'] }[],
  length: number,
): void {
  const svg = svgElement('svg', { viewBox: `0 0 ${Math.max(length, 1)} 1`, preserveAspectRatio: 'none' });
  for (const [index, { at, status }] of entries.entries()) {
    const end = entries[index + 1]?.at ?? length;
    svg.append(
      svgElement('rect', { x: at, y: 0, width: Math.max(end - at, 0), height: 1, 'data-status': status }),
    );
  }
  byId(id).replaceChildren(svg);
}
