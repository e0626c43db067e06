import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configJsonSchema } from '../../src/config/json-schema.js';
import { allPaths, dotted, formsAt } from '../../src/config/key-tree.js';
import { loadConfig } from '../../src/config/load.js';
import { configKeys, parseOptions } from '../../src/config/schema.js';
import { LEAST } from './options.js';

const docs = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));

describe('the JSON Schema', () => {
  test('in docs is the one of the code; if not: npm run build && node tools/generate-schema.mjs', () => {
    const committed: unknown = JSON.parse(readFileSync(docs('luat-link.schema.json'), 'utf8'));
    expect(committed).toStrictEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });

  test('describes every key', () => {
    const silent = allPaths(configKeys).filter((path) => {
      const [group, key] = [path.slice(0, -1), path.at(-1) ?? ''];
      return !formsAt(configJsonSchema(), group).some((form) => {
        const child = form.properties?.[key];
        return typeof child === 'object' && typeof child.description === 'string';
      });
    });
    expect(silent.map(dotted)).toStrictEqual([]);
  });

  test('asks only for what has no default, and has no place for functions', () => {
    const schema = configJsonSchema();
    expect(schema.required).toStrictEqual(['port', 'broker']);
    expect(schema.properties?.['broker']).toMatchObject({ required: ['url'] });
    expect(schema.properties?.['power']).toMatchObject({ anyOf: [{ type: 'object' }] });
  });
});

describe('the example configuration', () => {
  const { config, origins } = loadConfig({ file: docs('example.config.yaml') });
  const fromFile = [...origins].filter(([, origin]) => origin === 'file').map(([key]) => key);

  test('shows every group that there is', () => {
    const text = readFileSync(docs('example.config.yaml'), 'utf8');
    for (const group of Object.keys(configKeys.properties ?? {})) {
      // What would do harm when it is copied unread, such as a PIN, stands there as a comment.
      expect(text).toMatch(new RegExp(`^(?:# )?${group}:`, 'm'));
    }
    expect(fromFile.length).toBeGreaterThan(20);
  });

  test('has the defaults where it does not say "example"', () => {
    const { module, apn, receive, recovery, log, outbox } = parseOptions(LEAST);
    expect(config).toMatchObject({ module, apn, receive, recovery, log });
    expect(config.outbox).toStrictEqual({ ...outbox, directory: docs('outbox') });
    expect(config.broker).toMatchObject({ clientId: '{imei}', keepalive: 120, clean: true });
  });
});
