import type { Story } from '../story/story.js';
import { byId, setText } from './dom.js';

const PAGE_IS_NARROW = '(max-width: 700px)';

/** Lights the chart up: the states that it is in, and the edge just taken. */
export class ChartView {
  readonly #states: readonly SVGGElement[];
  readonly #ways: readonly (readonly [Element, ReadonlySet<string>])[];
  #shown = '';
  #selected = -1;

  constructor() {
    const chart = byId('chart');
    this.#states = [...chart.querySelectorAll<SVGGElement>('[data-path]')];
    this.#ways = [...chart.querySelectorAll('[data-edges]')].map((way) => [
      way,
      new Set((way.getAttribute('data-edges') ?? '').split('|')),
    ]);
    for (const [index, state] of this.#states.entries()) {
      state.setAttribute('tabindex', '-1');
      state.addEventListener('pointerenter', () => this.#explain(index));
      state.addEventListener('focus', () => this.#explain(index));
    }
    chart.addEventListener('keydown', (event) => this.#onKey(event));
  }

  show({ state, edges }: Story): void {
    const path = state?.path ?? '';
    const key = `${path} ${edges.join('|')} ${state?.at ?? 0}`;
    if (key === this.#shown) return;
    this.#shown = key;
    for (const box of this.#states) {
      const own = box.dataset['path'] ?? '';
      box.classList.toggle('active', path === own || path.startsWith(`${own}.`));
    }
    for (const [way, ids] of this.#ways) {
      const taken = edges.some((id) => ids.has(id));
      if (taken && way instanceof SVGPathElement && !way.classList.contains('taken'))
        way.parentElement?.append(way);
      way.classList.toggle('taken', taken);
    }
    this.#reveal();
  }

  /** On a narrow page the chart is wider than its frame: the frame follows the state. */
  #reveal(): void {
    if (!matchMedia(PAGE_IS_NARROW).matches) return;
    const chart = byId('chart');
    const box = this.#states.findLast((state) => state.classList.contains('active'))?.getBoundingClientRect();
    if (box === undefined) return;
    const frame = chart.getBoundingClientRect();
    chart.scrollLeft += box.left + box.width / 2 - (frame.left + frame.width / 2);
  }

  #onKey(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.#selected = (this.#selected + step + this.#states.length) % this.#states.length;
    this.#states[this.#selected]?.focus();
  }

  #explain(index: number): void {
    const state = this.#states[index];
    if (state === undefined) return;
    const description = state.querySelector('title')?.textContent ?? '';
    const path = state.dataset['path'] ?? '';
    setText('detail', description === '' ? path : `${path}: ${description}`);
  }
}
