import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { chartLayout } from '../../src/diagram/chart-layout.js';
import type { LayoutBox } from '../../src/diagram/layout.js';
import { diagramModel } from '../../src/diagram/model.js';
import { partOf } from '../../src/diagram/part.js';
import { toScxml } from '../../src/diagram/scxml.js';
import { toSvg } from '../../src/diagram/svg.js';
import { layoutChart } from '../../tools/chart/overview.mjs';
import { lineSize, widthOf } from '../../tools/chart/text.mjs';

const model = diagramModel();
const ways = model.edges.filter(({ target }) => target !== undefined);
const boxes = new Map(chartLayout.boxes.map((box) => [box.path, box]));

describe('the picture', () => {
  test('is that of the chart as it is now: npm run docs', async () => {
    expect(JSON.parse(JSON.stringify(await layoutChart(model)))).toEqual(chartLayout);
    const svg = readFileSync(new URL('../../docs/statechart.svg', import.meta.url), 'utf8');
    expect(svg).toBe(toSvg(chartLayout));
  });

  test('of the ladder alone is that of the chart as it is now: npm run docs', () => {
    const svg = readFileSync(new URL('../../docs/ladder.svg', import.meta.url), 'utf8');
    expect(svg).toBe(toSvg(partOf(chartLayout, 'recovering')));
    for (const { path } of model.nodes.filter(({ path }) => isWithin(path, 'recovering'))) {
      expect(svg).toContain(`data-path="${path}"`);
    }
  });

  test('has a box for every state, inside of the box of its parent', () => {
    for (const { path, parent } of model.nodes) {
      const box = boxes.get(path);
      expect(box).toBeDefined();
      if (parent !== undefined) expect(contains(boxes.get(parent), box)).toBe(true);
    }
  });

  test('has no two boxes over each other', () => {
    for (const one of chartLayout.boxes) {
      for (const other of chartLayout.boxes) {
        const related = one === other || isWithin(one.path, other.path) || isWithin(other.path, one.path);
        if (!related && overlap(one, other)) throw new Error(`${one.path} lies over ${other.path}`);
      }
    }
  });

  test('shows every way from state to state, as an arrow or as a line of text in its box', () => {
    const shown = new Set([
      ...chartLayout.arrows.flatMap(({ edges }) => edges),
      ...chartLayout.boxes.flatMap(({ lines }) => lines.flatMap(({ edges }) => edges)),
    ]);
    expect([...ways.map(({ id }) => id)].filter((id) => !shown.has(id))).toEqual([]);
  });

  test('draws the ladder as one: rungs of one width over each other, the gentlest lowest', () => {
    const rungs = [
      'closingTcp',
      'deactivatingBearer',
      'cyclingRadio',
      'restartingModule',
      'pulsingReset',
    ].map((name) => boxes.get(`recovering.${name}`));
    for (const [index, rung] of rungs.entries()) {
      const higher = rungs[index + 1];
      if (higher === undefined) continue;
      expect(higher.x).toBe(rung?.x);
      expect(higher.width).toBe(rung?.width);
      expect(higher.y + higher.height).toBeLessThan(rung?.y ?? 0);
    }
  });

  test('fits a screen, and everything is inside of it', () => {
    expect(chartLayout.width / chartLayout.height).toBeGreaterThan(1.2);
    expect(chartLayout.width / chartLayout.height).toBeLessThan(1.9);
    expect(chartLayout.width).toBeLessThan(1_750);
    const all = [
      ...chartLayout.boxes.flatMap(({ x, y, width, height }) => [
        [x, y],
        [x + width, y + height],
      ]),
      ...chartLayout.arrows.flatMap(({ points }) => points),
    ];
    for (const [x = -1, y = -1] of all) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(chartLayout.width);
      expect(y).toBeLessThanOrEqual(chartLayout.height);
    }
  });

  test('has its words inside of it, on no line and no edge of a box', () => {
    const segments = [
      ...chartLayout.arrows.flatMap(({ points }) =>
        points.slice(1).map((end, index) => [points[index] ?? end, end]),
      ),
      ...chartLayout.boxes.flatMap(({ x, y, width, height }) => [
        [
          [x, y],
          [x, y + height],
        ],
        [
          [x + width, y],
          [x + width, y + height],
        ],
      ]),
    ];
    for (const { label } of chartLayout.arrows) {
      if (label === undefined) continue;
      const [left, right] = [label.x, label.x + widthOf(label.text, lineSize)];
      const [top, bottom] = [label.y - 7, label.y];
      expect(left).toBeGreaterThan(0);
      expect(right).toBeLessThan(chartLayout.width);
      const crossed = segments.filter(
        ([[x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []]) =>
          Math.max(x1, x2) > left &&
          Math.min(x1, x2) < right &&
          Math.max(y1, y2) > top &&
          Math.min(y1, y2) < bottom,
      );
      expect([label.text, crossed]).toEqual([label.text, []]);
    }
  });

  test('needs nothing from elsewhere, and without its style no style of its own', () => {
    const svg = toSvg(chartLayout);
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|href=/);
    expect(toSvg(chartLayout, { style: false })).not.toContain('style');
  });
});

describe('SCXML', () => {
  const scxml = toScxml(model);

  test('has every state, and every target is one', () => {
    const ids = [...scxml.matchAll(/<(?:state|final) id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual(['supervisor', ...model.nodes.map(({ path }) => path)]);
    for (const [, target] of scxml.matchAll(/target="([^"]+)"/g)) expect(ids).toContain(target);
  });

  test('has every edge, with events that SCXML can name', () => {
    expect([...scxml.matchAll(/<transition /g)]).toHaveLength(model.edges.length);
    for (const [, event] of scxml.matchAll(/event="([^"]+)"/g)) expect(event).toMatch(/^[\w.]+$/);
    expect(scxml).toContain('<transition event="CONNECT_OK" target="connectingMqtt"/>');
    expect(scxml).toContain('<send event="after.recovering.waiting.backoff" delayexpr="backoff"/>');
  });
});

function isWithin(path: string, box: string): boolean {
  return path.startsWith(`${box}.`);
}

function contains(outer: LayoutBox | undefined, inner: LayoutBox | undefined): boolean {
  if (outer === undefined || inner === undefined) return false;
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

function overlap(one: LayoutBox, other: LayoutBox): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}
