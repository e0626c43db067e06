import { z } from 'zod';

/** A node of a JSON Schema, as far as it is looked at here. */
export type KeyNode = z.core.JSONSchema.BaseSchema;

/** What a schema takes in, with its tree of known keys. */
export function keyTreeOf(schema: z.ZodType): KeyNode {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

/** Every form that is allowed at a path; none where the path leads nowhere. */
export function formsAt(root: KeyNode, path: readonly PropertyKey[]): readonly KeyNode[] {
  let forms = flatten(root);
  for (const step of path) {
    forms = forms.flatMap((form) => {
      const child = typeof step === 'number' ? form.items : ownChild(form, String(step));
      return isNode(child) ? flatten(child) : [];
    });
  }
  return forms;
}

/** The names of the keys that are known at a path, of all its forms. */
export function keysAt(root: KeyNode, path: readonly PropertyKey[]): readonly string[] {
  return [...new Set(formsAt(root, path).flatMap((form) => Object.keys(form.properties ?? {})))];
}

/** The paths of all keys below `root`, groups before what is in them. */
export function allPaths(root: KeyNode, prefix: readonly string[] = []): readonly (readonly string[])[] {
  return keysAt(root, prefix).flatMap((key) => {
    const path = [...prefix, key];
    return [path, ...allPaths(root, path)];
  });
}

/** `a.b[0].c`, as people write a path. */
export function dotted(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}

function ownChild(form: KeyNode, key: string): unknown {
  const { properties = {} } = form;
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
}

function flatten(node: KeyNode): readonly KeyNode[] {
  return node.anyOf === undefined ? [node] : node.anyOf.filter(isNode).flatMap(flatten);
}

function isNode(value: unknown): value is KeyNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
