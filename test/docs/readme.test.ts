import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { toMermaid } from '../../src/diagram/mermaid.js';
import { diagramModel } from '../../src/diagram/model.js';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');

/** Every TypeScript block of a document. */
function examples(document: string): string[] {
  return [...read(document).matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code ?? '');
}

/** What the compiler says of a piece of code that imports the package by its name, under the project's own settings. */
function complaints(code: string): string[] {
  const file = path.join(root, 'test/docs/example.ts');
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    paths: {
      'luat-link': [path.join(root, 'src/index.ts')],
      'luat-link/testing': [path.join(root, 'src/testing/index.ts')],
      'luat-link/machine': [path.join(root, 'machines/index.ts')],
    },
  };
  const host = ts.createCompilerHost(options);
  const disk = ts.createCompilerHost(options);
  host.getCurrentDirectory = () => root;
  host.fileExists = (name) => name === file || disk.fileExists(name);
  host.readFile = (name) => (name === file ? code : disk.readFile(name));
  host.getSourceFile = (name, version) =>
    name === file ? ts.createSourceFile(name, code, version) : disk.getSourceFile(name, version);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(file))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('the documents', () => {
  const sources = ['README.md', 'README.zh-CN.md', 'docs/software-modem.md'];
  const cases = sources.flatMap((name) =>
    examples(name).map((code, index) => [`${name}, example ${index + 1}`, code]),
  );

  test('have examples', () => {
    expect(cases.length).toBeGreaterThanOrEqual(3);
  });

  test.each(cases)(
    '%s compiles',
    (_name, code) => {
      expect(complaints(code)).toEqual([]);
    },
    60_000,
  );

  test('a broken example is noticed', () => {
    expect(
      complaints("import { createSupervisor } from 'luat-link';\ncreateSupervisor({ prot: 1 });"),
    ).not.toEqual([]);
  }, 60_000);

  test('show the chart as it is: npm run build && node tools/generate-docs.mjs', () => {
    const chart = toMermaid(diagramModel());
    expect(read('docs/statechart.mmd')).toBe(chart);
    expect(read('README.md')).toContain(chart);
  });
});
