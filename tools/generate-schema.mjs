// Writes docs/luat-link.schema.json from the configuration's schema: npm run build && node tools/generate-schema.mjs
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { configJsonSchema } from '../dist/src/config/json-schema.js';

const file = fileURLToPath(new URL('../docs/luat-link.schema.json', import.meta.url));
const text = JSON.stringify(configJsonSchema());
await writeFile(file, await format(text, { ...(await resolveConfig(file)), parser: 'json' }));
