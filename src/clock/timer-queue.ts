/** One armed timer; the queue that holds it knows its place. */
export interface Timer {
  readonly due: number;
  /** Counts up: of two timers that are due together the one armed first is first. */
  readonly order: number;
  readonly callback: () => void;
  /** Where it stands in the queue; -1 when it is in none. */
  place: number;
}

/**
 * Armed timers, the one due first in front: a binary heap that knows every timer's place, so that taking one back costs
 * no more than arming it. A fleet of simulated links holds a hundred thousand of them.
 */
export class TimerQueue {
  readonly #heap: Timer[] = [];

  get size(): number {
    return this.#heap.length;
  }

  get first(): Timer | undefined {
    return this.#heap[0];
  }

  add(timer: Timer): void {
    timer.place = this.#heap.length;
    this.#heap.push(timer);
    this.#rise(timer);
  }

  /** Harmless for a timer that is not in the queue any more. */
  remove(timer: Timer): void {
    if (this.#heap[timer.place] !== timer) return;
    const last = this.#heap.pop();
    if (last !== undefined && last !== timer) {
      this.#put(last, timer.place);
      this.#rise(last);
      this.#sink(last);
    }
    timer.place = -1;
  }

  #rise(timer: Timer): void {
    while (timer.place > 0) {
      const parent = this.#heap[(timer.place - 1) >> 1];
      if (parent === undefined || isEarlier(parent, timer)) return;
      this.#swap(parent, timer);
    }
  }

  #sink(timer: Timer): void {
    for (;;) {
      const left = this.#heap[2 * timer.place + 1];
      const right = this.#heap[2 * timer.place + 2];
      const child = left !== undefined && right !== undefined && isEarlier(right, left) ? right : left;
      if (child === undefined || isEarlier(timer, child)) return;
      this.#swap(timer, child);
    }
  }

  #swap(parent: Timer, child: Timer): void {
    const { place } = parent;
    this.#put(parent, child.place);
    this.#put(child, place);
  }

  #put(timer: Timer, place: number): void {
    this.#heap[place] = timer;
    timer.place = place;
  }
}

function isEarlier(one: Timer, other: Timer): boolean {
  return one.due < other.due || (one.due === other.due && one.order < other.order);
}
