/**
 * Writes docs/errors.md from the catalogue of codes and the numbers of the module: `npm run docs`. With `--check` it
 * writes nothing and fails when the page is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { cmeErrors, tcpErrors } from '../dist/src/air/module-errors.js';
import { exitCodeOf } from '../dist/src/cli/exit-codes.js';
import { catalogue } from '../dist/src/errors/catalogue.js';

const HEAD = `# Errors

<!-- Made by \`npm run docs\` from src/errors/catalogue.ts and src/air/module-errors.ts. -->

Every error is a \`LinkError\`. Branch on its \`code\`; \`message\` says what happened to what, \`hint\` what to do. The same codes
stand in \`status().cause\` and in the \`state\` events while the link is down, and on stderr when a command ends; \`exit\` is the
exit code of a command that ends with it. \`retryable\`: the same call may succeed later without a change.
`;

const MIDDLE = `## What the module says

The number that a module refuses with stands in \`status().cause.detail\`, and in the message of an error, with its meaning:
\`AT+SAPBR=1,1 was answered with +CME ERROR: 149 (PDP authentication failed).\` Numbers that are not in this table are shown
as they are and count as a refusal like any other.
`;

const PLAIN_ERROR =
  'The step fails with the code of its state. To MCONNECT with two arguments: tried once more with three, which some builds want. After the OK of MCONNECT: `MQTT_REFUSED`. To MPUB: tried three times, then `PUBLISH_FAILED`.';

const file = fileURLToPath(new URL('../docs/errors.md', import.meta.url));
const page = await format(errorsPage(), { ...(await resolveConfig(file)), parser: 'markdown' });
if (!process.argv.includes('--check')) writeFileSync(file, page);
else if (readFileSync(file, 'utf8') !== page) {
  console.error('docs/errors.md is stale: npm run docs');
  process.exitCode = 1;
}

function errorsPage() {
  const codes = Object.entries(catalogue).map(([code, { meaning, recovery, hint, retryable }]) => [
    `\`${code}\``,
    meaning,
    recovery,
    hint,
    retryable ? 'yes' : 'no',
    exitCodeOf(code),
  ]);
  const numbers = [
    ['`ERROR`', 'the command is unknown, or it is refused without a reason', PLAIN_ERROR],
    ...cmeErrors.map(row('+CME ERROR')),
    ...tcpErrors.map(row('TCP ERROR')),
  ];
  return `${HEAD}
## Codes

${table(['code', 'what happened', 'what the link does by itself', 'what you should do', 'retryable', 'exit'], codes)}

${MIDDLE}
${table(['the module says', 'meaning', 'what luat-link makes of it'], numbers)}
`;
}

function row(prefix) {
  return ({ number, meaning, handling }) => [`\`${prefix}: ${number}\``, meaning, handling];
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
