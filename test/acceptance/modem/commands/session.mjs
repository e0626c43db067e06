import { splitArguments, unescapeMessage } from '../arguments.mjs';
import { plainLine, secureLine } from '../line.mjs';
import { cme, ERROR, OK, utf8 } from './answers.mjs';

const LONGEST_DATA = 4_100;
const LONGEST_NAME = 256;

/** The MQTT session: login, connection, subscriptions, messages. */
export const sessionCommands = [
  [/^AT\+MCONFIG=(.*)$/, (module, [, text]) => configure(module, splitArguments(text))],
  [/^AT\+MIPSTART=(.*)$/, (module, [, text]) => connect(module, text, (host, port) => plainLine(host, port))],
  [
    /^AT\+SSLMIPSTART=(.*)$/,
    (module, [, text]) => connect(module, text, (host, port) => secureLine(host, port, module)),
  ],
  [
    /^AT\+MCONNECT=([01]),(\d+)(?:,([01]))?$/,
    (module, [, clean, keepalive, mode]) => {
      if (mode === undefined && module.wantsMode) return ERROR;
      if (module.session.state !== 'tcp') return cme(767);
      module.answer(OK);
      module.session.login({ ...module.login, clean: clean === '1', keepalive: Number(keepalive) });
    },
  ],
  [
    /^AT\+MSUB=(.*)$/,
    (module, [, text]) => {
      const [topic, qos, more] = splitArguments(text) ?? [];
      if (!named(topic) || !/^[012]$/.test(qos?.text ?? '') || more) return ERROR;
      if (module.session.state !== 'online') return cme(767);
      module.answer(OK);
      module.session.subscribe(utf8(topic), Number(qos.text));
    },
  ],
  [
    /^AT\+MUNSUB=(.*)$/,
    (module, [, text]) => {
      const [topic, more] = splitArguments(text) ?? [];
      if (!named(topic) || more) return ERROR;
      if (module.session.state !== 'online') return cme(767);
      module.answer(OK);
      module.session.unsubscribe(utf8(topic));
    },
  ],
  [
    /^AT\+MPUB=(.*)$/,
    (module, [, text]) => {
      const message = publication(splitArguments(text));
      if (!message?.last.quoted || message.last.text.length > module.profile.longestMessage) return ERROR;
      const payload = module.hex ? fromHex(message.last.text) : unescapeMessage(message.last.text);
      if (payload === undefined) return ERROR;
      if (module.session.state !== 'online') return cme(767);
      module.answer(OK);
      module.session.publish({ ...message, payload });
    },
  ],
  [
    /^AT\+MPUBEX=(.*)$/,
    (module, [, text]) => {
      const message = publication(splitArguments(text));
      const length = Number(message?.last.text);
      if (!(length >= 1 && length <= LONGEST_DATA)) return ERROR;
      if (module.session.state !== 'online') return cme(767);
      module.takeData(length, {
        done: (payload) => {
          if (module.session.state !== 'online') return module.answer(cme(767));
          module.answer(OK);
          module.session.publish({ ...message, payload });
        },
      });
    },
  ],
  [
    /^AT\+MDISCONNECT$/,
    ({ session }) => {
      if (session.state !== 'online') return ERROR;
      session.logout();
      return OK;
    },
  ],
  [
    /^AT\+MIPCLOSE$/,
    ({ session, profile }) => {
      const closed = session.state === 'none';
      session.drop('none');
      return closed ? [profile.closedWhenClosed] : OK;
    },
  ],
  [/^AT\+MQTTSTATU$/, ({ session }) => [`+MQTTSTATU :${{ online: 1, tcp: 2 }[session.state] ?? 0}`, 'OK']],
  [
    /^AT\+MQTTMODE=([01])$/,
    (module, [, mode]) => {
      module.hex = mode === '1';
      return OK;
    },
  ],
  [
    /^AT\+MQTTMSGSET=([01])$/,
    (module, [, mode]) => {
      module.inbox.cached = mode === '1';
      return OK;
    },
  ],
  [/^AT\+MQTTMSGGET\?$/, ({ inbox }) => [...inbox.valid().map(slotLine), 'OK']],
  [/^AT\+MQTTMSGGET$/, ({ inbox }) => [...inbox.take(), 'OK']],
];

function connect(module, text, line) {
  const [host, port, more] = splitArguments(text) ?? [];
  if (!host?.text || !/^\d+$/.test(port?.text ?? '') || more) return ERROR;
  if (module.session.state !== 'none') return ['OK', 'ALREADY CONNECT'];
  if (!module.radio.hasBearer || module.login === undefined) return cme(767);
  const opened = line(host.text, Number(port.text));
  module.answer(OK);
  module.session.open(opened);
}

function configure(module, given) {
  if (!given || ![1, 3, 7].includes(given.length)) return ERROR;
  const [id, user, password, qos, retain, topic, message] = given;
  // A module in the field answered 765 to `AT+MCONFIG=<id>,"",""`.
  if (given.slice(0, 3).some(({ text }) => text === '' || text.length > LONGEST_NAME)) {
    if (!(given.length === 7 && user?.text === '')) return cme(765);
  }
  module.login = {
    clientId: id.text,
    ...(user?.text && { username: user.text, password: Buffer.from(password.text, 'latin1') }),
  };
  if (topic === undefined) return OK;
  const payload = message.quoted && topic.quoted ? unescapeMessage(message.text) : undefined;
  if (payload === undefined || !/^[012]$/.test(qos.text) || !/^[01]$/.test(retain.text)) return ERROR;
  module.login.will = { topic: utf8(topic), payload, qos: Number(qos.text), retain: retain.text === '1' };
  return OK;
}

/** `<topic>,<qos>,<retain>,<last>` */
function publication(given) {
  const [topic, qos, retain, last, more] = given ?? [];
  if (!named(topic) || !/^[012]$/.test(qos?.text ?? '') || !/^[01]$/.test(retain?.text ?? ''))
    return undefined;
  if (last === undefined || more) return undefined;
  return { topic: utf8(topic), qos: Number(qos.text), retain: retain.text === '1', last };
}

const named = (topic) => topic !== undefined && topic.text !== '' && topic.text.length <= LONGEST_NAME;
const slotLine = (valid, slot) => `+MQTTMSGGET: ${slot},${valid ? 'VALID' : 'INVALID'}`;
const fromHex = (text) => (/^([0-9A-Fa-f]{2})*$/.test(text) ? Buffer.from(text, 'hex') : undefined);
