import type { AtCommand } from '../../at/command.js';
import type { Accepted, Argument } from '../compose.js';
import { bare, order, question, quoted, secret } from '../compose.js';
import { escapeMessage } from '../escape.js';
import { checkHost, checkInteger, checkLogin, checkWillPayload } from '../fields.js';
import { answerLine, connectionLine, lastMatch, outcomeLine } from '../pattern.js';
import type { Timings } from '../timings.js';
import { outcomeTimeouts } from '../timings.js';
import { checkFilter, checkTopic } from '../topic.js';
import { toWire } from '../wire-text.js';

export type Qos = 0 | 1 | 2;

export interface Will {
  readonly topic: string;
  readonly payload: string;
  readonly qos: Qos;
  readonly retain: boolean;
}

export interface MqttConfig {
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  readonly will?: Will;
}

/** `tcp only`: connected, but MCONNECT is still due. */
export type SessionState = 'offline' | 'online' | 'tcp only';

const sessionStates: readonly SessionState[] = ['offline', 'online', 'tcp only'];
const sessionLine = answerLine('+MQTTSTATU', '([012])');
const alreadyConnected = connectionLine('ALREADY CONNECT');

/**
 * Whether a connect was refused because the connection of an earlier session still stands. It may belong to another
 * broker or lack its login: close it, then connect anew.
 */
export function isAlreadyConnected(line: string): boolean {
  return alreadyConnected.test(line);
}

/** Commands that make, ask and end the MQTT session. */
export function sessionCommands({ commandTimeoutMs: timeoutMs }: Timings) {
  return {
    /** Client id, login and will. Cheap, and due again after every CLOSED. */
    mqttConfig: (config: MqttConfig): AtCommand<Accepted> =>
      order({ verb: '+MCONFIG', arguments: configArguments(config), timeoutMs }),

    /**
     * Connects to the broker. OK means accepted: CONNECT OK comes later. ALREADY CONNECT counts as failed, see
     * `isAlreadyConnected`. A plain connection to a TLS port fails with CME 767.
     */
    tcpConnect: (to: { host: string; port: number; tls: boolean }): AtCommand<Accepted> =>
      order({
        verb: to.tls ? '+SSLMIPSTART' : '+MIPSTART',
        arguments: [
          quoted(checkHost('host of broker.url', to.host)),
          quoted(String(checkInteger('port of broker.url', to.port, 1, 65_535))),
        ],
        timeoutMs,
        outcome: {
          success: connectionLine('CONNECT OK'),
          failure: connectionLine('CONNECT FAIL', 'ALREADY CONNECT'),
          progress: /^STATE\s*:/,
          timeoutMs: to.tls ? outcomeTimeouts.tlsConnect : outcomeTimeouts.tcpConnect,
        },
      }),

    /**
     * Logs in; due at once after CONNECT OK, since brokers drop an idle connection. `keepalive` in seconds.
     * Some builds answer ERROR unless the third argument is there (`ModuleProfile.connectMode`).
     */
    mqttConnect: (options: { clean: boolean; keepalive: number; mode?: 0 | 1 }): AtCommand<Accepted> =>
      order({
        verb: '+MCONNECT',
        arguments: [
          flag(options.clean),
          bare(checkInteger('broker.keepalive', options.keepalive, 1, 65_535)),
          ...(options.mode === undefined ? [] : [bare(checkInteger('MCONNECT mode', options.mode, 0, 1))]),
        ],
        timeoutMs,
        outcome: { success: outcomeLine('CONNACK OK'), timeoutMs: outcomeTimeouts.connack },
      }),

    /** SUBACK carries neither topic nor code: a refused subscription looks like a granted one. */
    subscribe: (filter: string, qos: Qos): AtCommand<Accepted> =>
      order({
        verb: '+MSUB',
        arguments: [quoted(checkFilter(filter)), qosArgument(qos)],
        timeoutMs,
        outcome: { success: outcomeLine('SUBACK'), timeoutMs: outcomeTimeouts.suback },
      }),

    unsubscribe: (filter: string): AtCommand<Accepted> =>
      order({
        verb: '+MUNSUB',
        arguments: [quoted(checkFilter(filter))],
        timeoutMs,
        outcome: { success: outcomeLine('UNSUBACK'), timeoutMs: outcomeTimeouts.unsuback },
      }),

    /** Is the session alive? The one way to find a connection that died without CLOSED. */
    sessionState: (): AtCommand<SessionState> =>
      question({
        verb: '+MQTTSTATU',
        timeoutMs,
        information: sessionLine,
        parse: (lines) => sessionStates[Number(lastMatch(sessionLine, lines)?.[1])],
      }),

    /** Ends the MQTT session; the broker publishes the will all the same. */
    disconnect: (): AtCommand<Accepted> => order({ verb: '+MDISCONNECT', timeoutMs }),

    /** Closes the TCP connection. Whatever it answers, there is none afterwards. */
    closeTcp: (): AtCommand<Accepted> => order({ verb: '+MIPCLOSE', timeoutMs }),
  };
}

/** A quality of service, checked for callers without types. */
export function qosArgument(qos: Qos): Argument {
  return bare(checkInteger('qos', qos, 0, 2));
}

export function flag(value: boolean): Argument {
  return bare(value ? 1 : 0);
}

/**
 * Without a login the client id stands alone: empty fields are documented, but an Air780E refuses them with CME 765.
 * In front of a will they cannot be left out.
 */
function configArguments({ clientId, username = '', password = '', will }: MqttConfig): Argument[] {
  const id = quoted(checkLogin('broker.clientId', clientId));
  const login = [
    secret(checkLogin('broker.username', username)),
    secret(checkLogin('broker.password', password)),
  ];
  if (will) return [id, ...login, ...willArguments(will)];
  return username === '' && password === '' ? [id] : [id, ...login];
}

function willArguments(will: Will): Argument[] {
  const payload = checkWillPayload('will.payload', will.payload);
  return [
    qosArgument(will.qos),
    flag(will.retain),
    quoted(checkTopic(will.topic, 'will topic')),
    { wire: `"${escapeMessage(toWire(payload))}"`, shown: `"${escapeMessage(payload)}"` },
  ];
}
