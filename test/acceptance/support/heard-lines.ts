export type JsonLine = Readonly<Record<string, unknown>>;

interface Waiter {
  readonly accepts: (line: JsonLine) => boolean;
  readonly take: (line: JsonLine) => void;
  readonly ended: () => void;
}

/** What came in on one stream of a process, line by line, and who waits for what is still to come. */
export class HeardLines {
  readonly lines: JsonLine[] = [];
  readonly #name: string;
  #waiters: Waiter[] = [];
  #ended = false;

  /** @param name for errors */
  constructor(name: string) {
    this.#name = name;
  }

  /** One more line; one that is no JSON is kept as `{text}`. */
  take(text: string): void {
    const line = parsed(text);
    this.lines.push(line);
    const met = this.#waiters.filter(({ accepts }) => accepts(line));
    this.#waiters = this.#waiters.filter((waiter) => !met.includes(waiter));
    for (const { take } of met) take(line);
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true;
    for (const { ended } of this.#waiters.splice(0)) ended();
  }

  /** The first line that fits, among those from the `since`th on, said already or still to come. */
  async heard(
    what: string,
    accepts: (line: JsonLine) => boolean,
    since = 0,
    withinMs = 20_000,
  ): Promise<JsonLine> {
    const known = this.lines.slice(since).find(accepts);
    if (known) return known;
    const ended = (): Error => new Error(`${this.#name}: ended before it said ${what}`);
    if (this.#ended) throw ended();
    return await new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiters = this.#waiters.filter((one) => one !== waiter);
        reject(new Error(`${this.#name}: no ${what} within ${withinMs} ms`));
      }, withinMs);
      const waiter: Waiter = {
        accepts,
        ended: () => {
          clearTimeout(late);
          reject(ended());
        },
        take: (line) => {
          clearTimeout(late);
          resolve(line);
        },
      };
      this.#waiters.push(waiter);
    });
  }
}

function parsed(text: string): JsonLine {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Told as it is.
  }
  return { text };
}
