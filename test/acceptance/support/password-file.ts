import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ITERATIONS = 101;

/** Mosquitto's password file with one user in it, as mosquitto_passwd writes it. */
export class PasswordFile {
  readonly #folder = mkdtempSync(join(tmpdir(), 'luat-link-passwords-'));
  readonly path = join(this.#folder, 'passwords');

  constructor(user: string, password: string) {
    // Mosquitto gives up the rights of root before it reads the file anew.
    chmodSync(this.#folder, 0o755);
    this.write(user, password);
  }

  write(user: string, password: string): void {
    const salt = randomBytes(12);
    const hash = pbkdf2Sync(password, salt, ITERATIONS, 64, 'sha512');
    const fields = ['', '7', ITERATIONS, salt.toString('base64'), hash.toString('base64')];
    writeFileSync(this.path, `${user}:${fields.join('$')}\n`, { mode: 0o644 });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
