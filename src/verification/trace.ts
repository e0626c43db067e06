import type { Label, Product } from './product.js';

/** The shortest way to a state, as AT lines and events, each with where the chart is after it. */
export function traceTo(product: Product, state: number): readonly string[] {
  const way: number[] = [];
  for (let at = state; product.parent(at) !== -1; at = product.parent(at)) way.unshift(at);
  const lines = [`[${product.chart(way[0] === undefined ? state : product.parent(way[0])).path}]`];
  for (const at of way) lines.push(...told(product.via(at), product, at));
  return lines;
}

/** One round through a part of the product, back to where it begins. */
export function roundThrough(product: Product, part: readonly number[]): readonly string[] {
  const inside = new Set(part);
  const start = Math.min(...part);
  const cameFrom = new Map<number, readonly [state: number, label: number]>();
  const open = [start];
  for (let state = open.shift(); state !== undefined; state = open.shift()) {
    for (const [label, target] of product.stepsFrom(state)) {
      if (!inside.has(target) || product.label(label).kind === 'fault') continue;
      if (target === start) {
        const lines: string[] = [];
        lines.unshift(...told(product.label(label), product, start));
        for (let at = state; at !== start;) {
          const [before, via] = cameFrom.get(at) ?? [start, label];
          lines.unshift(...told(product.label(via), product, at));
          at = before;
        }
        return lines;
      }
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, [state, label]);
      open.push(target);
    }
  }
  return [];
}

function told(label: Label, product: Product, state: number): readonly string[] {
  return [...linesOf(label), `[${product.chart(state).path}]`];
}

/** What happened in one step. */
export function linesOf({ kind, says }: Label): readonly string[] {
  const fault = kind === 'fault' ? ['  FAULT:'] : [];
  return [...fault, ...says.map((line) => `    ${line}`)];
}
