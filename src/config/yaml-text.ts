import { isNode, LineCounter, parseDocument, visit, type Document, type ErrorCode } from 'yaml';

/** Where something stands in a text, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlText {
  readonly value: unknown;
  /** Where the value of a path begins. */
  placeOf(path: readonly PropertyKey[]): Place | undefined;
}

export interface YamlFault extends Place {
  /** In words that quote nothing of the text, which may hold secrets. */
  readonly message: string;
}

/** Reads YAML 1.2 or JSON, which is a part of it. What YAML would let pass with a warning is a fault here too. */
export function readYaml(text: string): YamlText | { readonly faults: readonly YamlFault[] } {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const faultAt = (code: ErrorCode, offset: number): YamlFault => ({
    ...placeAt(offset),
    message: FAULTS[code],
  });
  const faults = [
    ...[...document.errors, ...document.warnings].map(({ code, pos }) => faultAt(code, pos[0])),
    ...aliasesWithoutValue(document).map((offset) => faultAt('BAD_ALIAS', offset)),
  ];
  if (faults.length > 0) return { faults };
  const value = valueOf(document);
  if (value === undefined) return { faults: [faultAt('RESOURCE_EXHAUSTION', 0)] };
  return {
    value,
    placeOf: (path) => {
      const node = document.getIn(path, true);
      return isNode(node) && node.range ? placeAt(node.range[0]) : undefined;
    },
  };
}

/** The yaml package's own messages quote the text they are about. */
const FAULTS: Record<ErrorCode, string> = {
  ALIAS_PROPS: 'an alias cannot have an anchor or a tag',
  BAD_ALIAS: 'an alias (*name) has no finished anchor before it; text that begins with * needs quotes',
  BAD_COLLECTION_TYPE: 'the tag does not fit a list or group',
  BAD_DIRECTIVE: 'a line that begins with % is not a directive',
  BAD_DQ_ESCAPE: 'a backslash in double quotes begins no known escape; use single quotes',
  BAD_INDENT: 'the indentation does not fit the lines before, or a bracket is not closed',
  BAD_PROP_ORDER: 'anchor and tag must stand after the indicator',
  BAD_SCALAR_START: 'text that begins with this character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a list or group stands where one key is expected; is a line not indented enough?',
  BLOCK_IN_FLOW: 'block text stands within brackets',
  DUPLICATE_KEY: 'the key stands twice in its group',
  IMPOSSIBLE: 'this cannot be read',
  KEY_OVER_1024_CHARS: 'the key is too long',
  MISSING_CHAR: 'a character is missing: a quote, a bracket, a comma or the space after a colon',
  MULTILINE_IMPLICIT_KEY: 'the key goes over several lines; is a colon missing?',
  MULTIPLE_ANCHORS: 'a value has two anchors',
  MULTIPLE_DOCS: 'a second document begins; a configuration is one',
  MULTIPLE_TAGS: 'a value has two tags',
  NON_STRING_KEY: 'the key is not text',
  RESOURCE_EXHAUSTION: 'it is nested too deeply or has too many aliases',
  TAB_AS_INDENT: 'a tab indents the line; use spaces',
  TAG_RESOLVE_FAILED: 'the tag (!name) is not known; text that begins with ! needs quotes',
  UNEXPECTED_TOKEN: 'this is not expected here',
};

/** Aliases of nothing, and aliases within their own anchor: a value that contains itself has no end. */
function aliasesWithoutValue(document: Document): readonly number[] {
  const offsets: number[] = [];
  visit(document, {
    Alias: (_key, alias, ancestors) => {
      const anchored = alias.resolve(document);
      if (anchored === undefined || ancestors.includes(anchored)) offsets.push(alias.range?.[0] ?? 0);
    },
  });
  return offsets;
}

/** The value, or undefined where aliases of aliases would make it too large; YAML has no undefined of its own. */
function valueOf(document: Document): unknown {
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
}
