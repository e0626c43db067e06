/** How a command ends: `none` for the few that print no final result. */
export type Final =
  | { readonly kind: 'ok' }
  | { readonly kind: 'error' }
  | { readonly kind: 'cme'; readonly code: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none' };

/** What the module takes after its prompt. */
export interface DataRequest {
  readonly prompt: string;
  /** How many bytes; without it the data end at 0x1A or when the line falls silent. */
  readonly length?: number;
  /** Silence that ends it, milliseconds. */
  readonly idleMs?: number;
  /** Time that all of it may take, milliseconds. */
  readonly totalMs?: number;
  /** Whether the payload is printed back. */
  readonly echo: boolean;
  complete(data: Buffer): Answer;
  /** Time ran out before it was complete. */
  expired(data: Buffer): Answer;
}

export interface Answer {
  /** Lines in front of the final result. */
  readonly information: readonly string[];
  /** Lines that follow the final result within the same answer (CIPSTATUS). */
  readonly trailer?: string;
  readonly final: Final;
  /** Time until it is printed, where that is not the module's usual one. */
  readonly delayMs?: number;
  /** Asks for data first; the answer to them is the answer. */
  readonly data?: DataRequest;
  /** What the command set going, once its final result is out. */
  readonly then?: () => void;
}

export interface AnswerExtras {
  readonly delayMs?: number;
  readonly then?: () => void;
}

export function ok(information: readonly string[] = [], extras: AnswerExtras = {}): Answer {
  return { information, final: { kind: 'ok' }, ...extras };
}

export function error(): Answer {
  return { information: [], final: { kind: 'error' } };
}

/** @param code of `+CME ERROR: <code>` */
export function cme(code: number, information: readonly string[] = []): Answer {
  return { information, final: { kind: 'cme', code } };
}

/** A final result of its own, such as `SHUT OK`. */
export function finalText(text: string, extras: AnswerExtras = {}): Answer {
  return { information: [], final: { kind: 'text', text }, ...extras };
}

/** Information without any final result, such as AT+CIFSR. */
export function bare(information: readonly string[], extras: AnswerExtras = {}): Answer {
  return { information, final: { kind: 'none' }, ...extras };
}

/** The prompt `>`. */
export function prompt(data: DataRequest): Answer {
  return { information: [], final: { kind: 'none' }, data };
}

/** Error codes of the AT manual that the simulator uses. */
export const cmeCode = {
  notAllowed: 3,
  stackNotReady: 4,
  simNotInserted: 10,
  simPinRequired: 11,
  simPukRequired: 12,
  simBusy: 14,
  wrongPassword: 16,
  noMemory: 51,
  badParameter: 53,
  fileNotExist: 62,
  noService: 30,
  bearerRefused: 148,
  invalidInput: 765,
  operationFailed: 767,
  radioOff: 797,
} as const;

const verbose: Readonly<Record<number, string>> = {
  3: 'operation not allowed',
  4: 'operation not supported',
  10: 'SIM not inserted',
  11: 'SIM PIN required',
  12: 'SIM PUK required',
  14: 'SIM busy',
  16: 'incorrect password',
  30: 'no network service',
  51: 'memory full',
  53: 'invalid parameter',
  62: 'file not exist',
  148: 'unspecified GPRS error',
  765: 'invalid input value',
  767: 'operation failed',
  797: 'CFUN state is 0 or 4',
};

/** How an error is printed under AT+CMEE=0, 1 or 2. */
export function cmeText(mode: number, code: number): string {
  if (mode === 0) return 'ERROR';
  return `+CME ERROR: ${mode === 2 ? (verbose[code] ?? 'unknown error') : code}`;
}
