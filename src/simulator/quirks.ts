import type { CachedForm, DeactSpelling } from './spellings.js';

/**
 * Where the vendor's manuals, change logs and captures contradict each other, or where a firmware has a known fault:
 * each of these is a switch. A profile sets the usual value of its module, the user of the simulator any other.
 */
export interface Quirks {
  /** Texts that come without their closing CRLF (Air780E before V1161: `+CPIN: READY`; V1121: `CONNECT OK`). */
  readonly missingLineEnd: readonly string[];
  /** URCs come without their opening CRLF, glued to whatever was printed before. */
  readonly gluedUrc: boolean;
  /** `+CGEV` URCs come in two pieces, 50 ms apart. */
  readonly splitUrc: boolean;
  /** How often `RDY` is printed at a boot, 740 ms apart; commands between two of them are lost. */
  readonly readyCount: 0 | 1 | 2;
  /** What the ROM prints before `RDY`: its banner, or that banner at another baud rate, which reads as garbage. */
  readonly bootNoise: 'none' | 'banner' | 'garbage';
  /** Adaptive baud rate: nothing is printed, boot URCs included, until upper-case `AT` trained it. */
  readonly adaptiveBaud: boolean;
  /** How many `AT` the training consumes without an answer, at least one. */
  readonly trainingCommands: number;
  /** MPUBEX payload is echoed even after ATE0 (Air724 V301846). */
  readonly payloadEcho: boolean;
  /** A close by the server is not reported at all (Air720 before V838). */
  readonly closedSuppressed: boolean;
  /** FSWRITE prompts with `> ` instead of `>` (Air724 V401857). */
  readonly promptSpace: boolean;
  /** MCONNECT without its third argument answers ERROR (Air780E LPAT before V1156, Air780EL _MU before V1006). */
  readonly threeArgumentConnect: boolean;
  /** MIPSTART on an open connection: `ALREADY CONNECT` after OK, or plain ERROR. */
  readonly alreadyConnect: 'outcome' | 'error';
  /** For so long after a boot network commands answer `+CME ERROR: 4`. */
  readonly stackNotReadyMs: number;
  /** Output is dropped when more piles up than the line can carry (Air724 before V401857). */
  readonly losesPushedOutput: boolean;
  /** What an MPUBEX with a length does when its data stop short for five seconds; documented only without a length. */
  readonly cutPublish: 'wait' | 'error' | 'publish';
  /** Bytes sent together with the command, before the prompt, are taken as payload (Air780E V1155 to V1158). */
  readonly takesDataBeforePrompt: boolean;
  /** A line in which something stands before `AT` is ignored (Air780E before V1122). */
  readonly ignoresUnalignedCommand: boolean;
  /** The UART stays dead after AT+CSCLK other than 0, until a reset. */
  readonly deadAfterSleep: boolean;
  /** How received messages are handed over after a boot. */
  readonly defaultReceive: 'direct' | 'cached';
  /** How MQTTMSGGET prints a message. */
  readonly cachedForm: CachedForm;
  /** How the loss of the data bearer is announced. */
  readonly deactSpelling: DeactSpelling;
  /** What AT+CIPSHUT answers. */
  readonly shutAnswer: 'SHUT OK' | 'OK';
  /** Longest payload that is received, in bytes; a longer message is dropped. */
  readonly receiveLimit: number;
  /** Whether the MPUB limit counts hex digits or bytes in HEX mode. */
  readonly hexLimitUnit: 'digits' | 'bytes';
  /** How a refused login shows after the OK of MCONNECT. */
  readonly connackRefusal: 'ERROR' | '+CME ERROR: 3' | 'CLOSED';
  /** MDISCONNECT drops the connection without a DISCONNECT packet, so that the broker publishes the will. */
  readonly willOnDisconnect: boolean;
  /** MCONFIG with an empty quoted user and password answers `+CME ERROR: 765`. */
  readonly refusesEmptyLogin: boolean;
  /** AT+SAPBR=1,1 on an open bearer answers `+CME ERROR: 3` instead of OK. */
  readonly refusesReopenedBearer: boolean;
  /** A card put in again works at once; without it only after a reboot. */
  readonly simHotSwap: boolean;
  /** What a long enough low pulse on RESET does (Air780E: its RESET_N is a power-off). */
  readonly resetPin: 'reboot' | 'power-off';
}

/** What holds unless a profile or the user says otherwise. */
export const usualQuirks: Quirks = {
  missingLineEnd: [],
  gluedUrc: false,
  splitUrc: false,
  readyCount: 1,
  bootNoise: 'garbage',
  adaptiveBaud: false,
  trainingCommands: 1,
  payloadEcho: false,
  closedSuppressed: false,
  promptSpace: false,
  threeArgumentConnect: false,
  alreadyConnect: 'outcome',
  stackNotReadyMs: 0,
  losesPushedOutput: false,
  cutPublish: 'error',
  takesDataBeforePrompt: false,
  ignoresUnalignedCommand: false,
  deadAfterSleep: false,
  defaultReceive: 'direct',
  cachedForm: 'quoted',
  deactSpelling: 'cgev-nw',
  shutAnswer: 'SHUT OK',
  receiveLimit: 4100,
  hexLimitUnit: 'digits',
  connackRefusal: 'ERROR',
  willOnDisconnect: true,
  refusesEmptyLogin: false,
  refusesReopenedBearer: false,
  simHotSwap: true,
  resetPin: 'reboot',
};
