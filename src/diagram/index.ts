export { chartModel, supervisorModel, type ChartEdge, type ChartModel, type ChartNode } from './model.js';
export { toMermaid, type MermaidOptions } from './mermaid.js';
export { toJson } from './json.js';
