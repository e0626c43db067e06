import { splitArguments, unescapeMessage } from './arguments.mjs';

const OK = ['OK'];
const ERROR = ['ERROR'];
const cme = (code) => [`+CME ERROR: ${code}`];

const LONGEST_DATA = 4_100;
const LONGEST_NAME = 256;

/**
 * Every command the module knows: a pattern, and what answers it. A handler gets the module and the match and returns
 * the lines of the answer, the final result last, or nothing when it answers in its own time.
 */
export const commands = [
  [/^AT$/, () => OK],
  [/^ATI$/, ({ profile }) => [profile.identity, 'OK']],
  [/^AT\+CGMR$/, ({ profile }) => [`+CGMR: "${profile.identity}"`, 'OK']],
  [/^AT\+(?:CGSN|GSN)(?:=1)?$/, () => ['866289037465624', 'OK']],
  [/^AT\+(?:ICCID|CCID)$/, () => ['+ICCID: 89860118802836799717', 'OK']],
  [/^AT\*EXINFO\?$/, () => ['*EXINFO: 3', 'OK']],
  [/^AT(?:&W|\+CMEE=[012]|\+IPR=.*|\+IFC=.*|\+CSCLK=.*|\+CFGRI=.*|\+CSDT=.*)$/, () => OK],
  [
    /^ATE([01])$/,
    (module, [, on]) => {
      module.echo = on === '1';
      return OK;
    },
  ],

  [/^AT\+CPIN\?$/, ({ sim }) => (sim ? ['+CPIN: READY', 'OK'] : cme(10))],
  [/^AT\+CSQ$/, () => ['+CSQ: 20,0', 'OK']],
  [/^AT\+CESQ$/, () => ['+CESQ: 99,99,255,255,22,58', 'OK']],
  [/^AT\+C(E|G|)REG=[0-2]$/, () => OK],
  [/^AT\+C(E|G|)REG\?$/, ({ attached }, [, kind]) => [`+C${kind}REG: 0,${attached ? 1 : 2} `, 'OK']],
  [/^AT\+CGATT\?$/, ({ attached }) => [`+CGATT: ${attached ? 1 : 0}`, 'OK']],
  [/^AT\+CGATT=1$/, () => OK],
  [
    /^AT\+CGDCONT\?$/,
    ({ attached }) => [`+CGDCONT: 1,"IP","cmiot","${attached ? '10.126.200.230' : ''}"`, 'OK'],
  ],
  [/^AT\+CPNETAPN=.*$/, () => OK],
  [/^AT\+CFUN=1,1$/, (module) => module.restart()],
  [/^AT\+RESET$/, (module) => module.restart()],
  [/^AT\+CFUN=([014])$/, (module, [, mode]) => module.radio(mode === '1')],

  [/^AT\+SAPBR=3,1,"(?:CONTYPE|APN|USER|PWD)",".{0,50}"$/, () => OK],
  [
    /^AT\+SAPBR=1,1$/,
    (module) => {
      if (!module.attached) return cme(3);
      module.after(module.profile.sapbr.openMs, () => {
        module.bearer = true;
        module.answer(OK);
      });
    },
  ],
  [
    /^AT\+SAPBR=2,1$/,
    ({ bearer }) => [bearer ? '+SAPBR: 1,1,"10.159.1.145"' : '+SAPBR: 1,3,"0.0.0.0"', 'OK'],
  ],
  [
    /^AT\+SAPBR=0,1$/,
    (module) => {
      const open = module.bearer;
      module.bearer = false;
      return open ? OK : [module.profile.sapbr.closedAgain];
    },
  ],

  [/^AT\+MCONFIG=(.*)$/, (module, [, text]) => configure(module, splitArguments(text))],
  [
    /^AT\+MIPSTART=(.*)$/,
    (module, [, text]) => {
      const [host, port, more] = splitArguments(text) ?? [];
      if (!host?.text || !/^\d+$/.test(port?.text ?? '') || more) return ERROR;
      if (module.session.state !== 'none') return ['OK', 'ALREADY CONNECT'];
      if (!module.hasBearer || module.login === undefined) return cme(767);
      module.answer(OK);
      module.session.open(host.text, Number(port.text));
    },
  ],
  [
    /^AT\+MCONNECT=([01]),(\d+)(?:,[01])?$/,
    (module, [, clean, keepalive]) => {
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
      module.takeData(length, (payload) => {
        if (module.session.state !== 'online') return module.answer(cme(767));
        module.answer(OK);
        module.session.publish({ ...message, payload });
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
/** The line is kept as latin1, one character a byte; a topic is UTF-8. */
const utf8 = ({ text }) => Buffer.from(text, 'latin1').toString('utf8');
const slotLine = (valid, slot) => `+MQTTMSGGET: ${slot},${valid ? 'VALID' : 'INVALID'}`;
const fromHex = (text) => (/^([0-9A-Fa-f]{2})*$/.test(text) ? Buffer.from(text, 'hex') : undefined);
