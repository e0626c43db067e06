import type { LineEnd } from './guard.js';
import type { PayloadHeader, WireGrammar, WireItem } from './line.js';

/** An announced length beyond this is not believed: the line is an ordinary one. */
export const LONGEST_PAYLOAD = 64 * 1024;

interface OpenPayload {
  readonly header: PayloadHeader;
  readonly parts: string[];
  missing: number;
}

/**
 * Puts payloads together again, behind a splitter that took them apart at every CRLF in them. A payload is read by its
 * announced length alone, so nothing in it is ever taken for a line.
 */
export class PayloadAssembly {
  readonly #grammar: WireGrammar;
  readonly #yield: (item: WireItem) => void;
  #open: OpenPayload | undefined;

  constructor(grammar: WireGrammar, onItem: (item: WireItem) => void) {
    this.#grammar = grammar;
    this.#yield = onItem;
  }

  /** Whether what comes next belongs to a payload. */
  get inside(): boolean {
    return this.#open !== undefined;
  }

  /** Takes the next piece of the wire between two line ends. */
  take(text: string, end: LineEnd): void {
    let rest: string | undefined = text;
    while (rest !== undefined) rest = this.#open ? this.#fill(this.#open, rest, end) : this.#readLines(rest);
  }

  /**
   * Whether `tail`, which has no line end (yet), is complete as it stands: the end of a payload, or a known token,
   * with nothing half-read behind it.
   */
  isWhole(tail: string): boolean {
    let rest = tail;
    let missing = this.#open?.missing ?? 0;
    for (;;) {
      if (missing > rest.length) return false;
      rest = rest.slice(missing);
      if (rest === '') return true;
      const { lines, header, payload } = splitAtHeader(rest, this.#grammar);
      if (!header) return this.#grammar.isWholeToken(lines.at(-1) ?? '');
      missing = header.wireLength;
      rest = payload;
    }
  }

  /** Whether a payload is under way when `tail` has been read. */
  isInsideAfter(tail: string): boolean {
    return this.inside || splitAtHeader(tail, this.#grammar).header !== undefined;
  }

  /** Gives up a payload whose rest does not come. What was read of it is not read again as lines. */
  breakOff(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = undefined;
    this.#yield({ kind: 'truncated', header: open.header, received: open.header.wireLength - open.missing });
  }

  /** Forgets a payload under way. */
  reset(): void {
    this.#open = undefined;
  }

  /** @returns what stands behind the payload on the same line */
  #fill(open: OpenPayload, text: string, end: LineEnd): string | undefined {
    const part = text.slice(0, open.missing);
    open.parts.push(part);
    open.missing -= part.length;
    if (open.missing === 0) {
      this.#complete(open);
      return text.slice(part.length);
    }
    if (end === 'crlf') {
      const removed = '\r\n'.slice(0, open.missing);
      open.parts.push(removed);
      open.missing -= removed.length;
      if (open.missing === 0) this.#complete(open);
    }
    return undefined;
  }

  #complete({ header, parts }: OpenPayload): void {
    this.#open = undefined;
    const text = parts.join('');
    if (header.encoding === 'raw') {
      this.#yield({ kind: 'payload', header, payload: Buffer.from(text, 'latin1') });
      return;
    }
    const digits = /^(?:[0-9a-f]{2})*/i.exec(text)?.[0] ?? '';
    // Anything but digits: bytes were lost on the way (Air724 before V401857 drops output under load).
    if (digits.length < text.length) this.#yield({ kind: 'truncated', header, received: digits.length });
    else this.#yield({ kind: 'payload', header, payload: Buffer.from(digits, 'hex') });
  }

  /** @returns what follows a payload header in `text` */
  #readLines(text: string): string | undefined {
    const { lines, header, payload } = splitAtHeader(text, this.#grammar);
    for (const line of lines) this.#yield({ kind: 'line', text: line });
    if (!header) return undefined;
    this.#open = { header, parts: [], missing: header.wireLength };
    return payload;
  }
}

interface Split {
  readonly lines: readonly string[];
  readonly header: PayloadHeader | undefined;
  /** What follows the header. */
  readonly payload: string;
}

/**
 * Splits a text outside payloads at its bare CRs and LFs (an echo ends with a bare CR, the boot banner of some modules
 * with a bare LF), up to a payload header. Empty pieces are dropped.
 */
function splitAtHeader(text: string, grammar: WireGrammar): Split {
  const lines: string[] = [];
  let rest = text;
  while (rest !== '') {
    const end = rest.search(/[\r\n]/);
    if (end === 0) {
      rest = rest.slice(1);
      continue;
    }
    const header = believableHeader(rest, grammar);
    if (header) return { lines, header, payload: rest.slice(header.offset) };
    lines.push(end < 0 ? rest : rest.slice(0, end));
    rest = end < 0 ? '' : rest.slice(end);
  }
  return { lines, header: undefined, payload: '' };
}

function believableHeader(text: string, grammar: WireGrammar): PayloadHeader | undefined {
  const header = grammar.payloadHeader(text);
  if (!header || header.offset < 1 || /[\r\n]/.test(text.slice(0, header.offset))) return undefined;
  const { wireLength } = header;
  return Number.isInteger(wireLength) && wireLength >= 0 && wireLength <= LONGEST_PAYLOAD
    ? header
    : undefined;
}
