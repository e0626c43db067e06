/** Free on an Air780EP, the smallest file system of a module with TLS. */
const FREE_BYTES = 64_100;

/** The module's files; they outlive every boot. */
export class Flash {
  #files = new Map();

  has(name) {
    return this.#files.has(name);
  }

  /** @returns {Buffer | undefined} */
  read(name) {
    return this.#files.get(name);
  }

  /** @returns whether it was not there yet */
  create(name) {
    if (this.#files.has(name)) return false;
    this.#files.set(name, Buffer.alloc(0));
    return true;
  }

  /** @returns whether it was there */
  delete(name) {
    return this.#files.delete(name);
  }

  /** @returns whether it fits */
  write(name, content) {
    const others = [...this.#files].filter(([other]) => other !== name).map(([, { length }]) => length);
    if (others.reduce((sum, length) => sum + length, content.length) > FREE_BYTES) return false;
    this.#files.set(name, content);
    return true;
  }
}
