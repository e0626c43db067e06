export { diagramModel, type DiagramEdge, type DiagramModel, type DiagramNode } from './model.js';
export { toMermaid } from './mermaid.js';
export { toJson } from './json.js';
