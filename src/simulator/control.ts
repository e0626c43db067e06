import type { SoftwareModem } from './modem.js';
import { deactSpellings, type DeactSpelling } from './spellings.js';

interface ControlCommand {
  /** Its arguments, for `help`. */
  readonly usage: string;
  readonly about: string;
  /** @returns the answer, or undefined when the arguments are none of its own */
  readonly run: (modem: SoftwareModem, args: readonly string[]) => string | undefined;
}

const DONE = 'ok';

/** One word a fault, so that a person or a script in any language can strike; each answer is one line. */
const controls: Readonly<Record<string, ControlCommand>> = {
  closed: act('the connection closes', (modem) => modem.faults.closed()),
  'half-open': {
    usage: '[unnoticed]',
    about: 'the connection dies without a word; "unnoticed": MQTTSTATU still says 1',
    run: (modem, [how]) => {
      if (how !== undefined && how !== 'unnoticed') return undefined;
      modem.faults.halfOpen(how === undefined);
      return DONE;
    },
  },
  deact: {
    usage: `[${deactSpellings.join('|')}]`,
    about: 'the bearer is lost, in this spelling or the usual one of the module',
    run: (modem, [spelling = modem.quirks.deactSpelling]) => {
      if (!isSpelling(spelling)) return undefined;
      modem.faults.deact(spelling);
      return DONE;
    },
  },
  bearer: choice('refuse', 'grant', 'the network refuses data bearers, or grants them', (modem, refused) =>
    modem.faults.refuseBearer(refused),
  ),
  registration: choice('deny', 'accept', 'the network denies the card, or takes it again', (modem, denied) =>
    modem.faults.denyRegistration(denied),
  ),
  'slow-bearer': number('MS', 'an opened bearer is "connecting" so long', 0, 3_600_000, (modem, ms) =>
    modem.faults.slowBearer(ms),
  ),
  time: choice('lose', 'tell', 'clock decades behind, no +NITZ; or right again', (modem, lost) =>
    modem.faults.loseTime(lost),
  ),
  hang: act('silent until reset or power', (modem) => modem.faults.hang()),
  reboot: {
    usage: '[0|1|2]',
    about: 'the module restarts and says RDY so many times',
    run: (modem, [count = '1']) => {
      if (count !== '0' && count !== '1' && count !== '2') return undefined;
      modem.faults.reboot(count === '0' ? 0 : count === '1' ? 1 : 2);
      return DONE;
    },
  },
  sim: choice('out', 'in', 'the card is taken out, or put in', (modem, out) =>
    out ? modem.faults.simOut() : modem.faults.simIn(),
  ),
  detach: act('no network', (modem) => modem.faults.detach()),
  attach: act('the network is back', (modem) => modem.faults.attach()),
  signal: number('0-31', 'what AT+CSQ tells', 0, 31, (modem, rssi) => modem.faults.signal(rssi)),
  garbage: number('BYTES', 'random bytes on the line', 1, 1_000_000, (modem, count) =>
    modem.faults.garbage(count),
  ),
  print: {
    usage: 'TEXT',
    about: 'this text on the line, with \\r and \\n: half a line, a prompt, a URC',
    run: (modem, words) => {
      if (words.length === 0) return undefined;
      modem.faults.print(words.join(' ').replaceAll('\\r', '\r').replaceAll('\\n', '\n'));
      return DONE;
    },
  },
  storm: number('MS', '1,000 URCs a second for so long', 1, 60_000, (modem, ms) =>
    modem.faults.storm(1_000, ms),
  ),
  hold: number('MS', 'no output for so long, then all of it', 1, 3_600_000, (modem, ms) =>
    modem.faults.holdOutput(ms),
  ),
  'break-off': act('the next output breaks off in its middle', (modem) => modem.faults.breakOff()),
  split: number('BYTES', 'output in pieces of so many bytes, 0: whole', 0, 1_000, (modem, bytes) =>
    modem.faults.splitOutput(bytes),
  ),
  glue: choice('on', 'off', 'output without its opening line ends', (modem, on) =>
    modem.faults.glueOutput(on),
  ),
  echo: choice('on', 'off', 'commands are echoed', (modem, on) => modem.faults.echo(on)),
  mute: choice('on', 'off', 'output is thrown away', (modem, on) => modem.faults.mute(on)),
  delay: number('MS', 'every answer comes so much later', 0, 3_600_000, (modem, ms) =>
    modem.faults.delayAnswers(ms),
  ),
  loss: number('0-1', 'chance of each byte of output to be lost', 0, 1, (modem, chance) =>
    modem.faults.byteLoss(chance),
  ),
  fail: {
    usage: 'COMMAND [ERROR|CODE] [TIMES]',
    about: 'the command is refused: "fail MIPSTART 767 3"',
    run: (modem, [command, final = 'ERROR', times = '1']) => {
      if (command === undefined || !/^([A-Z]+|\d+)$/.test(final) || !/^\d+$/.test(times)) return undefined;
      const text = /^\d+$/.test(final) ? `+CME ERROR: ${final}` : final;
      modem.faults.failNext(command, text, Number(times));
      return DONE;
    },
  },
  'error-after-ok': repeated('OK, later ERROR', (modem, command, times) =>
    modem.faults.errorAfterOk(command, times),
  ),
  'lose-prompt': repeated('the prompt for its data is lost', (modem, command, times) =>
    modem.faults.losePrompt(command, times),
  ),
  'lose-answer': repeated('executed, the answer is lost', (modem, command, times) =>
    modem.faults.loseAnswer(command, times),
  ),
  'lose-outcome': repeated('executed, CONNECT OK, SUBACK, PUBACK … are lost', (modem, command, times) =>
    modem.faults.loseOutcome(command, times),
  ),
  'overwrite-cache': {
    usage: '[TOPIC]',
    about: 'five messages at once, one more than there are slots',
    run: (modem, [topic]) => {
      modem.faults.overwriteCache(topic);
      return DONE;
    },
  },
  'late-connect': number('MS', 'the next CONNECT OK comes so much too late', 1, 3_600_000, (modem, ms) =>
    modem.faults.lateConnectOk(ms),
  ),
  clear: act('takes back what lasts or is armed', (modem) => modem.faults.clear()),
  power: choice('on', 'off', 'the supply', (modem, on) => (on ? modem.powerOn() : modem.powerOff())),
  reset: number('MS', 'a low pulse on the RESET pin', 1, 60_000, (modem, ms) => modem.pulseReset(ms), '600'),
  'power-key': number(
    'MS',
    'a low pulse on PWRKEY',
    1,
    60_000,
    (modem, ms) => modem.pulsePowerKey(ms),
    '2000',
  ),
  state: { usage: '', about: 'how the module stands', run: (modem) => JSON.stringify(modem.state()) },
  violations: {
    usage: '',
    about: 'what the host did that the module does not take',
    run: (modem) => JSON.stringify(modem.violations),
  },
  help: {
    usage: '[COMMAND]',
    about: 'this list, or one command',
    run: (_modem, [name]) => {
      if (name === undefined) return `commands: ${Object.keys(controls).join(', ')}`;
      const control = find(name);
      return control && `${name} ${control.usage}`.trimEnd() + `: ${control.about}`;
    },
  },
};

/**
 * Runs one line of the control protocol, such as `closed`, `deact cgev-nw` or `fail MIPSTART 767 3`.
 * @returns one line: `ok`, the information asked for, or `error: …`
 */
export function control(modem: SoftwareModem, line: string): string {
  const [name = '', ...args] = line.trim().split(/\s+/);
  if (name === '') return 'error: empty line; try "help"';
  const found = find(name);
  if (found === undefined) return `error: unknown command "${name}"; try "help"`;
  return found.run(modem, args) ?? `error: usage: ${name} ${found.usage}`.trimEnd();
}

function find(name: string): ControlCommand | undefined {
  return Object.hasOwn(controls, name) ? controls[name] : undefined;
}

function isSpelling(text: string): text is DeactSpelling {
  return deactSpellings.some((spelling) => spelling === text);
}

function act(about: string, strike: (modem: SoftwareModem) => void): ControlCommand {
  return {
    usage: '',
    about,
    run: (modem, args) => {
      if (args.length > 0) return undefined;
      strike(modem);
      return DONE;
    },
  };
}

/** One of two words; `strike` is told whether it was the first. */
function choice(
  yes: string,
  no: string,
  about: string,
  strike: (modem: SoftwareModem, first: boolean) => void,
): ControlCommand {
  return {
    usage: `${yes}|${no}`,
    about,
    run: (modem, [word]) => {
      if (word !== yes && word !== no) return undefined;
      strike(modem, word === yes);
      return DONE;
    },
  };
}

function number(
  usage: string,
  about: string,
  least: number,
  most: number,
  strike: (modem: SoftwareModem, value: number) => void,
  usual?: string,
): ControlCommand {
  return {
    usage: usual === undefined ? usage : `[${usage}]`,
    about,
    run: (modem, [text = usual]) => {
      if (text === undefined || !/^\d+(\.\d+)?$/.test(text)) return undefined;
      const value = Number(text);
      if (value < least || value > most) return undefined;
      strike(modem, value);
      return DONE;
    },
  };
}

function repeated(
  about: string,
  strike: (modem: SoftwareModem, command: string, times: number) => void,
): ControlCommand {
  return {
    usage: 'COMMAND [TIMES]',
    about,
    run: (modem, [command, times = '1']) => {
      if (command === undefined || !/^[1-9]\d*$/.test(times)) return undefined;
      strike(modem, command, Number(times));
      return DONE;
    },
  };
}
