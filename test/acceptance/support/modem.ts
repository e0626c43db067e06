import { fileURLToPath } from 'node:url';
import { LineProcess } from './line-process.js';

export type Profile = 'air724' | 'air780e' | 'air780ep';

/** How a modem is set up: see independent-modem.mjs. */
export interface ModemSetup {
  readonly profile: Profile;
  readonly echo: boolean;
  /** Most bytes of one write; 0 for no limit. */
  readonly pieces: number;
  /** How long lines are gathered before they are written together, in milliseconds. */
  readonly glueMs: number;
  /** How often it says RDY when it boots. */
  readonly rdy: number;
  /** How long after CONNECT OK MCONNECT may come, in milliseconds; 500 by default. */
  readonly mconnectWithinMs?: number;
  readonly sim?: { readonly pin?: string; readonly blocked?: boolean };
  /** How long after a boot the card cannot be asked, in milliseconds. */
  readonly simBusyMs?: number;
  /** MCONNECT without its third argument is answered with ERROR. */
  readonly threeArgumentConnect?: boolean;
}

/** An answer that the modem gives in place of its own, or an outcome that it keeps back. */
export interface Rule {
  /** Beginning of the command line. */
  readonly command: string;
  readonly times?: number;
  /** null: no answer at all. */
  readonly final?: string | null;
  readonly outcome?: readonly string[];
  readonly mute?: readonly string[];
  /** Answered only after so many milliseconds. */
  readonly lateMs?: number;
}

interface LogEntry {
  /** Milliseconds of the modem's own clock. */
  readonly t: number;
  readonly direction: '>' | '<' | '!' | '#';
  readonly text: string;
}

const PROGRAM = fileURLToPath(new URL('../independent-modem.mjs', import.meta.url));

/** The independent modem, in a process of its own. */
export class Modem {
  readonly path: string;
  readonly pid: number;
  readonly #process: LineProcess;
  #orders = 0;

  static async start(setup: ModemSetup): Promise<Modem> {
    const child = new LineProcess('modem', [PROGRAM, JSON.stringify(setup)]);
    const { path } = await child.out.heard('path', (line) => 'path' in line);
    return new Modem(child, String(path));
  }

  private constructor(child: LineProcess, path: string) {
    this.#process = child;
    this.path = path;
    this.pid = child.pid;
  }

  /** Does something to it; settles when it is done. */
  async does(what: string, details: object = {}): Promise<void> {
    await this.#ask({ do: what, ...details });
  }

  async rule(rule: Rule): Promise<void> {
    await this.does('rule', rule);
  }

  /** Settles when the host next sends a command that fits. The modem knows of it before the next order. */
  async command(pattern: string): Promise<void> {
    await this.#ask({ do: 'expect', direction: '>', pattern });
  }

  /** Settles when what the modem notes of itself next fits. */
  async noted(pattern: string): Promise<void> {
    await this.#ask({ do: 'expect', direction: '#', pattern });
  }

  /** Settles when the module has printed a line that fits, since its log had so many lines. */
  async printed(pattern: string, since: number): Promise<void> {
    await this.#ask({ do: 'expect', direction: '<', pattern, since });
  }

  /** The first breach of a rule since the start, told as it is found. */
  async violation(): Promise<string> {
    return String((await this.#process.out.heard('violation', (line) => 'violation' in line))['violation']);
  }

  async violations(): Promise<unknown> {
    return (await this.#ask({ do: 'violations' }))['violations'];
  }

  async log(): Promise<readonly LogEntry[]> {
    return (await this.#ask({ do: 'log' }))['log'] as readonly LogEntry[];
  }

  /** The commands that it got so far, those alone that fit. */
  async commands(pattern = /^/): Promise<readonly string[]> {
    return (await this.log())
      .filter(({ direction, text }) => direction === '>' && pattern.test(text))
      .map(({ text }) => text);
  }

  /** How long it took each time from this line of the module to the next command that begins so, in milliseconds. */
  async pauses(line: string, command: string): Promise<readonly number[]> {
    const log = await this.log();
    return log.flatMap(({ direction, text, t }, index) => {
      if (direction !== '<' || text !== line) return [];
      const next = log
        .slice(index)
        .find((later) => later.direction === '>' && later.text.startsWith(command));
      return next === undefined ? [] : [next.t - t];
    });
  }

  /** A file in its flash; undefined when there is none. */
  async file(name: string): Promise<Buffer | undefined> {
    const { content } = await this.#ask({ do: 'file', name });
    return typeof content === 'string' ? Buffer.from(content, 'base64') : undefined;
  }

  async close(): Promise<void> {
    await this.#process.end('SIGTERM');
  }

  async #ask(order: object): Promise<Readonly<Record<string, unknown>>> {
    this.#orders += 1;
    const id = this.#orders;
    this.#process.say({ id, ...order });
    return await this.#process.out.heard(JSON.stringify(order), (line) => line['id'] === id);
  }
}
