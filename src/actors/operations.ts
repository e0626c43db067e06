import type { Logger } from 'pino';
import type { Operation } from '../../machines/index.js';
import { simStateOfError, type SimState } from '../air/commands/sim.js';
import type { Commands } from '../air/commands/index.js';
import { publishCommand } from '../air/message.js';
import { explainRefusal } from '../air/module-errors.js';
import { defaultTimings, type Timings } from '../air/timings.js';
import type { LinkConfig } from '../config/schema.js';
import { LinkError } from '../errors/link-error.js';
import type { Credentials } from '../tls/credentials.js';
import { fillTemplate, moduleProfile, type ModuleInfo } from './module-info.js';
import { applySettings, secure } from './secure.js';
import type { Subscriptions } from './subscriptions.js';
import { describeRefusal, type Answer, type Talk } from './talk.js';

/** What operations read and learn. */
export interface OperationContext {
  readonly config: LinkConfig;
  readonly commands: Commands;
  readonly timings: Timings;
  readonly subscriptions: Subscriptions;
  readonly module: ModuleInfo;
  /** Tells what exactly is wrong, for the status. */
  readonly explain: (problem: string) => void;
  readonly learn: (facts: Partial<ModuleInfo>) => void;
  readonly tls: TlsMemory;
  /** Milliseconds since the epoch. */
  readonly wallTime: () => number;
  readonly log: Logger;
  /** How long the line has been quiet, in milliseconds. */
  readonly quietMs: () => number;
}

/** What the module was told of TLS since it booted. */
export interface TlsMemory {
  /** Reads and checks the configured files. @throws LinkError TLS_SETUP_FAILED */
  read(): Credentials;
  digest(): string | undefined;
  remember(digest: string | undefined): void;
}

type Procedure = (talk: Talk, context: OperationContext) => void;

/** What each operation of the chart says to the module, and how the answers read in the chart's words. */
export const operations: Readonly<Record<Operation, Procedure>> = {
  synchronize: (talk, context) => {
    const { commands, tls } = context;
    // The module may have booted: its TLS settings are gone then.
    tls.remember(undefined);
    talk.synchronize((inStep) => {
      if (inStep) talk.each([commands.echoOff(), commands.numericErrors()], () => identify(talk, context));
      else talk.answer({ type: 'UNANSWERED' });
    });
  },

  // The module keeps its session when the host restarts, and both receive settings differ from module to module.
  clear: (talk, { commands, config }) =>
    talk.each(
      [
        // What was cached while nobody listened is read before anything else.
        ...(config.receive.mode === 'cached' ? [commands.readCached()] : []),
        commands.disconnect(),
        commands.closeTcp(),
        commands.messageMode(config.receive.mode),
        commands.encodingMode(config.receive.encoding),
      ],
      () => talk.answer({ type: 'ANSWERED' }),
    ),

  checkSim: (talk, context) => {
    const command = context.commands.simState();
    talk.ask(command, (result) => {
      if (result.kind !== 'done') {
        const state = result.kind === 'refused' ? simStateOfError(result.cme ?? NaN) : undefined;
        talk.failed(command, result, simAnswer(state));
      } else if (result.answer === 'ready') readCard(talk, context);
      else talk.answer(simAnswer(result.answer));
    });
  },

  enterPin: (talk, { commands, config }) => talk.order(commands.enterPin(config.sim.pin ?? '')),

  checkAttach: (talk, { commands }) => {
    const command = commands.attachState();
    talk.ask(command, (result) => {
      if (result.kind !== 'done') talk.failed(command, result, { type: 'NOT ATTACHED' });
      else talk.answer({ type: result.answer === 'attached' ? 'ATTACHED' : 'NOT ATTACHED' });
    });
  },

  setBearerType: (talk, { commands }) => talk.order(commands.bearerType()),

  setApn: (talk, { commands, config: { apn } }) =>
    talk.order(
      commands.bearerApn(apn.name),
      ...(apn.user === '' ? [] : [commands.bearerUser(apn.user)]),
      ...(apn.password === '' ? [] : [commands.bearerPassword(apn.password)]),
    ),

  openBearer: (talk, { commands }) => talk.order(commands.openBearer()),

  queryBearer: (talk, { commands }) => {
    const command = commands.queryBearer();
    talk.ask(command, (result) => {
      if (result.kind !== 'done') talk.failed(command, result, { type: 'BEARER DOWN' });
      else if (result.answer.state === 'connected') talk.answer({ type: 'BEARER UP' });
      else talk.answer({ type: result.answer.state === 'connecting' ? 'BEARER PENDING' : 'BEARER DOWN' });
    });
  },

  secure: (talk, context) => {
    const { commands, config, module, tls, log } = context;
    if (module.profile.tls === 'no') {
      throw new LinkError(
        'TLS_SETUP_FAILED',
        `The firmware ${module.identity ?? 'of the module'} has no TLS.`,
        {
          hint: 'Use a build with TLS (Air780EL: the MS build), or mqtt:// without TLS.',
        },
      );
    }
    const credentials = tls.read();
    if (credentials.level === 0) log.warn('broker.tls.insecure is set: nobody checks who the broker is');
    if (tls.digest() === credentials.digest) {
      talk.answer({ type: 'OK' });
      return;
    }
    secure(talk, { commands, config, credentials, wallTime: context.wallTime }, () => {
      tls.remember(credentials.digest);
      talk.answer({ type: 'OK' });
    });
  },

  configureMqtt: (talk, { commands, config, module }) => {
    const clientId = fillTemplate(config.broker.clientId, module);
    if (clientId === undefined) {
      throw new LinkError(
        'MQTT_CONFIG_FAILED',
        `The module does not tell what "${config.broker.clientId}" asks for.`,
        {
          hint: 'Set broker.clientId to a fixed text.',
        },
      );
    }
    const { username, password } = config.broker;
    const { mode, encoding } = config.receive;
    talk.order(
      // A module that rebooted without a word has forgotten these: messages would go out as digits.
      ...(mode === 'cached' ? [commands.messageMode(mode)] : []),
      ...(encoding === 'hex' ? [commands.encodingMode(encoding)] : []),
      commands.mqttConfig({
        clientId,
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password }),
        ...(config.will !== undefined && { will: config.will }),
      }),
    );
  },

  connectTcp: (talk, context) => {
    const { commands, config, tls } = context;
    if (config.broker.tls === undefined) {
      connectTcp(talk, context);
      return;
    }
    talk.ask(commands.securityLevel(), (result) => {
      const credentials = tls.read();
      if (result.kind === 'unanswered') talk.answer({ type: 'UNANSWERED' });
      // A firmware that cannot be asked may have forgotten them: it is told again.
      else if (result.kind === 'refused') {
        const parts = { commands, config, credentials, wallTime: context.wallTime };
        applySettings(talk, parts, () => connectTcp(talk, context));
      } else if (result.answer === credentials.level) connectTcp(talk, context);
      else {
        tls.remember(undefined);
        talk.answer({ type: 'NOT SECURED' });
      }
    });
  },

  connectMqtt: (talk, context) => {
    // A session may have broken off between two SUBACKs, before traffic was opened: nothing counts in the next one.
    context.subscriptions.sessionEnded();
    connectMqtt(talk, context, context.module.profile.connectMode === 'three');
  },

  announce: (talk, { config, module, timings }) => {
    const message = config.announce;
    if (message === undefined) {
      talk.answer({ type: 'ANNOUNCED' });
      return;
    }
    const command = publishCommand(
      module.profile,
      { ...message, payload: Buffer.from(message.payload) },
      timings,
      config.receive.encoding,
    );
    talk.ask(command, (result) => {
      if (result.kind === 'done') talk.answer({ type: 'ANNOUNCED' });
      else talk.failed(command, result);
    });
  },

  subscribeNext: (talk, { commands, subscriptions }) => {
    const wanted = subscriptions.next();
    if (wanted === undefined) {
      talk.answer({ type: 'ALL SUBSCRIBED' });
      return;
    }
    const command = commands.subscribe(wanted.topic, wanted.qos);
    talk.ask(command, (result) => {
      if (result.kind === 'done') {
        subscriptions.acknowledge(wanted);
        talk.answer({ type: 'SUBACK' });
      }
      // A filter that never worked was dropped and its caller told: the session goes on without it.
      else if (result.kind === 'refused' && subscriptions.refuse(wanted, explainRefusal(result.line)))
        talk.answer({ type: 'SUBACK' });
      else talk.failed(command, result);
    });
  },

  askSession: (talk, { commands, config, learn, quietMs }) => {
    const quiet = quietMs();
    if (quiet < config.recovery.heartbeatMs) {
      talk.answer({ type: 'SESSION UP', quietMs: quiet });
      return;
    }
    talk.ask(commands.sessionState(), (result) => {
      if (result.kind === 'unanswered') talk.answer({ type: 'UNANSWERED' });
      else if (result.kind === 'refused') talk.answer({ type: 'ERROR' });
      else if (result.answer !== 'online') talk.answer({ type: 'SESSION DOWN' });
      else {
        // The line is quiet, so the signal is asked for too; whatever it answers, the session is up.
        talk.ask(commands.signal(), (heard) => {
          if (heard.kind === 'done') learn({ signal: heard.answer });
          talk.answer({ type: 'SESSION UP', quietMs: 0 });
        });
      }
    });
  },

  closeTcp: (talk, { commands }) => skip(talk, commands.closeTcp()),
  closeBearer: (talk, { commands }) => skip(talk, commands.closeBearer()),
  radioOff: (talk, { commands }) => skip(talk, commands.radio(0)),
  radioOn: (talk, { commands }) => skip(talk, commands.radio(1)),
  restartModule: (talk, { commands }) => skip(talk, commands.restart()),
  disconnect: (talk, { commands }) => skip(talk, commands.disconnect(), commands.closeTcp()),
};

/**
 * Operations after which the finding of an earlier one still holds: of those that undo, no answer matters, and a bearer
 * that is down does not tell why opening it was refused.
 */
export const findsNothing: ReadonlySet<Operation> = new Set([
  'queryBearer',
  'closeTcp',
  'closeBearer',
  'radioOff',
  'radioOn',
  'restartModule',
  'disconnect',
]);

/** Commands whose answers do not matter: "skip whatever it returns" (vendor's flow, 2.3 and 2.4). */
function skip(talk: Talk, ...commands: Parameters<Talk['each']>[0]): void {
  talk.each(commands, () => talk.answer({ type: 'ANSWERED' }));
}

/** Module, firmware and IMEI. Firmware that does not tell one of them is served all the same. */
function identify(talk: Talk, { commands, config, learn }: OperationContext): void {
  const imei = (identity: string | undefined): void => {
    learn({ profile: moduleProfile(config.module, identity), ...(identity !== undefined && { identity }) });
    talk.ask(commands.imei(), (result) => {
      if (result.kind === 'done') learn({ imei: result.answer });
      talk.answer({ type: 'OK' });
    });
  };
  talk.ask(commands.identify(), (first) => {
    if (first.kind === 'done') imei(first.answer);
    else talk.ask(commands.firmware(), (second) => imei(second.kind === 'done' ? second.answer : undefined));
  });
}

/** The card's number is asked for only when the client id is made of it: not every firmware knows the command. */
function readCard(talk: Talk, { commands, config, learn }: OperationContext): void {
  if (!config.broker.clientId.includes('{iccid}')) {
    talk.answer({ type: 'SIM READY' });
    return;
  }
  talk.ask(commands.iccid(), (result) => {
    if (result.kind === 'done') learn({ iccid: result.answer });
    talk.answer({ type: 'SIM READY' });
  });
}

function simAnswer(state: Exclude<SimState, 'ready'> | undefined): Answer {
  switch (state) {
    case 'pin':
      return { type: 'SIM PIN' };
    case 'puk':
      return { type: 'SIM PUK' };
    case 'busy':
    // The stack is not ready yet, or the error says nothing about the card.
    case undefined:
      return { type: 'SIM BUSY' };
    case 'removed':
      return { type: 'SIM ABSENT' };
  }
}

/** Where brokers expect TLS. A module answers CME 767 to a plain connection to it. */
const TLS_PORT = 8883;

function connectTcp(talk: Talk, { commands, config: { broker }, explain }: OperationContext): void {
  const to = { host: broker.host, port: broker.port, tls: broker.tls !== undefined };
  const command = commands.tcpConnect(to);
  talk.ask(command, (result) => {
    if (result.kind === 'done') {
      talk.answer({ type: 'CONNECT OK' });
      return;
    }
    const said = result.kind === 'refused' ? `${describeRefusal(command, result)} ` : '';
    if (to.tls) {
      // The module does not tell a closed port from a certificate that it does not trust.
      explain(
        `${said}${to.host}:${to.port} cannot be reached by TLS. If it is there, its certificate has expired or is not signed by broker.tls.ca, or it wants broker.tls.cert.`,
      );
    } else if (said !== '') {
      explain(
        to.port === TLS_PORT ? `${said}Port ${TLS_PORT} is TLS as a rule: write mqtts://.` : said.trim(),
      );
    }
    talk.answer({ type: result.kind === 'refused' ? 'CONNECT FAIL' : 'UNANSWERED' });
  });
}

/** Some builds answer ERROR to two arguments and want a third (Air780E LPAT before V1156, Air780EL MU before V1006). */
function connectMqtt(talk: Talk, context: OperationContext, withMode: boolean): void {
  const { commands, config } = context;
  const { clean, keepalive } = config.broker;
  const command = commands.mqttConnect({ clean, keepalive, ...(withMode && { mode: 0 as const }) });
  talk.ask(command, (result) => {
    if (result.kind === 'done') talk.answer({ type: 'CONNACK OK' });
    else if (!withMode && result.kind === 'refused' && result.stage === 'final' && result.cme === undefined)
      connectMqtt(talk, context, true);
    else talk.failed(command, result);
  });
}

/** Time limits as the configuration sets them. */
export function timingsOf(config: LinkConfig): Timings {
  return { ...defaultTimings, commandTimeoutMs: config.recovery.commandTimeoutMs };
}
