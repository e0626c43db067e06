/** The line that ends a command: the module did it, or says why not. */
export type FinalResult =
  | { readonly kind: 'ok' }
  /** `cme` is the number of a numeric `+CME ERROR`; verbose texts (AT+CMEE=2) and plain `ERROR` have none. */
  | { readonly kind: 'error'; readonly cme?: number };

/**
 * Extended errors. Firmware differs in the spaces round the colon, and the manual's page on AT+CMEE prints the prefix
 * as `+CMEE :<n>`.
 */
const extendedError = /^\+CM(?<family>E ERROR|S ERROR|EE)\s*:\s*(?<reason>.*?)\s*$/;

/**
 * Reads a line as a final result.
 * @param line one line without its line end
 * @returns undefined when it is something else
 */
export function finalResult(line: string): FinalResult | undefined {
  const text = line.trimEnd();
  if (text === 'OK') return { kind: 'ok' };
  if (text === 'ERROR') return { kind: 'error' };
  const { family, reason } = extendedError.exec(text)?.groups ?? {};
  if (family === undefined || reason === undefined) return undefined;
  return family !== 'S ERROR' && /^\d+$/.test(reason)
    ? { kind: 'error', cme: Number(reason) }
    : { kind: 'error' };
}
