// Puts what tsc leaves out beside the inspector's compiled page: HTML, CSS, icon. Part of `npm run build`.
import { cpSync } from 'node:fs';

for (const name of ['index.html', 'page.css', 'icon.svg']) {
  cpSync(
    new URL(`../src/inspector/page/${name}`, import.meta.url),
    new URL(`../dist/src/inspector/page/${name}`, import.meta.url),
  );
}
