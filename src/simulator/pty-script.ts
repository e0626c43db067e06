import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { PseudoTerminal } from './pseudo-terminal.js';

/** Says the terminal's name, then only keeps it open, as long as this process lives. */
const KEEPER = `stty raw -echo; tty; while kill -0 ${process.pid}; do sleep 5; done 2>/dev/null`;

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
      // Asked politely, script waits two seconds for its child; the hang-up of the terminal ends that one at once.
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
