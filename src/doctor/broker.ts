import { fillTemplate } from '../actors/module-info.js';
import { secure } from '../actors/secure.js';
import { Talk } from '../actors/talk.js';
import { publishCommand } from '../air/message.js';
import { LinkError } from '../errors/link-error.js';
import { readCredentials } from '../tls/credentials.js';
import { lineOf } from './answering.js';
import type { Conversation } from './conversation.js';
import type { Examination } from './examination.js';
import { fail, ok, skipped, type Finding, type Rung } from './finding.js';
import { answered } from './network.js';

/**
 * The way to the broker and the login, by the module: what it can reach decides. Where it fails, this host looks at
 * which step.
 */
export async function* brokerConnection(examination: Examination): AsyncGenerator<Finding> {
  const { config, progress } = examination;
  const { broker } = config;
  const line = lineOf(examination);
  const { commands } = line;
  progress('clearing what an earlier session left');
  // Messages of the module's cache are left for the link: only the mode for what comes now is set.
  for (const command of [
    commands.disconnect(),
    commands.closeTcp(),
    commands.messageMode('direct'),
    commands.encodingMode('raw'),
  ]) {
    answered(await line.ask(command), command.display);
  }
  if (broker.tls !== undefined && (await setUpTls(examination, line)) === 'refused') {
    yield* notAsked('it takes no TLS settings', 'dns', 'tcp');
    const advice =
      'Update its firmware to a build with TLS, or restart it (AT+RESET) when its file system is full.';
    yield fail('tls', 'TLS_SETUP_FAILED', 'The module refuses the certificates or the TLS settings.', advice);
    return;
  }
  const id = clientIdOf(examination);
  const { username, password } = broker;
  const set = answered(
    await line.ask(
      commands.mqttConfig({
        clientId: id,
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password }),
      }),
    ),
    'AT+MCONFIG',
  );
  if (set.kind === 'refused') {
    yield* notAsked('it refuses the login', 'dns', 'tcp', 'tls');
    yield fail('login', 'MQTT_CONFIG_FAILED', `The module refuses the client id or the login (${set.line}).`);
    return;
  }
  progress(`connecting to ${broker.host}:${broker.port} by the module`);
  const connected = answered(
    await line.ask(
      commands.tcpConnect({ host: broker.host, port: broker.port, tls: broker.tls !== undefined }),
    ),
    'AT+MIPSTART',
  );
  if (connected.kind === 'refused') {
    yield* whereItFails(examination, connected.line);
    return;
  }
  // At once, since brokers drop an idle connection.
  const loggedIn = await logIn(examination, line);
  yield ok('dns', `The module found ${broker.host}.`);
  yield ok('tcp', `The module reached ${broker.host}:${broker.port}.`);
  yield broker.tls === undefined
    ? skipped('tls', 'not used: mqtt://')
    : ok(
        'tls',
        broker.tls.insecure ? 'Encrypted, unchecked.' : 'The module trusts the broker’s certificate.',
      );
  yield loginFinding(examination, id, loggedIn);
}

function* notAsked(why: string, ...rungs: readonly Rung[]): Generator<Finding> {
  for (const rung of rungs) yield skipped(rung, `the module was not asked: ${why}`);
}

/** A session that the broker keeps is not touched: what waits in it is the link's. */
function clientIdOf({ config: { broker }, module }: Examination): string {
  const id = fillTemplate(broker.clientId, module);
  if (id === undefined) {
    throw new LinkError(
      'MQTT_CONFIG_FAILED',
      `The module does not tell what "${broker.clientId}" asks for.`,
      {
        hint: 'Set broker.clientId to a fixed text.',
      },
    );
  }
  return broker.clean ? id : `${id}-doctor`;
}

/** Certificates and TLS settings, in the way that the link tells them to the module. */
function setUpTls({ config, clock, progress }: Examination, line: Conversation): Promise<'done' | 'refused'> {
  const { tls } = config.broker;
  if (tls === undefined) return Promise.resolve('done');
  progress('writing the certificates into the module');
  const credentials = readCredentials(tls, clock.wallTime());
  return new Promise((resolve, reject) => {
    const talk = new Talk(line.channel, {
      report: () => resolve('refused'),
      onFault: reject,
      explain: () => undefined,
    });
    const parts = { commands: line.commands, config, credentials, wallTime: () => clock.wallTime() };
    secure(talk, parts, () => resolve('done'));
  });
}

/** @returns undefined when the broker accepted it, or what the module said instead */
async function logIn(
  { config, module, progress }: Examination,
  line: Conversation,
): Promise<string | undefined> {
  const { keepalive } = config.broker;
  progress('logging in');
  const login = (withMode: boolean) =>
    line.ask(line.commands.mqttConnect({ clean: true, keepalive, ...(withMode && { mode: 0 as const }) }));
  let result = await login(module.profile.connectMode === 'three');
  // Some builds want a third argument and answer ERROR without it.
  if (result.kind === 'refused' && result.stage === 'final' && module.profile.connectMode !== 'three')
    result = await login(true);
  if (result.kind === 'done') return undefined;
  return result.kind === 'refused' ? result.line : 'nothing';
}

function loginFinding({ config: { broker } }: Examination, id: string, refusal: string | undefined): Finding {
  if (refusal === undefined) return ok('login', `The broker accepted the client id ${id}.`);
  const said = `The broker refuses the login of client id ${id} (the module says ${refusal}).`;
  if (broker.clean) return fail('login', 'MQTT_REFUSED', said);
  return fail(
    'login',
    'MQTT_REFUSED',
    `${said} This id was used so that messages that wait for ${broker.clientId} stay there.`,
    'Check username and password. If the broker takes the login with one client id only, try again with --set broker.clean=true, which empties its session.',
  );
}

/** The module could not connect; what this host sees of the same broker tells the step. */
async function* whereItFails(examination: Examination, said: string): AsyncGenerator<Finding> {
  const { config, reach, progress } = examination;
  const { host, port, tls } = config.broker;
  progress('looking from this host');
  const resolved = await reach.resolve(host);
  if ('fault' in resolved) {
    const unknown = resolved.fault === 'ENOTFOUND';
    yield fail(
      'dns',
      'TCP_FAILED',
      unknown
        ? `The module cannot connect (${said}), and there is no host ${host} for this host either.`
        : `The module cannot connect (${said}), and this host cannot ask for ${host} (${resolved.fault}).`,
      unknown
        ? 'Correct the host in broker.url.'
        : 'Check the host in broker.url; whether it exists can be asked only from a host with DNS.',
    );
    return;
  }
  yield ok('dns', `${host} is ${resolved.address}, asked from this host.`);
  const refused = await reach.dial(host, port);
  if (refused !== undefined) {
    yield fail('tcp', 'TCP_FAILED', ...unreachable(`${host}:${port}`, said, refused));
    return;
  }
  if (tls === undefined) {
    const advice =
      'The network of the card may block this port or be a private one: ask its operator, or check that the broker does not expect TLS here (mqtts://).';
    yield fail(
      'tcp',
      'TCP_FAILED',
      `This host reaches ${host}:${port}, the module does not (${said}).`,
      advice,
    );
    return;
  }
  yield ok('tcp', `This host reaches ${host}:${port}.`);
  const fault = await reach.handshake(host, port, tls);
  yield fail('tls', 'TCP_FAILED', ...untrusted(said, fault));
}

function unreachable(
  broker: string,
  said: string,
  fault: string,
): readonly [message: string, advice: string] {
  switch (fault) {
    case 'ECONNREFUSED':
      return [
        `Nothing listens at ${broker}: neither the module (${said}) nor this host gets a connection.`,
        'Check the port in broker.url and that the broker runs.',
      ];
    default:
      return [
        `Neither the module (${said}) nor this host (${fault}) reaches ${broker}.`,
        'Check host and port in broker.url, and the firewall in front of the broker.',
      ];
  }
}

/** The words of OpenSSL, for those faults that a configuration can have. */
function untrusted(said: string, fault: string | undefined): readonly [message: string, advice: string] {
  switch (fault) {
    case undefined:
      return [
        `This host’s TLS handshake succeeds, the module’s does not (${said}).`,
        'The module knows TLS up to 1.2 with RSA key exchange only: allow such a cipher at the broker (AES256-SHA256), and check the module’s clock.',
      ];
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'CERT_SIGNATURE_FAILURE':
      return [
        `The broker’s certificate is not signed by broker.tls.ca (${fault}).`,
        'Name the authority that signed it in broker.tls.ca.',
      ];
    case 'CERT_HAS_EXPIRED':
      return ['The broker’s certificate has expired.', 'Renew it at the broker.'];
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return [
        'The broker’s certificate is for another name.',
        'Use that name in broker.url, or set broker.tls.serverName.',
      ];
    default:
      return [
        `The TLS handshake fails, from this host too (${fault}).`,
        'Check that the broker expects TLS on this port, and whether it asks for a client certificate (broker.tls.cert and key).',
      ];
  }
}

/** A message to a topic of its own, and back. */
export async function* loopback(examination: Examination): AsyncGenerator<Finding> {
  const { config, module, patience, progress } = examination;
  const line = lineOf(examination);
  const topic = examination.topic ?? topicFor(clientIdOf(examination));
  const payload = Buffer.from(`luat-link doctor ${examination.clock.wallTime()}`);
  progress(`publishing to ${topic} and waiting for it`);
  const subscribed = answered(await line.ask(line.commands.subscribe(topic, 1)), 'AT+MSUB');
  const advice = `Allow this login to publish and read ${topic} in the broker’s access rules, or name a topic that it may use: --topic TOPIC.`;
  if (subscribed.kind === 'refused') {
    yield fail(
      'loopback',
      'SUBSCRIBE_FAILED',
      `The subscription to ${topic} is refused (${subscribed.line}).`,
      advice,
    );
    return;
  }
  const timings = { commandTimeoutMs: config.recovery.commandTimeoutMs };
  const publish = publishCommand(module.profile, { topic, payload, qos: 1, retain: false }, timings);
  let refusal: string | undefined;
  const came = await line.hears(
    (message) => message.topic === topic && message.payload.equals(payload),
    patience.loopbackMs,
    async () => {
      const result = await line.ask(publish);
      refusal =
        result.kind === 'done' ? undefined : result.kind === 'refused' ? result.line : 'no acknowledgement';
      return refusal === undefined;
    },
  );
  if (came) yield ok('loopback', `A message to ${topic} was acknowledged and came back.`);
  else if (refusal !== undefined)
    yield fail('loopback', 'PUBLISH_FAILED', `The message to ${topic} is refused (${refusal}).`, advice);
  else
    yield fail(
      'loopback',
      'PUBLISH_FAILED',
      `The message to ${topic} was acknowledged, but did not come back.`,
      advice,
    );
}

/** Named after the client id, without what a topic may not hold. */
function topicFor(clientId: string): string {
  return `luat-link/doctor/${clientId.replaceAll(/[^\w.-]/g, '_').slice(0, 200)}`;
}
