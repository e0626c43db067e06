import type { Operation } from '../../machines/index.js';
import { simStateOfError } from '../air/commands/sim.js';
import { publishCommand } from '../air/message.js';
import { explainRefusal } from '../air/module-errors.js';
import { defaultTimings, type Timings } from '../air/timings.js';
import type { LinkConfig } from '../config/schema.js';
import { LinkError } from '../errors/link-error.js';
import { askWhyDetached, identify, readCard, readNetwork, readSignal, simAnswer } from './inquiries.js';
import { fillTemplate } from './module-info.js';
import type { OperationContext } from './operation-context.js';
import { applySettings, secure } from './secure.js';
import { describeRefusal, type Talk } from './talk.js';

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

  // The module keeps session and bearer when the host restarts, and what became of them meanwhile nobody heard; both
  // receive settings differ from module to module.
  clear: (talk, { commands, config }) => {
    const rest = [
      // What was cached while nobody listened is read before anything else.
      ...(config.receive.mode === 'cached' ? [commands.readCached()] : []),
      commands.disconnect(),
      commands.closeTcp(),
      commands.closeBearer(),
      commands.messageMode(config.receive.mode),
      commands.encodingMode(config.receive.encoding),
    ];
    talk.ask(commands.radioState(), (radio) => {
      // Whoever switched it off was stopped before it was on again; that attach is taken from the budget already.
      const left = radio.kind === 'done' && radio.answer === 'off' ? [commands.radio(1)] : [];
      talk.each([...left, ...rest], () => talk.answer({ type: 'ANSWERED' }));
    });
  },

  checkSim: (talk, context) => {
    const command = context.commands.simState();
    talk.ask(command, (result) => {
      if (result.kind === 'unanswered') {
        talk.answer({ type: 'UNANSWERED' });
        return;
      }
      const state = result.kind === 'done' ? result.answer : simStateOfError(result.cme ?? NaN);
      if (state === 'ready' || state === 'pin') readCard(talk, context, state);
      else if (result.kind === 'refused') talk.failed(command, result, simAnswer(state));
      else talk.answer(simAnswer(state));
    });
  },

  enterPin: (talk, { commands, config, cards }) => {
    cards.enteredOn = cards.present;
    talk.order(commands.enterPin(config.sim.pin ?? ''));
  },

  checkAttach: (talk, context) => {
    const command = context.commands.attachState();
    talk.ask(command, (result) => {
      if (result.kind === 'refused') talk.failed(command, result, { type: 'NOT ATTACHED' });
      else if (result.kind === 'unanswered') talk.answer({ type: 'UNANSWERED' });
      else if (result.answer === 'attached') talk.answer({ type: 'ATTACHED' });
      else askWhyDetached(talk, context);
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
    const { commands, config, module, tls } = context;
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
    const { commands, config, tls, log } = context;
    if (config.broker.tls === undefined) {
      connectTcp(talk, context);
      return;
    }
    const credentials = tls.read();
    if (credentials.level === 0) log.warn('broker.tls.insecure is set: nobody checks who the broker is');
    talk.ask(commands.securityLevel(), (result) => {
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

  askSession: (talk, context) => {
    const { commands, config, survey } = context;
    const up = (quietMs: number) => (): void => talk.answer({ type: 'SESSION UP', quietMs });
    if (survey.isDue) {
      survey.isDue = false;
      readNetwork(talk, context, up(0));
      return;
    }
    const quiet = context.quietMs();
    if (quiet < config.recovery.heartbeatMs) {
      up(quiet)();
      return;
    }
    talk.ask(commands.sessionState(), (result) => {
      if (result.kind === 'unanswered') talk.answer({ type: 'UNANSWERED' });
      else if (result.kind === 'refused') talk.answer({ type: 'ERROR' });
      else if (result.answer !== 'online') talk.answer({ type: 'SESSION DOWN' });
      // The line is quiet, so the signal is asked for too; whatever it answers, the session is up.
      else readSignal(talk, context, up(0));
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

/** MCONNECT without a connection, or with a session that stands already (AT manual, MCONNECT). */
const NO_CONNECTION = 767;

/** Some builds answer ERROR to two arguments and want a third (Air780E LPAT before V1156, Air780EL MU before V1006). */
function connectMqtt(talk: Talk, context: OperationContext, withMode: boolean): void {
  const { commands, config } = context;
  const { clean, keepalive } = config.broker;
  const command = commands.mqttConnect({ clean, keepalive, ...(withMode && { mode: 0 as const }) });
  talk.ask(command, (result) => {
    if (result.kind === 'done') talk.answer({ type: 'CONNACK OK' });
    else if (!withMode && result.kind === 'refused' && result.stage === 'final' && result.cme === undefined)
      connectMqtt(talk, context, true);
    else if (result.kind === 'refused' && result.stage === 'final' && result.cme === NO_CONNECTION)
      talk.failed(command, result, { type: 'SESSION DOWN' });
    else talk.failed(command, result);
  });
}

/** Time limits as the configuration sets them. */
export function timingsOf(config: LinkConfig): Timings {
  return { ...defaultTimings, commandTimeoutMs: config.recovery.commandTimeoutMs };
}
