import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { parseOptions } from '../../src/config/schema.js';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');
const manuals = readdirSync(path.join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const pages = ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', ...manuals];

interface Block {
  /** What stands behind the fence: the language, and what the block is where it is no configuration. */
  readonly info: string;
  readonly text: string;
}

/** Fenced blocks, and what is left of the page without them. */
function partsOf(page: string): { readonly blocks: readonly Block[]; readonly prose: string } {
  const fence = /^ *```([^\n]*)\n([^]*?)^ *```$/gm;
  const text = read(page);
  const blocks = [...text.matchAll(fence)].map(([, info = '', block = '']) => ({
    info: info.trim(),
    text: block,
  }));
  return { blocks, prose: text.replaceAll(fence, '') };
}

/** Links to files of the repository: from the page's folder, with the anchor where there is one. */
function linksOf(page: string): readonly { readonly file: string; readonly anchor?: string }[] {
  const { prose } = partsOf(page);
  return [...prose.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, target = '']) => {
    const [file = '', anchor] = target.split('#');
    const resolved = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
    return { file: resolved, ...(anchor !== undefined && { anchor: decodeURIComponent(anchor) }) };
  });
}

/** The anchors that GitHub makes of headings: lower case, without signs, spaces as dashes. */
function anchorsOf(page: string): readonly string[] {
  const { prose } = partsOf(page);
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('links', () => {
  test.each(pages)('of %s lead to a file and a heading that are there', (page) => {
    const broken = linksOf(page).filter(
      ({ file, anchor }) =>
        !existsSync(path.join(root, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor)),
    );
    expect(broken).toEqual([]);
  });

  test.each(['README.md', 'README.zh-CN.md'])('from %s lead to every page', (readme) => {
    const reached = new Set([readme]);
    for (const page of reached) {
      // Not by way of the README in the other language, nor by a link that is broken.
      const leadsOn = page === readme || manuals.includes(page);
      if (leadsOn) for (const { file } of linksOf(page)) reached.add(file);
    }
    expect(manuals.filter((page) => !reached.has(page))).toEqual([]);
  });
});

/** Enough to be a configuration: the examples show what they are about. */
const least = { port: '/dev/ttyUSB2', broker: { url: 'mqtt://broker.example' } };

describe('examples', () => {
  const all = pages.flatMap((page) =>
    partsOf(page).blocks.map(({ info, text }, index) => {
      const [language = '', ...kind] = info.split(' ');
      return { name: `${page}, block ${index + 1}`, language, kind: kind.join(' '), text };
    }),
  );
  const written = all.filter(({ language }) => language === 'yaml' || language === 'json');
  const configurations = written.filter(({ kind }) => kind === '');

  test('of the configuration are there', () => {
    expect(configurations.length).toBeGreaterThan(4);
  });

  test.each(configurations)('$name is a valid configuration', ({ text }) => {
    const given = parse(text) as Record<string, unknown>;
    // The file that it names is on the reader's machine.
    const { passwordFile, ...broker } = (given['broker'] ?? {}) as Record<string, unknown>;
    const password = passwordFile === undefined ? {} : { password: 'secret' };
    expect(() =>
      parseOptions({ ...least, ...given, broker: { ...least.broker, ...broker, ...password } }),
    ).not.toThrow();
  });

  test.each(written)('$name can be read', ({ language, text }) => {
    expect(() =>
      language === 'json' ? (JSON.parse(text) as unknown) : (parse(text) as unknown),
    ).not.toThrow();
  });
});
