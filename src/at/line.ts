/** What the wire yields, in the order of its bytes. */
export type WireItem =
  /** A text line without its line end; one character is one byte (latin1). Never empty. */
  | { readonly kind: 'line'; readonly text: string }
  /** The data prompt `>`, which has no line end. Yielded only while one is awaited. */
  | { readonly kind: 'prompt' }
  /** A line whose header announced a payload by length, with exactly that many bytes whatever they contain. */
  | { readonly kind: 'payload'; readonly header: PayloadHeader; readonly payload: Buffer }
  /** A payload that broke off: the line went silent before all of its bytes were there. */
  | { readonly kind: 'truncated'; readonly header: PayloadHeader; readonly received: number };

/** The head of a line that carries a payload by length. */
export interface PayloadHeader {
  /** The topic as on the wire, latin1, without quotes. */
  readonly topic: string;
  /** Characters of payload that follow on the wire. */
  readonly wireLength: number;
  /** How they are written: as they are, or as two hex digits a byte. */
  readonly encoding: 'raw' | 'hex';
  /** Where the payload begins in the line. */
  readonly offset: number;
}

/** What the wire reader must know of a dialect, and nothing more. */
export interface WireGrammar {
  /**
   * The header of a line that carries a payload, or undefined. `line` is everything up to the first CRLF.
   * When several readings are possible it takes the left-most whose payload is at least as long as the rest of the
   * line, so that no payload can pass for a header.
   */
  payloadHeader(line: string): PayloadHeader | undefined;
  /** Whether a text that came without a line end is a complete known token, such as `CONNECT OK`. */
  isWholeToken(text: string): boolean;
}
