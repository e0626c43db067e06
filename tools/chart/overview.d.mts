import type { ChartLayout } from '../../src/diagram/layout.js';
import type { DiagramModel } from '../../src/diagram/model.js';

export function layoutChart(model: DiagramModel): Promise<ChartLayout>;
