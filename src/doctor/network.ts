import type { AtCommand } from '../at/command.js';
import type { Registration, Signal } from '../air/commands/network.js';
import { simStateOfError, type SimState } from '../air/commands/sim.js';
import { LinkError } from '../errors/link-error.js';
import { lineOf } from './answering.js';
import type { Conversation, Outcome } from './conversation.js';
import type { Examination } from './examination.js';
import { fail, ok, warn, type Finding } from './finding.js';

const ASK_AGAIN_MS = 1_000;
const MS_PER_DAY = 86_400_000;

/** The card; the configured PIN is entered once, as the link does at its start. */
export async function* sim(examination: Examination): AsyncGenerator<Finding> {
  const { config, patience, progress } = examination;
  const line = lineOf(examination);
  progress('asking for the SIM');
  let state = await until(
    examination,
    patience.simMs,
    () => simState(line),
    (now) => now !== 'busy',
  );
  if (state === 'pin' && config.sim.pin !== undefined) {
    const entered = answered(await line.ask(line.commands.enterPin(config.sim.pin)), '+CPIN');
    if (entered.kind === 'refused') {
      const advice =
        'Correct sim.pin before this or the link is started again: the third wrong PIN in a row blocks the card.';
      yield fail('sim', 'SIM_PIN_WRONG', 'The card refuses sim.pin.', advice);
      return;
    }
    state = await until(
      examination,
      patience.simMs,
      () => simState(line),
      (now) => now === 'ready',
    );
  }
  yield cardFinding(state);
  const iccid = await line.ask(line.commands.iccid());
  if (iccid.kind === 'done') examination.learn({ iccid: iccid.answer });
}

async function simState(line: Conversation): Promise<SimState> {
  const result = answered(await line.ask(line.commands.simState()), '+CPIN?');
  if (result.kind === 'done') return result.answer;
  return simStateOfError(result.cme ?? NaN) ?? 'busy';
}

function cardFinding(state: SimState): Finding {
  switch (state) {
    case 'ready':
      return ok('sim', 'The card is ready.');
    case 'pin':
      return fail('sim', 'SIM_PIN_REQUIRED', 'The card asks for its PIN, and none is configured.');
    case 'puk':
      return fail('sim', 'SIM_BLOCKED', 'The card is blocked: too many wrong PINs.');
    case 'removed':
      return fail('sim', 'SIM_MISSING', 'The module sees no card.');
    case 'busy':
      return fail(
        'sim',
        'SIM_MISSING',
        'The module does not get the card ready.',
        'Take the card out and put it in again, clean its contacts, then restart the module.',
      );
  }
}

/** Signal and registration: one tells why the other is missing. */
export async function* radio(examination: Examination): AsyncGenerator<Finding> {
  const { patience, progress } = examination;
  const line = lineOf(examination);
  progress('waiting for the network');
  const registration = await until(
    examination,
    patience.registrationMs,
    () => question(line, line.commands.registration(), 'unknown'),
    (state) => state === 'home' || state === 'roaming' || state === 'denied',
  );
  const unknown: Signal = { dBm: undefined, reception: 'unknown' };
  const signal = await question(line, line.commands.signal(), unknown);
  const quality = await line.ask(line.commands.signalQuality());
  const reception =
    quality.kind === 'done' && quality.answer.reception !== 'unknown'
      ? quality.answer.reception
      : signal.reception;
  const heard = signalText(signal, quality.kind === 'done' ? quality.answer.rsrpDBm : undefined);
  const isRegistered = registration === 'home' || registration === 'roaming';
  const antenna =
    'Check the antenna and its plug, and move it; then the band and the coverage of the operator.';
  if (!isRegistered && registration !== 'denied' && reception !== 'good' && reception !== 'unstable') {
    yield fail('signal', 'NOT_ATTACHED', `The module hears no usable network${heard}.`, antenna);
    return;
  }
  if (reception === 'good') yield ok('signal', `Good${heard}.`);
  else if (reception === 'unknown')
    yield warn('signal', 'The module does not tell how well it hears.', antenna);
  else yield warn('signal', `Reception is ${reception}${heard}: expect losses.`, antenna);
  yield await registrationFinding(line, registration);
}

function signalText({ dBm }: Signal, rsrpDBm: number | undefined): string {
  const figures = [
    ...(dBm === undefined ? [] : [`RSSI ${dBm} dBm`]),
    ...(rsrpDBm === undefined ? [] : [`RSRP ${rsrpDBm} dBm`]),
  ];
  return figures.length === 0 ? '' : ` (${figures.join(', ')})`;
}

async function registrationFinding(line: Conversation, registration: Registration): Promise<Finding> {
  switch (registration) {
    case 'home':
    case 'roaming': {
      const operator = await line.ask(line.commands.operator());
      const name =
        operator.kind === 'done' && operator.answer.name !== undefined ? ` with ${operator.answer.name}` : '';
      return ok('registration', `Registered${name}${registration === 'roaming' ? ', roaming' : ''}.`);
    }
    case 'denied':
      return fail(
        'registration',
        'REGISTRATION_DENIED',
        'The network refuses this card.',
        'Ask the operator: the card may not be activated or paid, be locked to another device (IMEI), or not be allowed to roam here.',
      );
    case 'idle':
    case 'searching':
    case 'unknown':
      return fail(
        'registration',
        'NOT_ATTACHED',
        'The module hears a network, but is not registered.',
        'Wait two minutes after power-on and try again. Then check that the card is active and paid, and that its operator serves 4G here.',
      );
  }
}

/** The data bearer; opened as the link opens it, when it is not open. */
export async function* bearer(examination: Examination): AsyncGenerator<Finding> {
  const { config, patience, progress } = examination;
  const line = lineOf(examination);
  const { commands } = line;
  progress('asking for the data bearer');
  const apn = config.apn.name === '' ? 'the network’s own APN' : `APN ${config.apn.name}`;
  const isOpen = async (): Promise<boolean> => {
    const result = answered(await line.ask(commands.queryBearer()), '+SAPBR');
    return result.kind === 'done' && result.answer.state === 'connected';
  };
  if (await isOpen()) {
    yield ok('bearer', `Open, with ${apn}.`);
    return;
  }
  for (const command of [
    commands.bearerType(),
    commands.bearerApn(config.apn.name),
    ...(config.apn.user === '' ? [] : [commands.bearerUser(config.apn.user)]),
    ...(config.apn.password === '' ? [] : [commands.bearerPassword(config.apn.password)]),
    commands.openBearer(),
  ]) {
    const result = answered(await line.ask(command), command.display);
    if (result.kind === 'done') continue;
    yield refusedBearer(apn, result.line);
    return;
  }
  const opened = await until(examination, patience.bearerMs, isOpen, (open) => open);
  yield opened ? ok('bearer', `It can be opened, with ${apn}.`) : refusedBearer(apn, 'nothing');
}

function refusedBearer(apn: string, line: string): Finding {
  const message = `The network gives no data bearer with ${apn} (the module says ${line}).`;
  return fail('bearer', 'BEARER_FAILED', message);
}

/** Certificates are checked against the module's clock. */
export async function* moduleClock(examination: Examination): AsyncGenerator<Finding> {
  const { clock, config, progress } = examination;
  const line = lineOf(examination);
  progress('asking for the module’s clock');
  const result = answered(await line.ask(line.commands.clock()), '+CCLK?');
  const usesTls = config.broker.tls !== undefined;
  const repair = usesTls
    ? 'Nothing: the link sets it from this host before it connects. Check that this host’s clock is right.'
    : 'Nothing: without TLS nobody needs it.';
  if (result.kind === 'refused') {
    yield warn('clock', 'The module does not tell the time.', repair);
    return;
  }
  const { year, month, day, hour, minute, second } = result.answer;
  const shown = Date.UTC(year, month - 1, day, hour, minute, second);
  const days = Math.round(Math.abs(shown - clock.wallTime()) / MS_PER_DAY);
  yield days < 1
    ? ok('clock', 'The module and this host agree about the day.')
    : warn('clock', `The module’s clock is ${days} days off this host’s.`, repair);
}

/** Asks again until the answer will do, or the time is up. @returns the last answer */
async function until<Answer>(
  { clock, interrupted }: Examination,
  limitMs: number,
  ask: () => Promise<Answer>,
  willDo: (answer: Answer) => boolean,
): Promise<Answer> {
  const end = clock.now() + limitMs;
  let answer = await ask();
  while (!willDo(answer) && clock.now() < end && !interrupted()) {
    await new Promise<void>((resolve) => {
      clock.setTimeout(resolve, ASK_AGAIN_MS);
    });
    answer = await ask();
  }
  return answer;
}

/** The answer to a question that firmware may refuse. */
async function question<Answer>(
  line: Conversation,
  command: AtCommand<Answer>,
  otherwise: Answer,
): Promise<Answer> {
  const result = answered(await line.ask(command), command.display);
  return result.kind === 'done' ? result.answer : otherwise;
}

/** @throws LinkError MODEM_UNRESPONSIVE when nothing came */
export function answered<Answer>(
  result: Outcome<Answer>,
  what: string,
): Exclude<Outcome<Answer>, { readonly kind: 'unanswered' }> {
  if (result.kind !== 'unanswered') return result;
  throw new LinkError('MODEM_UNRESPONSIVE', `The module stopped answering at ${what}.`, {
    hint: 'Check its supply: the radio draws up to 2 A. If it stays silent, only RESET or the supply brings it back.',
  });
}
