import { cme, cmeText, error, finalText, ok, type Answer, type DataRequest, type Final } from './answer.js';
import type { Board } from './board.js';
import { commands } from './commands/index.js';
import { DataEntry } from './data-entry.js';
import type { FaultRules } from './fault-rules.js';
import type { Printer } from './printer.js';
import type { Schedule } from './schedule.js';
import type { Operation } from './session.js';
import { parseCommand, type CommandRequest } from './syntax.js';

export interface ProcessorPorts {
  readonly board: Board;
  readonly printer: Printer;
  readonly schedule: Schedule;
  readonly rules: FaultRules;
}

/** A host ends a command with CR; LF in front of the next one is skipped. */
const CR = 0x0d;

/** More than any command needs; a longer line is forgotten. */
const LONGEST_LINE = 16_384;

/** The commands whose outcome follows their OK, and whose outcome that is. */
const outcomeOf: Readonly<Record<string, Operation>> = {
  MIPSTART: 'MIPSTART',
  SSLMIPSTART: 'MIPSTART',
  MCONNECT: 'MCONNECT',
  MSUB: 'MSUB',
  MUNSUB: 'MUNSUB',
  MPUB: 'MPUB',
  MPUBEX: 'MPUB',
};

/**
 * Reads command lines, one at a time, and answers them:
 * bytes -> line -> command -> (prompt -> data ->) information and final result -> what the command set going.
 */
export class Processor {
  readonly #ports: ProcessorPorts;
  #line = Buffer.alloc(0);
  #busy: CommandRequest | undefined;
  #data: DataEntry | undefined;
  /** What came before the prompt, for firmware that takes it. */
  #early: Buffer[] = [];
  /** How many more `AT` the baud rate detection swallows. */
  #training = 0;
  /** Added to every answer, milliseconds. */
  extraDelayMs = 0;

  constructor(ports: ProcessorPorts) {
    this.#ports = ports;
  }

  /** After a boot: nothing pending; `training` is how many `AT` go unheard before the baud rate is known. */
  reset(training: number): void {
    this.#line = Buffer.alloc(0);
    this.#busy = undefined;
    this.#data = undefined;
    this.#early = [];
    this.#training = training;
    this.#ports.printer.enabled = training === 0;
  }

  /** Bytes from the host. */
  accept(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#data !== undefined) rest = this.#data.take(rest);
      else if (this.#busy !== undefined && expectsData(this.#busy)) {
        this.#acceptEarlyData(rest);
        return;
      } else rest = this.#acceptLine(rest);
    }
  }

  #acceptLine(bytes: Buffer): Buffer {
    const end = bytes.indexOf(CR);
    this.#line = Buffer.concat([this.#line, end < 0 ? bytes : bytes.subarray(0, end)]);
    if (this.#line.length > LONGEST_LINE) this.#line = Buffer.alloc(0);
    if (end < 0) return Buffer.alloc(0);
    const text = this.#line.toString('latin1').replace(/^\n+/, '');
    this.#line = Buffer.alloc(0);
    if (text !== '') this.#hear(text);
    return bytes.subarray(end + 1);
  }

  #acceptEarlyData(bytes: Buffer): void {
    const { board } = this.#ports;
    board.record.violated('data-before-prompt', bytes.toString('latin1'));
    if (board.quirks.takesDataBeforePrompt) this.#early.push(bytes);
  }

  #hear(text: string): void {
    const { board, printer } = this.#ports;
    board.record.said('host', text);
    if (this.#busy !== undefined) {
      // Hosts are told to repeat a bare AT until it is answered (bring-up guide; IPR, CSCLK): one that is lost over
      // another does no harm.
      if (!isBareAt(text) || !isBareAt(this.#busy.text)) board.record.violated('command-while-busy', text);
      return;
    }
    if (!this.#trained(text)) return;
    const start = text.search(/^AT|AT(?=$|[+*^&])/i);
    if (start < 0 || (start > 0 && board.quirks.ignoresUnalignedCommand)) return;
    if (board.settings.echo) printer.raw(`${text}\r`);
    this.#run(text.slice(start));
  }

  /** Adaptive baud rate is learnt from upper-case `AT` alone (AT manual, IPR). */
  #trained(text: string): boolean {
    if (this.#training === 0) return true;
    if (!text.endsWith('AT')) return false;
    this.#training -= 1;
    this.#ports.printer.enabled = this.#training === 0;
    return false;
  }

  #run(text: string): void {
    const { board, rules } = this.#ports;
    const request = parseCommand(text);
    const handler = request === undefined ? undefined : commands[request.name];
    if (request === undefined || handler === undefined) {
      this.#answer({ name: '', kind: 'execute', args: [], text, save: false }, error());
      return;
    }
    const refusal = rules.take('refuse', request.name, text);
    if (refusal !== undefined) this.#answer(request, refused(refusal.final));
    else if (request.kind === 'test') this.#answer(request, ok());
    else this.#answer(request, this.#withFaults(request, handler(board, request)));
  }

  /** Prints the answer when its time has come; until then the module is busy. */
  #answer(request: CommandRequest, answer: Answer): void {
    const { board, schedule, rules } = this.#ports;
    this.#busy = request;
    const usual = answer.delayMs ?? board.timing.within(board.profile.answerMs);
    const lost =
      answer.data === undefined && rules.take('loseAnswer', request.name, request.text) !== undefined;
    schedule.after(usual + this.extraDelayMs, () => {
      if (answer.data !== undefined) {
        this.#prompt(request, answer.data);
        return;
      }
      this.#busy = undefined;
      if (!lost) this.#print(answer);
      answer.then?.();
    });
  }

  #print({ information, final, trailer }: Answer): void {
    const texts = information.length === 0 ? [] : [information.join('\r\n')];
    const result = this.#finalText(final);
    if (result !== undefined) texts.push(result);
    if (trailer !== undefined) texts.push(trailer);
    if (texts.length > 0) this.#ports.printer.frames(texts);
  }

  #finalText(final: Final): string | undefined {
    switch (final.kind) {
      case 'ok':
        return 'OK';
      case 'error':
        return 'ERROR';
      case 'cme':
        return cmeText(this.#ports.board.settings.errorMode, final.code);
      case 'text':
        return final.text;
      case 'none':
        return undefined;
    }
  }

  #prompt(request: CommandRequest, data: DataRequest): void {
    const { printer, schedule } = this.#ports;
    this.#line = Buffer.alloc(0);
    if (this.#ports.rules.take('losePrompt', request.name, request.text) === undefined) {
      printer.raw(`\r\n${data.prompt}`);
    }
    this.#data = new DataEntry(data, schedule, (payload, whole) => {
      this.#data = undefined;
      if (data.echo) printer.raw(payload.toString('latin1'));
      this.#answer(
        { ...request, name: request.name, args: [] },
        this.#withFaults(request, whole ? data.complete(payload) : data.expired(payload)),
      );
    });
    const early = this.#early;
    this.#early = [];
    for (const bytes of early) this.accept(bytes);
  }

  /** Faults that let the command be accepted and spoil what follows. */
  #withFaults(request: CommandRequest, answer: Answer): Answer {
    const { board, rules } = this.#ports;
    const operation = outcomeOf[request.name];
    if (operation === undefined || answer.then === undefined || !bringsOutcome(request)) return answer;
    if (rules.take('errorAfterOk', request.name, request.text) !== undefined) {
      return { ...answer, then: () => board.session.failOutcome('acknowledgement') };
    }
    if (rules.take('loseOutcome', request.name, request.text) !== undefined) {
      board.session.muteOutcome(operation);
    }
    return answer;
  }
}

function refused(final: string): Answer {
  const code = /^\+CME ERROR: (\d+)$/.exec(final)?.[1];
  if (code !== undefined) return cme(Number(code));
  return final === 'ERROR' ? error() : finalText(final);
}

function isBareAt(text: string): boolean {
  return /^AT$/i.test(text);
}

/** A publication with QoS 0 is done with its OK. */
function bringsOutcome({ name, args }: CommandRequest): boolean {
  return !(name.startsWith('MPUB') && args[1]?.value === '0');
}

/** Commands that prompt; while one of them is worked on, what comes is data that came too early. */
function expectsData({ name, args }: CommandRequest): boolean {
  return (name === 'MPUBEX' || name === 'FSWRITE') && args.length > 0;
}
