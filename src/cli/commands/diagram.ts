import { toJson } from '../../diagram/json.js';
import { toMermaid } from '../../diagram/mermaid.js';
import { diagramModel } from '../../diagram/model.js';
import type { CliContext } from '../context.js';
import { exitCode, type ExitCode } from '../exit-codes.js';

export const diagramFormats = ['mermaid', 'json'] as const;
export type DiagramFormat = (typeof diagramFormats)[number];

/** Prints the chart. */
export function diagram(format: DiagramFormat, { stdout }: CliContext): ExitCode {
  const model = diagramModel();
  stdout.write(format === 'mermaid' ? toMermaid(model) : toJson(model));
  return exitCode.done;
}
