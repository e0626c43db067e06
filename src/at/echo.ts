import type { PayloadHeader, WireGrammar, WireItem } from './line.js';
import { PayloadAssembly } from './payload-assembly.js';

/**
 * Tells what the module merely repeats. Commands are echoed until ATE0, and by some firmware, when rejected, even after
 * it; Air724 V301846 echoes the data of MPUBEX after ATE0 as well. Data may hold anything (`OK`, `CLOSED`, a whole
 * message), so its echo must not be read.
 */
export class EchoFilter {
  readonly #grammar: WireGrammar;
  #command: { readonly text: string; readonly display: string } | undefined;
  /** Commands with secrets that this module has been sent, and how they are shown. */
  readonly #secret = new Map<string, string>();
  #data: ExpectedEcho | undefined;
  /** Whether this module has been seen to echo data, as of the last time one could tell. */
  #echoesData = false;

  constructor(grammar: WireGrammar) {
    this.#grammar = grammar;
  }

  /**
   * A command went out; one line equal to it is its echo.
   * @param display how the command, and so its echo, is shown to people
   */
  commandSent(text: string, display: string): void {
    this.#command = { text, display };
    this.#data = undefined;
    if (text !== display) this.#secret.set(text, display);
  }

  /**
   * A line in which the module repeats a command with secrets, though not alone: glued behind a URC or garbage, inside
   * an error's text, later than its answer. Whatever is made of the line, the command in it is shown as its display.
   */
  mask(line: string): string {
    let shown = line;
    for (const [text, display] of this.#secret) shown = shown.replaceAll(text, () => display);
    return shown;
  }

  /**
   * Data went out after the prompt; lines equal to its own, from the first one on, are its echo.
   * @param isAnswer whether a line could be the module's own word; data that begins with one is believed to be
   *   echoed only by a module that echoed other data before
   */
  dataSent(data: Buffer, isAnswer: (line: string) => boolean): void {
    const items = itemsOf(data, this.#grammar);
    const [first] = items;
    if (!first) return;
    const telling = first.kind === 'line' && !isAnswer(first.text);
    if (telling || this.#echoesData) this.#data = { items, next: 0, telling };
  }

  /**
   * Looks at what came from the module.
   * @returns how to show it when it is an echo, undefined when it is the module's own word
   */
  take(item: WireItem): string | undefined {
    const command = this.#command;
    if (command && item.kind === 'line' && item.text === command.text) {
      this.#command = undefined;
      return command.display;
    }
    const data = this.#data;
    const expected = data?.items[data.next];
    if (!data || !expected || !isEcho(item, expected, data.next === 0)) return undefined;
    data.next += 1;
    return '<echo of data>';
  }

  /** The final result came: what follows is not an echo. */
  answered(): void {
    if (this.#data?.telling) this.#echoesData = this.#data.next > 0;
    this.#command = undefined;
    this.#data = undefined;
  }
}

interface ExpectedEcho {
  readonly items: readonly WireItem[];
  next: number;
  /** Whether its coming or not coming shows if the module echoes data. */
  readonly telling: boolean;
}

/** What the reader makes of these bytes. */
function itemsOf(data: Buffer, grammar: WireGrammar): readonly WireItem[] {
  const items: WireItem[] = [];
  const assembly = new PayloadAssembly(grammar, (item) => items.push(item));
  for (const line of data.toString('latin1').split('\r\n')) assembly.take(line, 'crlf');
  return items;
}

function isEcho(item: WireItem, expected: WireItem, first: boolean): boolean {
  if (item.kind === 'line' && expected.kind === 'line') {
    // The space that some firmware puts behind the prompt may have been the first one of the data.
    return item.text === expected.text || (first && item.text === expected.text.replace(/^ /, ''));
  }
  if (item.kind === 'payload' && expected.kind === 'payload') {
    return sameHeader(item.header, expected.header) && item.payload.equals(expected.payload);
  }
  return false;
}

function sameHeader(one: PayloadHeader, other: PayloadHeader): boolean {
  return one.topic === other.topic && one.wireLength === other.wireLength && one.encoding === other.encoding;
}
