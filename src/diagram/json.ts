import type { ChartModel } from './model.js';

/** The model as JSON text, for other tools to read. */
export function toJson(model: ChartModel): string {
  return `${JSON.stringify(model, undefined, 2)}\n`;
}
