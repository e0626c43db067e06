import { catalogue, type LinkErrorCode } from './catalogue.js';

export { linkErrorCodes, type LinkErrorCode } from './catalogue.js';

/**
 * Every error that luat-link hands to its user. Callers branch on `code`, never on wording; `message` says what
 * happened to what, `hint` what to do next, `retryable` whether the same call may succeed later without a change.
 */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly code: LinkErrorCode;
  readonly retryable: boolean;
  readonly hint: string;

  constructor(code: LinkErrorCode, message: string, options: LinkErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? catalogue[code].retryable;
    this.hint = options.hint ?? catalogue[code].hint;
  }
}

/** What differs from what the code says by itself. */
export interface LinkErrorOptions {
  readonly retryable?: boolean;
  readonly hint?: string;
  readonly cause?: unknown;
}
