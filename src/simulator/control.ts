import type { SoftwareModem } from './modem.js';
import { deactSpellings } from './spellings.js';

interface Command {
  readonly usage: string;
  readonly does: string;
  /** @returns what to answer, "ok" when nothing else */
  readonly act: (modem: SoftwareModem, words: readonly string[]) => string | undefined;
}

const commands: Readonly<Record<string, Command>> = {
  help: { usage: 'help', does: 'lists the commands', act: () => helpText() },
  state: { usage: 'state', does: 'what the module is doing, as JSON', act: (modem) => JSON.stringify(modem.state()) },
  violations: {
    usage: 'violations',
    does: 'what the host did wrong on the line, as JSON',
    act: (modem) => JSON.stringify(modem.violations),
  },
  closed: { usage: 'closed', does: 'the TCP connection closes', act: (modem) => done(modem.faults.closed()) },
  'half-open': {
    usage: 'half-open [unnoticed]',
    does: 'the connection dies without a word',
    act: (modem, [how]) => done(modem.faults.halfOpen(how !== 'unnoticed')),
  },
  deact: {
    usage: `deact ${deactSpellings.join('|')}`,
    does: 'the bearer goes, announced in that spelling',
    act: (modem, [word]) => {
      const spelling = deactSpellings.find((known) => known === (word ?? 'sapbr'));
      if (spelling === undefined) throw new Usage('deact');
      return done(modem.faults.deact(spelling));
    },
  },
  bearer: {
    usage: 'bearer refuse|grant',
    does: 'the network refuses data bearers, or grants them',
    act: (modem, [word]) => done(modem.faults.refuseBearer(oneOf('bearer', word, ['refuse', 'grant']) === 'refuse')),
  },
  hang: { usage: 'hang', does: 'the module is dead until reset', act: (modem) => done(modem.faults.hang()) },
  reboot: {
    usage: 'reboot [0|1|2]',
    does: 'the module restarts, and says RDY so often',
    act: (modem, [count]) => {
      const times = Number(oneOf('reboot', count ?? '1', ['0', '1', '2']));
      return done(modem.faults.reboot(times === 0 ? 0 : times === 1 ? 1 : 2));
    },
  },
  sim: {
    usage: 'sim out|in',
    does: 'the card is taken out, or put in',
    act: (modem, [word]) =>
      done(oneOf('sim', word, ['out', 'in']) === 'out' ? modem.faults.simOut() : modem.faults.simIn()),
  },
  network: {
    usage: 'network off|on',
    does: 'out of coverage, or back',
    act: (modem, [word]) =>
      done(oneOf('network', word, ['off', 'on']) === 'off' ? modem.faults.detach() : modem.faults.attach()),
  },
  signal: {
    usage: 'signal RSSI',
    does: 'the signal, 0 to 31',
    act: (modem, [rssi]) => done(modem.faults.signal(number('signal', rssi))),
  },
  garbage: {
    usage: 'garbage BYTES',
    does: 'random bytes on the line',
    act: (modem, [count]) => done(modem.faults.garbage(number('garbage', count))),
  },
  mute: {
    usage: 'mute on|off',
    does: 'output is thrown away, commands are executed',
    act: (modem, [word]) => done(modem.faults.mute(oneOf('mute', word ?? 'on', ['on', 'off']) === 'on')),
  },
  late: {
    usage: 'late MS',
    does: 'every answer comes so much later',
    act: (modem, [ms]) => done(modem.faults.delayAnswers(number('late', ms))),
  },
  'byte-loss': {
    usage: 'byte-loss PROBABILITY',
    does: 'each byte of output is lost with this probability',
    act: (modem, [share]) => done(modem.faults.byteLoss(number('byte-loss', share))),
  },
  fail: {
    usage: 'fail COMMAND [CME] [TIMES]',
    does: 'refuses the next uses: ERROR, or +CME ERROR: n',
    act: (modem, [name, cme, times]) => {
      const final = cme === undefined || cme === 'ERROR' ? 'ERROR' : `+CME ERROR: ${number('fail', cme)}`;
      return done(modem.faults.failNext(word('fail', name), final, number('fail', times ?? '1')));
    },
  },
  'error-after-ok': {
    usage: 'error-after-ok COMMAND [TIMES]',
    does: 'OK, then ERROR instead of the outcome',
    act: (modem, [name, times]) =>
      done(modem.faults.errorAfterOk(word('error-after-ok', name), number('error-after-ok', times ?? '1'))),
  },
  'lose-answer': {
    usage: 'lose-answer COMMAND [TIMES]',
    does: 'executes it without answering',
    act: (modem, [name, times]) =>
      done(modem.faults.loseAnswer(word('lose-answer', name), number('lose-answer', times ?? '1'))),
  },
  'lose-outcome': {
    usage: 'lose-outcome COMMAND [TIMES]',
    does: 'CONNECT OK, SUBACK, PUBACK … do not arrive',
    act: (modem, [name, times]) =>
      done(modem.faults.loseOutcome(word('lose-outcome', name), number('lose-outcome', times ?? '1'))),
  },
  'overwrite-cache': {
    usage: 'overwrite-cache',
    does: 'five messages for the four slots',
    act: (modem) => done(modem.faults.overwriteCache()),
  },
  'late-connect': {
    usage: 'late-connect MS',
    does: 'the next CONNECT OK comes so much too late',
    act: (modem, [ms]) => done(modem.faults.lateConnectOk(number('late-connect', ms))),
  },
  clear: { usage: 'clear', does: 'takes back all that lasts or is armed', act: (modem) => done(modem.faults.clear()) },
  'reset-pin': {
    usage: 'reset-pin [MS]',
    does: 'pulses the RESET pin, 600 ms unless told',
    act: (modem, [ms]) => done(modem.pulseReset(number('reset-pin', ms ?? '600'))),
  },
  'power-key': {
    usage: 'power-key [MS]',
    does: 'presses POWERKEY, 2000 ms unless told',
    act: (modem, [ms]) => done(modem.pulsePowerKey(number('power-key', ms ?? '2000'))),
  },
  power: {
    usage: 'power off|on',
    does: 'cuts the supply, or gives it back',
    act: (modem, [word]) => done(oneOf('power', word, ['off', 'on']) === 'off' ? modem.powerOff() : modem.powerOn()),
  },
};

/** Acts on one line of text, typed by a person or sent by a program. @returns one answer, never empty */
export function control(modem: SoftwareModem, line: string): string {
  const [name = '', ...words] = line.trim().split(/\s+/);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) return `error: there is no "${name}"; "help" lists what there is`;
  try {
    return command.act(modem, words) ?? 'ok';
  } catch (error) {
    if (error instanceof Usage) return `error: ${error.message}`;
    throw error;
  }
}

class Usage extends Error {
  constructor(name: string) {
    super(`usage: ${commands[name]?.usage ?? name}`);
  }
}

function helpText(): string {
  return Object.values(commands)
    .map(({ usage, does }) => `${usage.padEnd(34)} ${does}`)
    .join('\n');
}

/** What acts has nothing to say. */
function done(_nothing: void): undefined {
  return undefined;
}

function oneOf(name: string, value: string | undefined, allowed: readonly string[]): string {
  if (value === undefined || !allowed.includes(value)) throw new Usage(name);
  return value;
}

function number(name: string, text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || !Number.isFinite(value) || value < 0) throw new Usage(name);
  return value;
}

function word(name: string, text: string | undefined): string {
  if (text === undefined) throw new Usage(name);
  return text.toUpperCase();
}
