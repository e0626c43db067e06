import { cme, cmeCode, error, ok, type Answer } from '../answer.js';
import type { Board, MqttConfiguration } from '../board.js';
import type { BrokerMessage, Qos } from '../broker-network.js';
import { integerWithin, unescapeMessage, type Argument, type CommandRequest } from '../syntax.js';
import { LONGEST_TOPIC, toText } from '../text.js';
import { radioRefusal, simRefusal, type CommandFamily } from './family.js';

/** Limits of MCONFIG (AT manual), bytes. */
const LONGEST_CREDENTIAL = 256;
const LONGEST_WILL = 1360;

/** The MQTT session: configuration, TCP, login, subscriptions. OK of most of these only means accepted. */
export const mqttCommands: CommandFamily = {
  MCONFIG: (board, { args }) => {
    const configuration = configurationOf(board, args);
    if (configuration === undefined) return cme(cmeCode.invalidInput);
    board.ram.mqtt = configuration;
    return ok();
  },
  MIPSTART: (board, request) => connect(board, request, false),
  SSLMIPSTART: (board, request) => connect(board, request, true),
  MCONNECT: (board, { args }) => {
    const { session, quirks, ram } = board;
    const clean = integerWithin(args[0]?.value, 0, 1);
    const keepalive = integerWithin(args[1]?.value, 1, 65_535);
    if (args.length < (quirks.threeArgumentConnect ? 3 : 2) || args.length > 3) return error();
    if (clean === undefined || keepalive === undefined) return error();
    if (session.state !== 'tcp') return cme(cmeCode.operationFailed);
    const { clientId, username, password, will } = ram.mqtt;
    const login = {
      clientId: toText(clientId),
      clean: clean === 1,
      keepalive,
      ...(username === undefined ? {} : { username: toText(username) }),
      ...(password === undefined ? {} : { password: toText(password) }),
      ...(will === undefined ? {} : { will }),
    };
    return ok([], { then: () => session.login(login) });
  },
  MSUB: (board, { args }) => {
    const [filter, qos] = args;
    const level = qosOf(qos);
    if (!isTopic(filter, true) || level === undefined || board.session.state !== 'online') return error();
    expectNothingPending(board, 'MSUB');
    return ok([], { then: () => board.session.subscribe(toText(filter.value), level) });
  },
  MUNSUB: (board, { args }) => {
    const [filter] = args;
    if (!isTopic(filter, true) || board.session.state !== 'online') return error();
    expectNothingPending(board, 'MUNSUB');
    return ok([], { then: () => board.session.unsubscribe(toText(filter.value)) });
  },
  // AT manual, MQTTSTATU: the space stands in front of the colon.
  MQTTSTATU: ({ session }) => ok([`+MQTTSTATU :${session.status}`]),
  MDISCONNECT: ({ session }) => {
    if (session.state !== 'online') return error();
    session.disconnect();
    return ok();
  },
  MIPCLOSE: ({ session }) => {
    if (session.state === 'closed') return cme(cmeCode.operationFailed);
    session.close();
    return ok();
  },
};

/** One publication at a time: acknowledgements carry no id. The module does it all the same. */
export function expectNothingPending(board: Board, what: string): void {
  if (board.session.awaiting > 0) board.record.violated('overlapping-operations', what);
}

export function qosOf(argument: Argument | undefined): Qos | undefined {
  const value = integerWithin(argument?.value, 0, 2);
  return value === 0 || value === 1 || value === 2 ? value : undefined;
}

export function isTopic(argument: Argument | undefined, wildcards: boolean): argument is Argument {
  if (argument === undefined || argument.value === '' || argument.value.length > LONGEST_TOPIC) return false;
  return wildcards || !/[+#]/.test(argument.value);
}

function configurationOf({ quirks }: Board, args: readonly Argument[]): MqttConfiguration | undefined {
  const [id, username, password, ...will] = args;
  if (id === undefined || id.value === '' || ![1, 3, 7].includes(args.length)) return undefined;
  if (args.slice(0, 3).some(({ value }) => value.length > LONGEST_CREDENTIAL)) return undefined;
  const empty = username?.value === '' && password?.value === '';
  if (empty && quirks.refusesEmptyLogin) return undefined;
  const lastWill = will.length === 0 ? undefined : willOf(will);
  if (will.length > 0 && lastWill === undefined) return undefined;
  return {
    clientId: id.value,
    ...(username === undefined || empty ? {} : { username: username.value }),
    ...(password === undefined || empty ? {} : { password: password.value }),
    ...(lastWill === undefined ? {} : { will: lastWill }),
  };
}

function willOf([qos, retain, topic, message]: readonly Argument[]): BrokerMessage | undefined {
  const level = qosOf(qos);
  const kept = integerWithin(retain?.value, 0, 1);
  if (level === undefined || kept === undefined || !isTopic(topic, false) || !topic.quoted) return undefined;
  if (message?.quoted !== true) return undefined;
  const payload = Buffer.from(unescapeMessage(message.value), 'latin1');
  if (payload.length > LONGEST_WILL) return undefined;
  return { topic: toText(topic.value), payload, qos: level, retain: kept === 1 };
}

/** The port at which brokers expect TLS: MIPSTART to it answers 767. */
const TLS_PORT = 8883;

function connect(board: Board, { args }: CommandRequest, secure: boolean): Answer {
  const { session, quirks, profile } = board;
  const [host, port] = args;
  const number = integerWithin(port?.value, 1, 65_535);
  if (args.length !== 2 || host === undefined || host.value === '' || number === undefined) return error();
  if (secure && !profile.hasTls) return error();
  const refusal = radioRefusal(board) ?? simRefusal(board);
  if (refusal !== undefined) return refusal;
  if (session.state !== 'closed') {
    if (quirks.alreadyConnect === 'error') return error();
    return { ...ok(), trailer: 'ALREADY CONNECT' };
  }
  if (!secure && number === TLS_PORT) return cme(cmeCode.operationFailed);
  const tls = secure ? board.ram.tls.mqttClient(board.flash) : undefined;
  // A certificate that is not valid yet, by this clock, is refused unless told otherwise (AT manual, SSLCFG).
  const mistrusted = tls !== undefined && tls.level > 0 && !tls.ignoresTime && !board.rtc.right;
  if (!board.radio.bearer || (secure && tls === undefined) || mistrusted) {
    return ok([], { then: () => session.failToOpen() });
  }
  const target = { host: host.value, port: number, ...(tls === undefined ? {} : { tls }) };
  return ok([], { then: () => session.open(target) });
}
