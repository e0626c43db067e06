import { createCommands } from '../air/commands/index.js';
import { publishCommand } from '../air/message.js';
import { moduleProfiles, unknownModule, type ModuleProfile } from '../air/profiles.js';
import { defaultTimings } from '../air/timings.js';
import { checkTopic } from '../air/topic.js';
import type { LinkConfig } from '../config/schema.js';
import { LinkError } from '../errors/link-error.js';
import { fillTemplate, type ModuleInfo } from './module-info.js';

/** An IMEI has 15 digits, an ICCID up to 20. */
const LONGEST_IDS: ModuleInfo = { profile: unknownModule, imei: '0'.repeat(15), iccid: '0'.repeat(20) };

/**
 * Whether everything that the configuration sends to the module can be sent: the schema knows lengths, the dialect
 * knows which characters have no escape.
 * @throws LinkError CONFIG_INVALID naming the key
 */
export function checkSendable(config: LinkConfig): void {
  checkReset(config);
  const { broker, apn, sim, will, announce, health, subscriptions } = config;
  const commands = createCommands();
  const { clientId, username, password, host, port, tls } = broker;
  named('broker', () => {
    commands.mqttConfig({
      clientId: fillTemplate(clientId, LONGEST_IDS) ?? '',
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
    });
    commands.tcpConnect({ host, port, tls: tls !== undefined });
    if (tls?.serverName !== undefined) commands.sslConfig('hostname', tls.serverName);
  });
  named('apn', () => {
    commands.bearerApn(apn.name);
    commands.bearerUser(apn.user);
    commands.bearerPassword(apn.password);
  });
  named('sim.pin', () => sim.pin !== undefined && commands.enterPin(sim.pin));
  named('will', () => will !== undefined && commands.mqttConfig({ clientId: '0', will }));
  if (announce !== undefined) {
    named('announce.topic', () => checkTopic(announce.topic));
    const message = { ...announce, payload: Buffer.from(announce.payload) };
    named('announce.payload', () =>
      publishCommand(largestModule(config), message, defaultTimings, config.receive.encoding),
    );
  }
  named('health.topic', () => health !== undefined && checkTopic(health.topic));
  for (const [index, { topic, qos }] of subscriptions.entries()) {
    named(`subscriptions.${index}.topic`, () => commands.subscribe(topic, qos));
  }
}

/** Of a module that is not named nothing is known yet but what the largest takes. */
function largestModule({ module }: LinkConfig): ModuleProfile {
  return moduleProfiles[module === 'auto' ? 'air780ep' : module];
}

/** Air780E hardware guide: RESET_N must be held for more than 500 ms. */
function checkReset({ module, reset }: LinkConfig): void {
  if (module === 'air780e' && reset?.kind === 'line' && reset.pulseMs <= 500) {
    throw new LinkError('CONFIG_INVALID', 'reset.pulseMs must be more than 500 for the Air780E.');
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
