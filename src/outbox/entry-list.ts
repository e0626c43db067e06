import type { Entry } from './message.js';

/** So many may be taken from the front before the room they left is given back. */
const SLACK = 1_024;

/** Entries in the order of their sequence; taking the first costs the same however many there are. */
export class EntryList {
  #entries: (Entry | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#entries.length - this.#head;
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** The first that is wanted. Looks no further than it must. */
  first(wanted: (entry: Entry) => boolean): Entry | undefined {
    for (let at = this.#head; at < this.#entries.length; at++) {
      const entry = this.#entries[at];
      if (entry !== undefined && wanted(entry)) return entry;
    }
    return undefined;
  }

  /** Takes one out. @returns undefined when it is not here */
  take(sequence: number): Entry | undefined {
    const at = this.#find(sequence);
    const entry = this.#entries[at];
    if (entry?.sequence !== sequence) return undefined;
    if (at > this.#head) {
      this.#entries.splice(at, 1);
      return entry;
    }
    this.#entries[at] = undefined;
    this.#head += 1;
    if (this.#head >= SLACK && 2 * this.#head >= this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return entry;
  }

  /** Where it is, or would be. */
  #find(sequence: number): number {
    let [low, high] = [this.#head, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.sequence ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
