import type { DiagramModel } from './model.js';

/** The model as JSON text, for other tools to read. */
export function toJson(model: DiagramModel): string {
  return `${JSON.stringify(model, undefined, 2)}\n`;
}
