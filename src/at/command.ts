/**
 * One AT command: what is sent, which lines are its answer, how long it may take. Commands are built only by the typed
 * constructors of a dialect; nothing here knows what a particular modem offers.
 */
export interface AtCommand<Answer = void> {
  /** The command's name without its arguments, for logs and tests: `MCONFIG`, `SAPBR`. */
  readonly name: string;
  /** What goes on the wire, without the final CR; one character is one byte (latin1). */
  readonly text: string;
  /** The same for people: secrets replaced by `***`, by the command's own grammar. */
  readonly display: string;
  /** Information lines that belong to this answer; others are URCs or noise. */
  readonly information?: RegExp;
  /** Raw bytes that the module takes after its prompt `>`. */
  readonly data?: Buffer;
  /** How long the final result (and the prompt) may take, in milliseconds, counted from the last byte that arrived. */
  readonly timeoutMs: number;
  /** The second answer of commands whose OK only means "accepted". */
  readonly outcome?: OutcomeGrammar;
  /**
   * Reads the information lines of an answer that ended in OK.
   * @returns undefined when they are not what the command promises; the command then counts as refused
   */
  parse(information: readonly string[]): Answer | undefined;
}

/** What may follow the OK of a command that is only accepted: `CONNECT OK`, `SUBACK`, or `ERROR` after all. */
export interface OutcomeGrammar {
  /** The line that means done. */
  readonly success: RegExp;
  /** Lines that mean it failed, besides `ERROR` and `+CME ERROR`. */
  readonly failure?: RegExp;
  /** Lines on the way (`PUBREC`, `STATE:…`); each starts the time limit anew. */
  readonly progress?: RegExp;
  /** How long the outcome may take after OK, in milliseconds. */
  readonly timeoutMs: number;
}

/** How one command ended. */
export type AtResult<Answer> =
  | { readonly kind: 'done'; readonly answer: Answer; readonly outcome?: string }
  /** The module said no: in the final result, or in the outcome after an OK. */
  | {
      readonly kind: 'refused';
      readonly stage: 'final' | 'outcome';
      readonly line: string;
      readonly cme?: number;
    }
  /** Nothing came in time. After this the channel resynchronises before it sends anything else. */
  | { readonly kind: 'unanswered'; readonly stage: 'prompt' | 'final' | 'outcome' }
  /** It was taken back. `sent` tells whether the module may have seen it: if so, its effect is unknown. */
  | { readonly kind: 'cancelled'; readonly sent: boolean };
