import { moduleProfile } from '../actors/module-info.js';
import { fail, ok, skipped, warn, type Finding } from './finding.js';
import { Conversation } from './conversation.js';
import type { Examination } from './examination.js';

/** Rates that modules and their boards are set to, the likeliest first. */
export const usualRates: readonly number[] = [
  115_200, 9_600, 921_600, 460_800, 230_400, 57_600, 38_400, 19_200,
];

/** How a rate is tried: two answers in a row within so few tries, or it is another one. */
export const quickResync = { attempts: 4, answerMs: 300, silenceMs: 100, quarantineMs: 0 };

/** Whether anybody answers AT, at which rate, and who it is. */
export async function* answering(examination: Examination): AsyncGenerator<Finding> {
  const { config, progress } = examination;
  const { port } = config;
  const line = lineOf(examination);
  progress('asking the module: AT');
  const bytesBefore = line.bytes;
  const answers = await line.synchronize();
  if (!answers) {
    const heard = line.bytes > bytesBefore;
    await line.close();
    examination.line = undefined;
    const found = port.kind === 'tcp' ? undefined : await otherRate(examination, port);
    if (found !== undefined && port.kind !== 'tcp') {
      yield ok('at', `The module answers, but not at ${port.baudRate} baud.`);
      const advice = `Set port.baudRate: ${found}, or fix the module’s rate with AT+IPR=${port.baudRate};&W.`;
      yield fail(
        'baud',
        'MODEM_UNRESPONSIVE',
        `The module talks ${found} baud, not ${port.baudRate}.`,
        advice,
      );
      return;
    }
    yield silent(heard);
    return;
  }
  await line.ask(line.commands.echoOff());
  await line.ask(line.commands.numericErrors());
  yield ok('at', 'The module answers.');
  yield port.kind === 'tcp'
    ? skipped('baud', 'the port is served by TCP')
    : ok('baud', `${port.baudRate} baud, as configured.`);
  yield await identity(examination, line);
}

/** The line that an earlier step opened. */
export function lineOf({ line }: Examination): Conversation {
  if (line === undefined) throw new Error('the port is not open');
  return line;
}

async function otherRate(
  examination: Examination,
  port: Exclude<Examination['config']['port'], { readonly kind: 'tcp' }>,
): Promise<number | undefined> {
  const { clock, connect, config, progress } = examination;
  for (const baudRate of usualRates.filter((rate) => rate !== port.baudRate)) {
    if (examination.interrupted()) return undefined;
    progress(`asking the module at ${baudRate} baud`);
    const { commandTimeoutMs } = config.recovery;
    const trial = new Conversation({
      clock,
      connect: connect({ ...port, baudRate }),
      commandTimeoutMs,
      resync: quickResync,
    });
    try {
      await trial.open();
      if (await trial.synchronize()) return baudRate;
    } finally {
      await trial.close();
    }
  }
  return undefined;
}

function silent(heard: boolean): Finding {
  return heard
    ? fail(
        'at',
        'MODEM_UNRESPONSIVE',
        'Something comes from the line, but no answer to AT at any usual rate.',
        'It may be another of the module’s ports (its log or GPS output): `luat-link ports --probe` finds the AT port. Otherwise check RX, TX and ground.',
      )
    : fail(
        'at',
        'MODEM_UNRESPONSIVE',
        'Nothing answers AT, at any usual rate.',
        'Check that the module has power and was switched on (POWERKEY), that TX and RX are crossed, and that this is its AT port (`luat-link ports --probe`). A module that hangs comes back by its RESET pin or its supply only.',
      );
}

async function identity(examination: Examination, line: Conversation): Promise<Finding> {
  const first = await line.ask(line.commands.identify());
  const second = first.kind === 'done' ? first : await line.ask(line.commands.firmware());
  const name = second.kind === 'done' ? second.answer : undefined;
  const profile = moduleProfile(examination.config.module, name);
  examination.learn({ profile, ...(name !== undefined && { identity: name }) });
  const imei = await line.ask(line.commands.imei());
  if (imei.kind === 'done') examination.learn({ imei: imei.answer });
  if (name === undefined) {
    return warn(
      'module',
      'It answers AT, but does not tell a firmware name as Luat modules do.',
      'Check that it is a Luat Air7xx with AT firmware; if it is, name its family in the key module.',
    );
  }
  if (profile.tls === 'no' && examination.config.broker.tls !== undefined) {
    const advice = 'Use a build with TLS (Air780EL: the MS build), or mqtt:// without TLS.';
    return fail('module', 'TLS_SETUP_FAILED', `The firmware ${name} has no TLS.`, advice);
  }
  if (profile.id === 'unknown') {
    const advice = 'It is used with cautious limits. If you know its family, set the key module.';
    return warn('module', `${name} is none of the families that are known here.`, advice);
  }
  return ok('module', `${name} (${profile.id}).`);
}
