import type { SupervisorEvent } from '../../../machines/events.js';

const heard: Readonly<Record<SupervisorEvent['type'], string>> = {
  START: 'it was started',
  STOP: 'it was told to stop',
  RETRY: 'somebody had it try again',
  'RADIO TOKEN': 'the radio may be attached again',
  'PORT OPEN': 'the port was opened',
  'PORT FAILED': 'the port did not open',
  'PORT LOST': 'the port was lost',
  'PORT CLOSED': 'the port was closed',
  ANSWERED: 'the module answered',
  OK: 'the module said OK',
  ERROR: 'the module refused a command',
  UNANSWERED: 'the module did not answer',
  'SIM READY': 'the SIM card is ready',
  'SIM PIN': 'the SIM card wants its PIN',
  'SIM PUK': 'the SIM card wants its PUK',
  'SIM ABSENT': 'no SIM card is in the module',
  'SIM BUSY': 'the SIM card is busy',
  ATTACHED: 'the module is attached to the network',
  'NOT ATTACHED': 'the module is not attached to the network yet',
  'REGISTRATION DENIED': 'the network denies the registration',
  'BEARER UP': 'the data bearer is up',
  'BEARER PENDING': 'the data bearer is being opened',
  'BEARER DOWN': 'the data bearer is down',
  'CONNECT OK': 'the broker was reached',
  'CONNECT FAIL': 'the broker was not reached',
  'NOT SECURED': 'the module lost its TLS settings',
  'CONNACK OK': 'the broker took the login',
  ANNOUNCED: 'the announcement is published',
  SUBACK: 'a subscription is acknowledged',
  'ALL SUBSCRIBED': 'every subscription is acknowledged',
  'SESSION UP': 'the MQTT session is up',
  'SESSION DOWN': 'the MQTT session is gone',
  CLOSED: 'the connection was closed',
  DEACT: 'the network took the data bearer away',
  RDY: 'the module rebooted',
  'SIM REMOVED': 'the SIM card was taken out',
  'SIM INSERTED': 'a SIM card was put in',
  UNACKNOWLEDGED: 'a message was not acknowledged in time',
  UNRESPONSIVE: 'the module answers nothing any more',
};

/** What the chart was told, for those who do not know its events. A recording may hold events of another version. */
export function heardWords(event: string): string {
  return (heard as Readonly<Partial<Record<string, string>>>)[event] ?? event;
}
