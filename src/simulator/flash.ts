/** Files in the module's flash: they survive every reset. */
export class Flash {
  readonly #files = new Map<string, Buffer>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get free(): number {
    let used = 0;
    for (const content of this.#files.values()) used += content.length;
    return this.#capacity - used;
  }

  get names(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** @returns false when there is one of this name already */
  create(name: string): boolean {
    if (this.#files.has(name)) return false;
    this.#files.set(name, Buffer.alloc(0));
    return true;
  }

  read(name: string): Buffer | undefined {
    return this.#files.get(name);
  }

  /** @returns false when it does not fit */
  write(name: string, content: Buffer): boolean {
    if (content.length - (this.#files.get(name)?.length ?? 0) > this.free) return false;
    this.#files.set(name, content);
    return true;
  }

  delete(name: string): boolean {
    return this.#files.delete(name);
  }
}
