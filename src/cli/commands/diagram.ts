import { chartLayout } from '../../diagram/chart-layout.js';
import { toJson } from '../../diagram/json.js';
import { toMermaid } from '../../diagram/mermaid.js';
import { diagramModel, type DiagramModel } from '../../diagram/model.js';
import { toScxml } from '../../diagram/scxml.js';
import { toSvg } from '../../diagram/svg.js';
import type { CliContext } from '../context.js';
import { exitCode, type ExitCode } from '../exit-codes.js';

export const diagramFormats = ['mermaid', 'svg', 'json', 'scxml'] as const;
export type DiagramFormat = (typeof diagramFormats)[number];

const writers: Readonly<Record<DiagramFormat, (model: DiagramModel) => string>> = {
  mermaid: toMermaid,
  svg: () => toSvg(chartLayout),
  json: toJson,
  scxml: toScxml,
};

/** Prints the chart. */
export function diagram(format: DiagramFormat, { stdout }: CliContext): ExitCode {
  stdout.write(writers[format](diagramModel()));
  return exitCode.done;
}
