import { expect, test } from '@jest/globals';
import { exitCodeOf } from '../../src/cli/exit-codes.js';
import { linkErrorCodes } from '../../src/errors/link-error.js';

/** The documented meaning of each exit code, and the errors that belong to it. */
const documented: Readonly<Record<number, readonly string[]>> = {
  1: ['INTERNAL'],
  2: ['CONFIG_INVALID', 'TOPIC_INVALID', 'PAYLOAD_TOO_LARGE'],
  3: ['PORT_NOT_FOUND', 'PORT_DENIED', 'PORT_BUSY', 'PORT_LOST', 'MODEM_UNRESPONSIVE', 'MODEM_REBOOTED'],
  4: ['SIM_MISSING', 'SIM_REMOVED', 'SIM_PIN_REQUIRED', 'SIM_PIN_WRONG', 'SIM_BLOCKED'],
  5: ['NOT_ATTACHED', 'REGISTRATION_DENIED', 'BEARER_FAILED', 'BEARER_LOST'],
  6: [
    'TLS_SETUP_FAILED',
    'MQTT_CONFIG_FAILED',
    'TCP_FAILED',
    'TCP_CLOSED',
    'MQTT_REFUSED',
    'CLIENT_ID_TAKEN',
    'SESSION_LOST',
    'SUBSCRIBE_FAILED',
    'PUBLISH_FAILED',
  ],
  7: ['TIMEOUT', 'EXPIRED'],
  8: ['OUTBOX_FAILED', 'OUTBOX_FULL', 'REPLACED'],
  130: ['STOPPED'],
};

test.each(linkErrorCodes)('%s ends a command with its documented exit code', (code) => {
  expect(documented[exitCodeOf(code)]).toContain(code);
});
