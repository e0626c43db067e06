import { Option, type Command } from 'commander';
import { diagram, diagramFormats, type DiagramFormat } from '../commands/diagram.js';
import type { Invocation } from './invocation.js';

export function addDiagram(program: Command, { context, end }: Invocation): void {
  program
    .command('diagram')
    .description('print the chart')
    .addOption(new Option('--format <format>', 'what to print').choices(diagramFormats).default('mermaid'))
    .addHelpText('after', '\nExample:\n  $ luat-link diagram --format json')
    .action(({ format }: { format: DiagramFormat }) => end(diagram(format, context)));
}
