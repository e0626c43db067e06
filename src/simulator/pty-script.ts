import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { PseudoTerminal } from './pseudo-terminal.js';

/** Says the terminal's name, then only keeps it open. */
const KEEPER = 'stty raw -echo; tty; exec sleep 2147483647';

/** A pseudo-terminal of the `script` command, which every Debian has (bsdutils). */
export async function scriptPseudoTerminal(onInput: (bytes: Buffer) => void): Promise<PseudoTerminal> {
  const child = spawn('script', ['-qfec', KEEPER, '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => undefined);
  const path = await new Promise<string>((resolve, reject) => {
    let head = '';
    const listen = (bytes: Buffer): void => {
      head += bytes.toString('latin1');
      const name = /^(\/dev\/\S+)\r?\n/.exec(head);
      if (name?.[1] === undefined) return;
      child.stdout.off('data', listen);
      resolve(name[1]);
    };
    child.stdout.on('data', listen);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`"script" ended: ${head.trim()}`)));
  });
  child.stdout.on('data', onInput);
  return {
    path,
    provider: 'script',
    write: (bytes) => void child.stdin.write(bytes),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}
