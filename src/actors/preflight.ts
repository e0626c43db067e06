import { createCommands } from '../air/commands/index.js';
import { checkTopic } from '../air/topic.js';
import type { LinkConfig } from '../config/schema.js';
import { LinkError } from '../errors/link-error.js';

/**
 * Whether everything that the configuration sends to the module can be sent: the schema knows lengths, the dialect
 * knows which characters have no escape.
 * @throws LinkError CONFIG_INVALID naming the key
 */
export function checkSendable({ broker, apn, sim, will, announce, subscriptions }: LinkConfig): void {
  const commands = createCommands();
  const { clientId, username, password, host, port, tls } = broker;
  named('broker', () => {
    commands.mqttConfig({
      clientId: clientId.replaceAll(/\{(?:imei|iccid)\}/g, '0'),
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
    });
    commands.tcpConnect({ host, port, tls: tls !== undefined });
  });
  named('apn', () => {
    commands.bearerApn(apn.name);
    commands.bearerUser(apn.user);
    commands.bearerPassword(apn.password);
  });
  named('sim.pin', () => sim.pin !== undefined && commands.enterPin(sim.pin));
  named('will', () => will !== undefined && commands.mqttConfig({ clientId: '0', will }));
  named('announce.topic', () => announce !== undefined && checkTopic(announce.topic));
  for (const [index, { topic, qos }] of subscriptions.entries()) {
    named(`subscriptions.${index}.topic`, () => commands.subscribe(topic, qos));
  }
}

function named(key: string, build: () => unknown): void {
  try {
    build();
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    throw new LinkError('CONFIG_INVALID', `${key} cannot be sent to the module: ${error.message}`, {
      cause: error,
    });
  }
}
