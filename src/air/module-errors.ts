/** What a number means that the module refuses with, and what the link makes of it. */
export interface ModuleError {
  readonly number: number;
  readonly meaning: string;
  /** Where it is met and what follows; `docs/errors.md` shows it. */
  readonly handling: string;
}

const FAILS = 'The step fails with the code of its state; the status tells number and meaning.';
const BEARER = 'To SAPBR: the bearer’s state is asked, and unless it is up `BEARER_FAILED`.';
const CONNECT = 'To MIPSTART: `TCP_FAILED`.';
const DEFECT = 'Not expected for what luat-link sends; where it comes all the same, the step fails.';

/** `+CME ERROR: <n>` (AT manual, CME ERROR; up to 150 as in 3GPP TS 27.007, 9.2). */
export const cmeErrors: readonly ModuleError[] = [
  {
    number: 3,
    meaning: 'operation not allowed',
    handling: 'To SAPBR=0,1, whose bearer is closed already: skipped. After MCONNECT: `MQTT_REFUSED`.',
  },
  {
    number: 4,
    meaning: 'not supported, or the stack is not ready',
    handling: 'In the first half minute after a boot: asked again until it is.',
  },
  { number: 10, meaning: 'SIM not inserted', handling: 'To CPIN?: asked again, then `SIM_MISSING`.' },
  {
    number: 11,
    meaning: 'SIM PIN required',
    handling: 'To CPIN?: the configured PIN is entered once; without one `SIM_PIN_REQUIRED`.',
  },
  { number: 12, meaning: 'SIM PUK required', handling: 'To CPIN?: `SIM_BLOCKED`.' },
  { number: 13, meaning: 'SIM failure', handling: 'To CPIN?: asked again, then `SIM_MISSING`.' },
  { number: 14, meaning: 'SIM busy', handling: 'To CPIN?: asked again, it passes by itself.' },
  { number: 15, meaning: 'wrong SIM', handling: 'To CPIN?: asked again, then `SIM_MISSING`.' },
  {
    number: 16,
    meaning: 'incorrect password',
    handling: 'To CPIN= with the PIN: `SIM_PIN_WRONG`, never a second try.',
  },
  { number: 30, meaning: 'no network service', handling: BEARER },
  { number: 31, meaning: 'network timeout', handling: BEARER },
  { number: 50, meaning: 'execution failed', handling: FAILS },
  { number: 51, meaning: 'no memory', handling: 'To FSWRITE: `TLS_SETUP_FAILED`.' },
  { number: 53, meaning: 'invalid parameter', handling: DEFECT },
  {
    number: 58,
    meaning: 'invalid command line',
    handling: 'To a command that this firmware lacks, such as MQTTSTATU: done without it.',
  },
  { number: 62, meaning: 'file does not exist', handling: 'To FSDEL: skipped, the file is written anew.' },
  { number: 100, meaning: 'unknown error', handling: FAILS },
  { number: 107, meaning: 'data service not allowed', handling: BEARER },
  { number: 111, meaning: 'network not allowed', handling: BEARER },
  { number: 148, meaning: 'data bearer refused without a reason', handling: BEARER },
  { number: 149, meaning: 'PDP authentication failed', handling: BEARER },
  { number: 765, meaning: 'invalid input value', handling: 'To MCONFIG: `MQTT_CONFIG_FAILED`.' },
  {
    number: 767,
    meaning: 'operation failed',
    handling:
      'To MIPCLOSE, whose connection is closed already: skipped. To MPUB: the session is asked for, `SESSION_LOST` when it is gone. To MIPSTART: `TCP_FAILED`; a TLS port answers so to mqtt://.',
  },
  ...[791, 792, 793, 794, 795, 796].map((number) => ({
    number,
    meaning: 'wrong parameters: their number, range, type or format',
    handling: DEFECT,
  })),
  {
    number: 797,
    meaning: 'the radio is off',
    handling: 'To CGATT?: asked again, then `NOT_ATTACHED`, whose cure switches the radio on.',
  },
  { number: 901, meaning: 'the data bearer is not active', handling: BEARER },
  { number: 902, meaning: 'the data bearer is active already', handling: 'To SAPBR=1,1: as good as OK.' },
  ...[910, 911, 912, 913, 914, 915].map((number) => ({
    number,
    meaning: 'TCP connection failed',
    handling: CONNECT,
  })),
  { number: 917, meaning: 'the name server does not answer', handling: CONNECT },
  { number: 918, meaning: 'the name server knows no such host', handling: CONNECT },
  { number: 65535, meaning: 'other error', handling: FAILS },
];

/** `TCP ERROR:<n>`; of the numbers 0 to 18 these two are explained (AT manual, TCPIP error codes). */
export const tcpErrors: readonly ModuleError[] = [
  { number: 12, meaning: 'timeout', handling: '`TCP_CLOSED`, connected again.' },
  { number: 14, meaning: 'reset by the other side', handling: '`TCP_CLOSED`, connected again.' },
];

const cmeMeanings = meaningsOf(cmeErrors);
const tcpMeanings = meaningsOf(tcpErrors);

/** The line that a module refuses with, and what its number means: `+CME ERROR: 149 (PDP authentication failed)`. */
export function explainRefusal(line: string): string {
  const text = line.trim();
  const number = /^\+CME ?E(?:RROR)?\s*:\s*(\d+)$/.exec(text)?.[1];
  if (number !== undefined) return withMeaning(`+CME ERROR: ${number}`, cmeMeanings.get(Number(number)));
  // A text of the module's own choice could repeat the command, secrets and all.
  return /^[\w+: ]{1,60}$/.test(text) ? text : `an error text of ${text.length} bytes`;
}

/** `TCP ERROR: 12 (timeout)`. */
export function explainTcpError(number: number): string {
  return withMeaning(`TCP ERROR: ${number}`, tcpMeanings.get(number));
}

function withMeaning(text: string, meaning: string | undefined): string {
  return meaning === undefined ? text : `${text} (${meaning})`;
}

function meaningsOf(errors: readonly ModuleError[]): ReadonlyMap<number, string> {
  return new Map(errors.map(({ number, meaning }) => [number, meaning]));
}
