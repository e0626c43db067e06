import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LineProcess } from './line-process.js';

/** What `npm run build` makes. Another build can be put to the same test. */
const PRODUCT =
  process.env['ACCEPTANCE_PROGRAM'] ??
  fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url));

/** How a command of the product ended. */
export interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** A configuration file in a folder of its own, and the product run with it. */
export class Configuration {
  readonly #folder = mkdtempSync(join(tmpdir(), 'luat-link-acceptance-'));

  constructor(config: object) {
    writeFileSync(join(this.#folder, 'link.json'), JSON.stringify(config));
  }

  /** Starts a command: `run`, `pub`. */
  run(command: string, ...flags: readonly string[]): LineProcess {
    return new LineProcess('product', [PRODUCT, command, '-c', join(this.#folder, 'link.json'), ...flags]);
  }

  /** Publishes one message; settles when the command ended by itself. */
  async pub(...flags: readonly string[]): Promise<Ended> {
    const child = this.run('pub', '-t', 'judge/once', '-m', 'once', '--json', ...flags);
    const code = await child.ended();
    return { code, stderr: child.stderr };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
