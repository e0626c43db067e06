import type { Observation } from '../observer.js';
import { emptyStory, tell, type Story } from './story/story.js';

/**
 * The last so many observations, numbered, and the story of everything before them: together they are the whole story
 * for one who looks only now, in bounded memory.
 */
export class Ring {
  readonly #size: number;
  readonly #entries: Observation[] = [];
  readonly base: Story = emptyStory();
  /** The number of the oldest observation that is kept. */
  #first = 1;

  constructor(size: number) {
    this.#size = size;
  }

  /** The number of the newest observation; 0 before the first. */
  get last(): number {
    return this.#first + this.#entries.length - 1;
  }

  push(observation: Observation): void {
    this.#entries.push(observation);
    // In one go now and then: shifting a long array for each would cost.
    if (this.#entries.length < 2 * this.#size) return;
    for (const old of this.#entries.splice(0, this.#size)) tell(this.base, old);
    this.#first += this.#size;
  }

  /** The observations after number `seen`; undefined when some of them are not kept any more. */
  after(seen: number): readonly Observation[] | undefined {
    const from = seen + 1 - this.#first;
    return from < 0 || seen > this.last ? undefined : this.#entries.slice(from);
  }

  get all(): readonly Observation[] {
    return this.#entries;
  }
}
