import { readFile } from 'node:fs/promises';
import { chartColours, chartRules } from '../diagram/chart-style.js';
import type { ChartLayout } from '../diagram/layout.js';
import { toSvg } from '../diagram/svg.js';

export interface Asset {
  readonly type: string;
  readonly body: string;
}

const CHART_PLACE = '<!-- chart -->';

/** What the page is made of; everything else is not there. Nothing is loaded from anywhere else. */
export async function asset(path: string, layout: ChartLayout): Promise<Asset | undefined> {
  switch (path) {
    case '/': {
      const html = await text('page/index.html');
      return { type: 'text/html', body: html.replace(CHART_PLACE, () => toSvg(layout, { style: false })) };
    }
    case '/page.css':
      return { type: 'text/css', body: `${themes()}\n${chartRules}\n${await text('page/page.css')}` };
    case '/icon.svg':
      return { type: 'image/svg+xml', body: await text('page/icon.svg') };
  }
  const [, file] = /^\/app\/((?:page|story)\/[a-z-]+\.js)$/.exec(path) ?? [];
  return file === undefined ? undefined : { type: 'text/javascript', body: await text(file) };
}

/** The chart's colours are the page's: light or dark as the system says, unless the reader chose. */
function themes(): string {
  return [
    `:root{${chartColours.light}color-scheme:light}`,
    `@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${chartColours.dark}color-scheme:dark}}`,
    `:root[data-theme=dark]{${chartColours.dark}color-scheme:dark}`,
  ].join('\n');
}

function text(path: string): Promise<string> {
  return readFile(new URL(path, import.meta.url), 'utf8');
}
