/**
 * Writes what the documents take from the code: the chart as mermaid, into `docs/statechart.mmd` and the README.
 * Run `npm run build` first. A test fails when they are stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { toMermaid } from '../dist/src/diagram/mermaid.js';
import { diagramModel } from '../dist/src/diagram/model.js';

const chart = toMermaid(diagramModel());
const at = (path) => new URL(`../${path}`, import.meta.url);

writeFileSync(at('docs/statechart.mmd'), chart);
const readme = readFileSync(at('README.md'), 'utf8');
const begin = '<!-- statechart -->\n';
const end = '<!-- /statechart -->';
const head = readme.slice(0, readme.indexOf(begin) + begin.length);
const tail = readme.slice(readme.indexOf(end));
writeFileSync(at('README.md'), `${head}\n\`\`\`mermaid\n${chart}\`\`\`\n\n${tail}`);
