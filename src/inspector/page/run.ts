import type { Observation } from '../../observer.js';
import { emptyStory, tell, type Story } from '../story/story.js';

const MOST_KEPT = 20_000;
const FOLDED_AT_ONCE = 5_000;

/** A run as far as it is known, and the position in it that is looked at: its end while it is live. */
export class Run {
  #base: Story = emptyStory();
  #observations: Observation[] = [];
  #story: Story = emptyStory();
  #position = 0;
  #following = true;

  get story(): Story {
    return this.#story;
  }

  get observations(): readonly Observation[] {
    return this.#observations;
  }

  get position(): number {
    return this.#position;
  }

  get following(): boolean {
    return this.#following;
  }

  begin(base: Story, observations: readonly Observation[]): void {
    this.#base = base;
    this.#observations = [...observations];
    this.follow();
  }

  add(observations: readonly Observation[]): void {
    for (const observation of observations) {
      this.#observations.push(observation);
      if (this.#following) tell(this.#story, observation);
    }
    if (this.#observations.length > MOST_KEPT) {
      for (const old of this.#observations.splice(0, FOLDED_AT_ONCE)) tell(this.#base, old);
      this.#position = Math.max(this.#position - FOLDED_AT_ONCE, 0);
    }
    if (this.#following) this.#position = this.#observations.length;
  }

  /** Looks at the run as it was after so many observations. */
  seek(position: number): void {
    this.#following = false;
    this.#goTo(position);
  }

  /** Looks at its end, and goes on with it. */
  follow(): void {
    this.#following = true;
    this.#goTo(this.#observations.length);
  }

  #goTo(position: number): void {
    this.#position = Math.min(Math.max(position, 0), this.#observations.length);
    this.#story = structuredClone(this.#base);
    for (const observation of this.#observations.slice(0, this.#position)) tell(this.#story, observation);
  }
}
