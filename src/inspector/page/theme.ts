import { byId } from './dom.js';

const THEME_KEY = 'luat-link theme';

/** Dark or light as the system has it, until the reader chooses. */
export function chooseTheme(): void {
  const root = document.documentElement;
  const chosen = localStorage.getItem(THEME_KEY);
  if (chosen !== null) root.dataset['theme'] = chosen;
  byId('theme').addEventListener('click', () => {
    const isDark =
      root.dataset['theme'] === 'dark' ||
      (root.dataset['theme'] === undefined && matchMedia('(prefers-color-scheme: dark)').matches);
    const next = isDark ? 'light' : 'dark';
    root.dataset['theme'] = next;
    localStorage.setItem(THEME_KEY, next);
  });
}
