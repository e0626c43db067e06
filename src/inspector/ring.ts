import type { Observation } from '../observer.js';
import { Places } from './places.js';
import { emptyStory, sum, type Story } from './story/story.js';

/**
 * The last so many observations, numbered, and the sum of everything before them: together they are the whole story for
 * one who looks only now, in bounded memory. What it hands out is good for the moment: its places are used again.
 */
export class Ring {
  readonly #size: number;
  readonly #entries: Observation[] = [];
  readonly #places = new Places();
  readonly base: Story = emptyStory();
  #last = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** The number of the newest observation; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  push(observation: Observation): void {
    const place = this.#last % this.#size;
    const oldest = this.#entries[place];
    if (oldest !== undefined) this.#forget(oldest);
    this.#entries[place] = this.#places.keep(observation);
    this.#last += 1;
  }

  /** The observations after number `seen`; undefined when some of them are not kept any more. */
  after(seen: number): readonly Observation[] | undefined {
    if (seen > this.#last || seen < this.#last - this.#entries.length) return undefined;
    if (seen === this.#last) return [];
    const [from, to] = [seen % this.#size, this.#last % this.#size];
    if (from < to) return this.#entries.slice(from, to);
    return [...this.#entries.slice(from), ...this.#entries.slice(0, to)];
  }

  get all(): readonly Observation[] {
    return this.after(this.#last - this.#entries.length) ?? [];
  }

  /** The sum's last step is kept as it is; the one before is free then. */
  #forget(oldest: Observation): void {
    const { state } = this.base;
    sum(this.base, oldest);
    if (oldest.kind !== 'state') this.#places.free(oldest);
    else if (state !== undefined) this.#places.free(state);
  }
}
