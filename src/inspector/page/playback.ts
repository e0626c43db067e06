import { readRecording, recordingHead } from '../story/recording.js';
import { emptyStory } from '../story/story.js';
import { stateName } from '../story/words.js';
import { byId, clock, setText } from './dom.js';
import { strip } from './graphs.js';
import type { Run } from './run.js';

/** A pause in a run is shown as no longer than this. */
const LONGEST_PAUSE_MS = 700;

/** The bar at the bottom: forth and back in the run, play, and recordings to and from a file. */
export class Playback {
  readonly #run: Run;
  readonly #changed: () => void;
  readonly #slider = byId('slider') as HTMLInputElement;
  #timer: number | undefined;
  #stripLength = -1;
  /** Set while a file is shown, which has no live end. */
  #file: string | undefined;

  constructor(run: Run, changed: () => void) {
    this.#run = run;
    this.#changed = changed;
    this.#slider.addEventListener('input', () => {
      this.#pause();
      this.#seek(Number(this.#slider.value));
    });
    byId('play').addEventListener('click', () => this.#toggle());
    byId('live').addEventListener('click', () => {
      this.#pause();
      if (this.#file !== undefined) location.reload();
      else {
        run.follow();
        changed();
      }
    });
    byId('save').addEventListener('click', () => this.#save());
    byId('open').addEventListener('change', (event) => {
      const [file] = (event.target as HTMLInputElement).files ?? [];
      if (file !== undefined) void file.text().then((text) => this.#open(file.name, text));
    });
  }

  /** The page shows a file: what the link tells now is not for it. */
  get showsFile(): boolean {
    return this.#file !== undefined;
  }

  /** From the first step on, and not as it ended. */
  rewind(): void {
    this.#seek(0);
  }

  show(): void {
    const { observations, position, following, story } = this.#run;
    this.#slider.max = String(observations.length);
    this.#slider.value = String(position);
    byId('live').setAttribute('aria-pressed', String(following && this.#file === undefined));
    byId('play').setAttribute('aria-pressed', String(this.#timer !== undefined));
    setText('play', this.#timer === undefined ? 'Play' : 'Pause');
    const { state, at } = story;
    const where = state === undefined ? '' : `, ${stateName(state.path)}`;
    this.#slider.setAttribute('aria-valuetext', `step ${position} of ${observations.length}${where}`);
    const file = this.#file === undefined ? '' : `${this.#file} · `;
    setText('position', `${file}${position}/${observations.length}${at === 0 ? '' : ` · ${clock(at)}`}`);
    this.#showStrip();
  }

  #showStrip(): void {
    const { observations } = this.#run;
    if (observations.length === this.#stripLength) return;
    this.#stripLength = observations.length;
    let status = '';
    const entries = observations.flatMap((observation, at) => {
      if (observation.kind !== 'state' || observation.status === status) return [];
      status = observation.status;
      return [{ at, status: observation.status }];
    });
    strip('strip', entries, observations.length);
  }

  #seek(position: number): void {
    this.#run.seek(position);
    this.#changed();
  }

  #toggle(): void {
    if (this.#timer !== undefined) this.#pause();
    else {
      if (this.#run.position >= this.#run.observations.length) this.#run.seek(0);
      this.#step();
    }
    this.#changed();
  }

  #pause(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #step(): void {
    const { observations, position } = this.#run;
    const [here, next] = [observations[position - 1], observations[position]];
    if (next === undefined) {
      this.#pause();
      this.#changed();
      return;
    }
    const pause = Math.min(Math.max(next.at - (here?.at ?? next.at), 0), LONGEST_PAUSE_MS);
    this.#timer = window.setTimeout(() => {
      this.#run.seek(position + 1);
      this.#step();
      this.#changed();
    }, pause);
  }

  #save(): void {
    const { observations } = this.#run;
    const lines = observations.map((observation) => `${JSON.stringify(observation)}\n`);
    const blob = new Blob([recordingHead(observations[0]?.at ?? 0), ...lines], { type: 'application/jsonl' });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = 'luat-link-run.jsonl';
    link.click();
    URL.revokeObjectURL(link.href);
  }

  #open(name: string, text: string): void {
    try {
      const { observations } = readRecording(text);
      this.#pause();
      this.#file = name;
      this.#run.begin(emptyStory(), observations);
      this.#seek(0);
    } catch (error) {
      setText('position', error instanceof Error ? error.message : 'This file cannot be read.');
    }
  }
}
