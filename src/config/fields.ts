import { z } from 'zod';

/** What a schema's error function is told about a value that does not fit. */
interface Misfit {
  readonly code?: string | undefined;
  readonly expected?: unknown;
  readonly input?: unknown;
}

/**
 * The error of a field: says what is allowed, and of the value at most its kind. Values never get into a message, since
 * any of them may be a secret that stands in the wrong place.
 */
export function mustBe(allowed: string): { error: (misfit: Misfit) => string } {
  return {
    error: ({ code, expected, input }) => {
      if (input === undefined) return `is missing; it must be ${allowed}`;
      if (code !== 'invalid_type') return `must be ${allowed}`;
      const quotes = expected === 'string' && typeof input !== 'object' ? ' (put it in quotes)' : '';
      return `is ${kindOf(input)}; it must be ${allowed}${quotes}`;
    },
  };
}

/** A whole number within limits. Only fields of this kind, which hold no secrets, quote the number they got. */
export function wholeNumber(min: number, max: number, unit = ''): z.ZodInt {
  const allowed = `a whole number${unit === '' ? '' : ` of ${unit}`} from ${min} to ${max}`;
  const misfit = {
    error: ({ input }: Misfit) => {
      if (input === undefined) return `is missing; it must be ${allowed}`;
      return `is ${typeof input === 'number' ? input : kindOf(input)}; it must be ${allowed}`;
    },
  };
  const number = z.int(misfit).min(min, misfit).max(max, misfit);
  return unit === '' ? number : number.meta({ unit });
}

/** The longest delay that Node's timers hold; a longer one would fire after 1 ms. */
const LONGEST_DELAY_MS = 2_147_483_647;

/** A delay in milliseconds. `min` is 1 where a delay of nothing would make a loop that never rests. */
export function delayMs(min: 0 | 1 = 0): z.ZodInt {
  return wholeNumber(min, LONGEST_DELAY_MS, 'milliseconds');
}

/** A TCP port number. */
export function tcpPort(min: 0 | 1 = 1): z.ZodInt {
  return wholeNumber(min, 65_535);
}

/** true or false. */
export function flag(): z.ZodBoolean {
  return z.boolean(mustBe('true or false'));
}

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  words: Words,
): z.ZodEnum<{ [Word in Words[number]]: Word }> {
  return z.enum(words, mustBe(`one of ${words.join(', ')}`));
}

/**
 * Text of a limited length without control characters, which no quoted argument of an AT command can carry.
 * @param maxBytes limit in bytes of UTF-8
 */
export function text(minBytes: number, maxBytes: number): z.ZodString {
  const allowed = mustBe(
    `${minBytes > 0 ? `${minBytes}` : 'up'} to ${maxBytes} bytes of text without control characters`,
  );
  return z.string(allowed).refine((value) => fits(value, minBytes, maxBytes) && !hasControls(value), allowed);
}

/** The path of a file or folder. */
export function filePath(): z.ZodString {
  const allowed = mustBe('a path');
  return z
    .string(allowed)
    .min(1, allowed)
    .refine((value) => !value.includes('\0'), allowed);
}

/** Whether a text is that long in UTF-8. */
export function fits(value: string, minBytes: number, maxBytes: number): boolean {
  const length = Buffer.byteLength(value);
  return length >= minBytes && length <= maxBytes;
}

/** Whether a text has characters of the C0 or C1 sets or DEL: CR ends an AT command, Ctrl-Z ends data. */
export function hasControls(value: string): boolean {
  return /\p{Cc}/u.test(value);
}

function kindOf(input: unknown): string {
  if (input === null) return 'empty';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'number') return Number.isFinite(input) ? 'a number' : 'not a finite number';
  return KINDS[typeof input];
}

const KINDS = {
  bigint: 'a number',
  boolean: 'true or false',
  function: 'a function',
  number: 'a number',
  object: 'a group of keys',
  string: 'text',
  symbol: 'a symbol',
  undefined: 'missing',
} as const;
