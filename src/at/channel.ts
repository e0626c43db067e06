import type { Clock } from '../clock/clock.js';
import { LinkError } from '../errors/link-error.js';
import type { AtCommand, AtResult } from './command.js';
import { EchoFilter } from './echo.js';
import { finalResult } from './final-result.js';
import type { WireGrammar, WireItem } from './line.js';
import { defaultResyncLimits, Resynchronizer, type ResyncLimits } from './resync.js';
import type { TraceEntry } from './trace.js';
import {
  isOutcomeLine,
  Transaction,
  type AnyTransaction,
  type LineState,
  type TransactionHost,
} from './transaction.js';
import { WireReader } from './wire-reader.js';

export interface AtChannelOptions {
  readonly clock: Clock;
  /** Puts bytes on the line, in order. */
  readonly write: (bytes: Buffer) => void;
  readonly grammar: WireGrammar;
  /**
   * Tells URCs from everything else. `awaiting` is the command that is open, if any: the same prefix may be its answer
   * (`+CPIN: READY`).
   */
  readonly classify: (line: string, awaiting: AtCommand<unknown> | undefined) => 'urc' | 'other';
  readonly onUrc: (line: string) => void;
  readonly onPayload: (item: PayloadItem) => void;
  /** The module did not answer a bare `AT` either; once for each resynchronisation that failed. */
  readonly onUnresponsive: () => void;
  readonly onTrace?: (entry: TraceEntry) => void;
  readonly resync?: Partial<ResyncLimits>;
}

export type PayloadItem = Extract<WireItem, { readonly kind: 'payload' | 'truncated' }>;

/** How `synchronize` ended. */
export type SyncResult = 'in-step' | 'unresponsive' | 'cancelled';

export interface Cancellable {
  /** Takes it back. Its callback has been called when this returns. */
  cancel(): void;
}

interface Synchronizing {
  readonly done: (result: SyncResult) => void;
}

/** Control characters would end or change a command; a character beyond a byte would be sent as another one. */
const unsendable = /[^\x20-\x7e\x80-\xff]/;

/**
 * The conversation with the module: one command at a time, each with its answer; everything the module says unasked is
 * taken out before a command sees it.
 *
 * Callbacks are synchronous and in the order of the wire: a promise for each command would let its result overtake a
 * URC of the same chunk. They may call the channel back, and must not throw.
 */
export class AtChannel {
  readonly #options: AtChannelOptions;
  readonly #reader: WireReader;
  readonly #echo: EchoFilter;
  readonly #resync: Resynchronizer;
  readonly #host: TransactionHost;
  #queue: AnyTransaction[] = [];
  #current: AnyTransaction | undefined;
  #synchronizing: Synchronizing[] = [];
  #inStep = true;
  #closed = false;
  #noise = 0;
  #chunks = 0;

  constructor(options: AtChannelOptions) {
    const { clock, grammar, resync } = options;
    this.#options = options;
    this.#reader = new WireReader({ clock, grammar, onItem: (item) => this.#onItem(item) });
    this.#echo = new EchoFilter(grammar);
    this.#resync = new Resynchronizer({
      clock,
      limits: { ...defaultResyncLimits, ...resync },
      lastByteAt: () => this.#reader.lastByteAt,
      chunks: () => this.#chunks,
      sendAt: () => this.#sendLine('AT', 'AT'),
      finished: (inStep) => this.#onResynchronized(inStep),
    });
    this.#host = {
      clock,
      lastByteAt: () => this.#reader.lastByteAt,
      expectPrompt: (expected) => this.#reader.expectPrompt(expected),
      sendText: ({ text, display }) => this.#sendLine(text, display),
      sendData: (data, { outcome }) => this.#sendData(data, (line) => this.#isAnswer(line, outcome)),
      answered: () => this.#echo.answered(),
      release: (state, settle) => this.#release(state, settle),
    };
  }

  /** When the module was last heard, by the clock's `now()`. */
  get lastByteAt(): number {
    return this.#reader.lastByteAt;
  }

  /** Whether nothing is under way or waiting. */
  get idle(): boolean {
    return !this.#current && !this.#resync.running && this.#queue.length === 0;
  }

  /** How many lines came that nobody knows. */
  get noise(): number {
    return this.#noise;
  }

  /** Takes bytes from the module, as they came. */
  receive(chunk: Buffer): void {
    this.#chunks += 1;
    this.#reader.push(chunk);
  }

  /**
   * Queues a command.
   * @param done called exactly once; on a closed channel before `run` returns
   * @param options `front` puts it before those that wait already
   * @throws LinkError INTERNAL when the text holds control characters or characters beyond a byte
   */
  run<Answer>(
    command: AtCommand<Answer>,
    done: (result: AtResult<Answer>) => void,
    options: { readonly front?: boolean } = {},
  ): Cancellable {
    if (unsendable.test(command.text)) {
      throw new LinkError(
        'INTERNAL',
        `AT+${command.name} holds characters that cannot be sent in a command line.`,
      );
    }
    const transaction = new Transaction(command, done, this.#host);
    if (this.#closed) {
      transaction.abandon();
      return transaction;
    }
    if (options.front) this.#queue.unshift(transaction);
    else this.#queue.push(transaction);
    this.#pump();
    return {
      cancel: () => {
        this.#queue = this.#queue.filter((waiting) => waiting !== transaction);
        transaction.cancel();
      },
    };
  }

  /**
   * The same as a promise, where the order against URCs does not matter.
   * @param options `signal` takes the command back
   */
  execute<Answer>(
    command: AtCommand<Answer>,
    options: { readonly signal?: AbortSignal; readonly front?: boolean } = {},
  ): Promise<AtResult<Answer>> {
    const { signal, ...place } = options;
    if (signal?.aborted) return Promise.resolve({ kind: 'cancelled', sent: false });
    return new Promise((resolve) => {
      const over = new AbortController();
      const running = this.run(
        command,
        (result) => {
          over.abort();
          resolve(result);
        },
        place,
      );
      if (!over.signal.aborted) {
        signal?.addEventListener('abort', () => running.cancel(), { once: true, signal: over.signal });
      }
    });
  }

  /**
   * Makes sure that command and answer are in step before anything else is sent: at the start, and whenever the module
   * may have been talking to somebody else. A bare `AT` goes first, since garbage before it swallows a command.
   */
  synchronize(done: (result: SyncResult) => void): Cancellable {
    if (this.#closed) {
      done('cancelled');
      return { cancel: () => undefined };
    }
    this.#inStep = false;
    const request: Synchronizing = { done };
    this.#synchronizing.push(request);
    this.#pump();
    return {
      cancel: () => {
        if (!this.#synchronizing.includes(request)) return;
        this.#synchronizing = this.#synchronizing.filter((other) => other !== request);
        done('cancelled');
      },
    };
  }

  /** The connection is gone, so the outcome of the command under way cannot come any more: takes it back. */
  cancelOutcomes(): void {
    this.#current?.cancelOutcome();
  }

  /** The module rebooted: whatever was asked will never be answered. Everything is cancelled, the line is free. */
  abortAll(): void {
    const open = [...(this.#current ? [this.#current] : []), ...this.#queue];
    const synchronizing = this.#synchronizing;
    this.#current = undefined;
    this.#queue = [];
    this.#synchronizing = [];
    this.#resync.stop();
    this.#echo.answered();
    this.#reader.expectPrompt(false);
    for (const transaction of open) transaction.abandon();
    for (const { done } of synchronizing) done('cancelled');
    this.#pump();
  }

  /** The port is gone. Everything is cancelled, and so is whatever is asked from now on. */
  close(): void {
    this.#closed = true;
    this.#reader.dispose();
    this.abortAll();
  }

  #onItem(item: WireItem): void {
    const echo = this.#echo.take(item);
    if (echo !== undefined) this.#trace('module', echo);
    else if (item.kind === 'line') this.#onLine(this.#echo.mask(item.text));
    else if (item.kind === 'prompt') this.#onPrompt();
    else this.#onPayload(item);
  }

  #onLine(line: string): void {
    const { classify, onUrc } = this.#options;
    if (classify(line, this.#current?.command) === 'urc') {
      this.#trace('module', line);
      onUrc(line);
      return;
    }
    const effect = this.#current?.read(line) ?? this.#readForResync(line);
    if (effect) {
      this.#trace('module', line);
      effect();
      return;
    }
    this.#noise += 1;
    this.#trace('module', `<line of ${line.length} bytes>`);
  }

  #readForResync(line: string): (() => void) | undefined {
    const result = this.#resync.running ? finalResult(line) : undefined;
    return result && (() => this.#resync.take(result));
  }

  #onPrompt(): void {
    this.#trace('module', '>');
    if (this.#current) this.#current.prompt();
    else {
      // Late: the module waits for data that it will not get.
      this.#resync.quarantine();
      this.#reader.expectPrompt(true);
    }
  }

  #onPayload(item: PayloadItem): void {
    const received =
      item.kind === 'payload' ? item.payload.length : `${item.received} of ${item.header.wireLength}`;
    this.#trace('module', `<payload of ${received} bytes>`);
    this.#options.onPayload(item);
  }

  #isAnswer(line: string, outcome: AtCommand['outcome']): boolean {
    return (
      finalResult(line) !== undefined ||
      isOutcomeLine(outcome, line) ||
      this.#options.classify(line, undefined) === 'urc'
    );
  }

  #sendLine(text: string, display: string): void {
    this.#echo.commandSent(text, display);
    this.#trace('host', display);
    this.#options.write(Buffer.from(`${text}\r`, 'latin1'));
  }

  #sendData(data: Buffer, isAnswer: (line: string) => boolean): void {
    this.#echo.dataSent(data, isAnswer);
    this.#trace('host', `<data of ${data.length} bytes>`);
    this.#options.write(data);
  }

  #release(state: LineState, settle: () => void): void {
    this.#current = undefined;
    this.#echo.answered();
    const inDataMode = state === 'out-of-step-in-data-mode';
    this.#reader.expectPrompt(inDataMode);
    if (inDataMode) this.#resync.quarantine();
    if (state !== 'in-step') this.#inStep = false;
    settle();
    this.#pump();
  }

  /** Starts what is due, if the line is free. */
  #pump(): void {
    if (this.#closed || this.#current || this.#resync.running) return;
    if (!this.#inStep) {
      if (this.#queue.length > 0 || this.#synchronizing.length > 0) this.#resync.start();
      return;
    }
    this.#current = this.#queue.shift();
    this.#current?.start();
  }

  #onResynchronized(inStep: boolean): void {
    const synchronizing = this.#synchronizing;
    this.#synchronizing = [];
    this.#inStep = inStep;
    const hopeless = inStep ? undefined : this.#queue.shift();
    if (!inStep) this.#options.onUnresponsive();
    for (const { done } of synchronizing) done(inStep ? 'in-step' : 'unresponsive');
    hopeless?.fail();
    this.#pump();
  }

  #trace(direction: TraceEntry['direction'], text: string): void {
    this.#options.onTrace?.({ direction, text });
  }
}
