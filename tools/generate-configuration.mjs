/**
 * Writes docs/configuration.md from the configuration's schema: `npm run docs`. With `--check` it writes nothing and
 * fails when the page is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { configJsonSchema } from '../dist/src/config/json-schema.js';

const HEAD = `# Configuration

<!-- Made by \`npm run docs\` from src/config/schema.ts. -->

Every key, for the file (YAML or JSON), for \`createSupervisor()\` and for the environment: \`broker.url\` is
\`LUAT_LINK_BROKER__URL\` there, and \`--set broker.url=…\` on the command line. The later of file, environment and command
line wins. A key that is not in these tables is an error that names the nearest one. Paths in a file are relative to it.
**required** in a group that may be left out: where the group is there.

\`npx luat-link config check FILE\` tells every finding at once, \`config show FILE\` what holds and where it comes from. An
[example](example.config.yaml) to begin with; a [JSON Schema](luat-link.schema.json) for editors. In a program \`reset\` and
\`power\` may also be functions \`(signal) => Promise<void>\`.
`;

const file = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));
const page = await format(configurationPage(configJsonSchema()), {
  ...(await resolveConfig(file)),
  parser: 'markdown',
});
if (!process.argv.includes('--check')) writeFileSync(file, page);
else if (readFileSync(file, 'utf8') !== page) {
  console.error('docs/configuration.md is stale: npm run docs');
  process.exitCode = 1;
}

function configurationPage({ properties, required }) {
  const sections = [];
  const plain = [];
  for (const [name, schema] of Object.entries(properties)) {
    if (name === '$schema') continue;
    const inner = rowsOf(name, schema, required?.includes(name) === true);
    if (inner.length === 1 && inner[0]?.[0] === name) plain.push(...inner);
    else sections.push(`## ${name}\n\n${schema.description ?? ''}.\n\n${table(inner)}`);
  }
  return `${HEAD}\n${table(plain)}\n\n${sections.join('\n\n')}\n`;
}

/** The keys of a schema, itself among them where it can be something else than a group of keys. */
function rowsOf(key, schema, isRequired) {
  const forms = (schema.anyOf ?? [schema]).map((form) => (form.type === 'array' ? asList(form) : form));
  const groups = forms.filter(({ properties }) => properties !== undefined);
  const values = forms.filter(({ properties }) => properties === undefined);
  const suffix = schema.items?.properties === undefined ? '' : '[]';
  const own =
    values.length > 0 || groups.length === 0 || suffix !== ''
      ? [[key, typeOf(values, suffix), defaultOf(schema, isRequired), schema.unit, schema.description]]
      : [];
  const inner = groups.flatMap(({ properties, required = [] }) =>
    Object.entries(properties).flatMap(([name, it]) =>
      rowsOf(`${key}${suffix}.${name}`, it, required.includes(name)),
    ),
  );
  return [...own, ...inner];
}

function asList({ items }) {
  return items.properties === undefined ? { type: `list of ${items.type}` } : items;
}

function typeOf(values, suffix) {
  if (suffix !== '') return 'list of groups';
  return values.map(formOf).join(' or ');
}

function formOf({ type, enum: words, const: word, minimum, maximum }) {
  if (words !== undefined) return words.map((it) => `\`${it}\``).join(', ');
  if (word !== undefined) return `\`${word}\``;
  if (type === 'integer')
    return maximum >= 2_147_483_647 ? `whole number from ${minimum}` : `${minimum} to ${maximum}`;
  if (type === 'boolean') return '`true`, `false`';
  return type === 'string' ? 'text' : type.replace('string', 'texts');
}

function defaultOf(schema, isRequired) {
  if (isRequired) return '**required**';
  const value = schema.default;
  if (value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)) return 'none';
  return value === '' ? 'empty' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function table(rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell ?? '').replaceAll('|', '\\|')).join(' | ')} |`;
  const head = ['key', 'may be', 'default', 'unit', 'meaning'];
  return [
    line(head),
    line(head.map(() => '---')),
    ...rows.map(([key, ...cells]) => line([`\`${key}\``, ...cells])),
  ].join('\n');
}
