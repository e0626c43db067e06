import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { toMermaid } from '../../src/diagram/mermaid.js';
import { diagramModel } from '../../src/diagram/model.js';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');

/** Every TypeScript block of a document. */
function examples(document: string): string[] {
  return [...read(document).matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code ?? '');
}

/** What the compiler says of pieces of code that import the package by its name, under the project's own settings. */
function complaints(pieces: readonly string[]): readonly (readonly string[])[] {
  const codes = new Map(
    pieces.map((code, index) => [path.join(root, `test/docs/example-${index}.ts`), code]),
  );
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
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
  host.fileExists = (name) => codes.has(name) || disk.fileExists(name);
  host.readFile = (name) => codes.get(name) ?? disk.readFile(name);
  host.getSourceFile = (name, version) => {
    const code = codes.get(name);
    return code === undefined ? disk.getSourceFile(name, version) : ts.createSourceFile(name, code, version);
  };
  const program = ts.createProgram([...codes.keys()], options, host);
  return [...codes.keys()].map((name) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(name))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  );
}

describe('the documents', () => {
  const sources = ['README.md', 'README.zh-CN.md', 'docs/software-modem.md', 'docs/testing.md'];
  const cases = sources.flatMap((name) =>
    examples(name).map((code, index) => ({ name: `${name}, example ${index + 1}`, code })),
  );
  const broken = "import { createSupervisor } from 'luat-link';\ncreateSupervisor({ prot: 1 });";
  let found: readonly (readonly string[])[] = [];

  beforeAll(() => {
    found = complaints([...cases.map(({ code }) => code), broken]);
  }, 60_000);

  test('have examples', () => {
    expect(cases.length).toBeGreaterThanOrEqual(3);
  });

  test.each(cases.map(({ name }, index) => [name, index] as const))('%s compiles', (_name, index) => {
    expect(found[index]).toEqual([]);
  });

  test('a broken example is noticed', () => {
    expect(found.at(-1)).not.toEqual([]);
  });

  test('show the chart as it is: npm run build && node tools/generate-docs.mjs', () => {
    const chart = toMermaid(diagramModel());
    expect(read('docs/statechart.mmd')).toBe(chart);
    expect(read('README.md')).toContain(chart);
  });
});
