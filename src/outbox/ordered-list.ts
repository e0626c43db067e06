/** So many may be taken from the front before the room they left is given back. */
const SLACK = 1_024;

/**
 * Items in an order that two of them can be asked for. Adding behind the last and taking the first cost the same however
 * many there are.
 */
export class OrderedList<Place, Item extends Place> {
  readonly #compare: (a: Place, b: Place) => number;
  #items: (Item | undefined)[] = [];
  /** Before it everything was taken. */
  #head = 0;

  /** @param compare less than 0: `a` goes before `b`; 0: they are the same */
  constructor(compare: (a: Place, b: Place) => number) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  add(item: Item): void {
    const last = this.#items.at(-1);
    if (last === undefined || this.#compare(last, item) < 0) this.#items.push(item);
    else this.#items.splice(this.#find(item), 0, item);
  }

  /** The first that is wanted. Looks no further than it must. */
  first(wanted: (item: Item) => boolean): Item | undefined {
    for (let at = this.#head; at < this.#items.length; at++) {
      const item = this.#items[at];
      if (item !== undefined && wanted(item)) return item;
    }
    return undefined;
  }

  /** Takes one out. @returns undefined when it is not here */
  take(place: Place): Item | undefined {
    const at = this.#find(place);
    const item = this.#items[at];
    if (item === undefined || this.#compare(item, place) !== 0) return undefined;
    if (at > this.#head) {
      this.#items.splice(at, 1);
      return item;
    }
    this.#items[at] = undefined;
    this.#head += 1;
    if (this.#head >= SLACK && 2 * this.#head >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Where it is, or would be. */
  #find(place: Place): number {
    let [low, high] = [this.#head, this.#items.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const item = this.#items[middle];
      if (item !== undefined && this.#compare(item, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
