/** What can keep a software modem from being served. */
export type SimulatorErrorCode =
  /** This machine has neither the optional package @lydell/node-pty nor the `script` command. */
  | 'PSEUDO_TERMINAL_UNAVAILABLE'
  /** The link's path is taken by something that is no link. */
  | 'LINK_TAKEN'
  /** The child process that served the modem ended. */
  | 'CHILD_ENDED';

/** An error of the software modem’s surroundings; branch on `code`. */
export class SimulatorError extends Error {
  override readonly name = 'SimulatorError';
  readonly code: SimulatorErrorCode;

  constructor(code: SimulatorErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
