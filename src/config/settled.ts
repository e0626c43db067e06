/** The same, read-only all the way down, with absent keys absent instead of `undefined`. */
export type Settled<T> = T extends (...args: never[]) => unknown
  ? T
  : T extends readonly (infer Element)[]
    ? readonly Settled<Element>[]
    : T extends object
      ? { readonly [Key in keyof T]: Settled<Exclude<T[Key], undefined>> }
      : T;

/** Drops keys that are `undefined` and freezes, all the way down. Takes plain data and functions. */
export function settle<T>(value: T): Settled<T>;
export function settle(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map((element) => settle<unknown>(element)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.freeze(
    Object.fromEntries(
      Object.entries(value)
        .filter(([, child]) => child !== undefined)
        .map(([key, child]) => [key, settle<unknown>(child)]),
    ),
  );
}
