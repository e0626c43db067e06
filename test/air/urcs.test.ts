import { describe, expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import { createCommands } from '../../src/air/commands/index.js';
import { readUrc, type Urc } from '../../src/air/urcs.js';

const air = createCommands();
const nitz = (quarterHours: number): Urc => ({
  kind: 'nitz',
  time: { year: 2024, month: 8, day: 22, hour: 7, minute: 27, second: 15, quarterHours },
});
const sim = (state: 'ready' | 'pin' | 'puk' | 'removed', slot?: number): Urc =>
  slot === undefined ? { kind: 'sim', state } : { kind: 'sim', state, slot };

const spellings: readonly (readonly [string, Urc])[] = [
  ['CLOSED', { kind: 'closed' }],
  ['7,CLOSED', { kind: 'closed' }],
  ['7, CLOSED ', { kind: 'closed' }],
  ['TCP ERROR:12', { kind: 'closed', tcpError: 12 }],
  ['TCP ERROR: 14', { kind: 'closed', tcpError: 14 }],
  ['RDY', { kind: 'rdy' }],
  ['RDY ', { kind: 'rdy' }],
  ['\xfeRDY', { kind: 'rdy' }],
  ['\x00\xff\x80RDY', { kind: 'rdy' }],
  ['?RDY', { kind: 'rdy' }],
  ['SMS READY', { kind: 'boot hint', text: 'SMS READY' }],
  ['UART Boot Completed', { kind: 'boot hint', text: 'UART Boot Completed' }],
  ["^boot.rom'v'!\\n", { kind: 'noise' }],
  ["^boot.rom.'v\x80\x81\x82\x83'!\\n", { kind: 'noise' }],
  ['\xfe', { kind: 'noise' }],
  ['\x00\x01 ', { kind: 'noise' }],
  ['+CPIN: READY', sim('ready')],
  ['+CPIN:READY', sim('ready')],
  ['+CPIN: READY 0', sim('ready', 0)],
  ['+CPIN: SIM REMOVED', sim('removed')],
  ['+CPIN: SIM REMOVED 0', sim('removed', 0)],
  ['+CPIN: SIM PIN', sim('pin')],
  ['+CPIN: SIM PIN 1', sim('pin', 1)],
  ['+CPIN: SIM PUK', sim('puk')],
  ['\xfe+CPIN: READY', sim('ready')],
  ['+MSUB: 0', { kind: 'cached notice', slot: 0 }],
  ['+MSUB:3', { kind: 'cached notice', slot: 3 }],
  ['^MODE: 17,17', { kind: 'mode', system: 17 }],
  ['^MODE:3,3', { kind: 'mode', system: 3 }],
  ['+E_UTRAN Service', { kind: 'service', network: 'E_UTRAN' }],
  ['+GSM Service', { kind: 'service', network: 'GSM' }],
  ['+CGEV: ME PDN ACT 1', { kind: 'pdn active', cid: 1 }],
  ['+CGEV: ME PDN ACT 1,0', { kind: 'pdn active', cid: 1 }],
  ['+CGEV: NW MODIFY 1,0', { kind: 'diagnostic', text: '+CGEV: NW MODIFY 1,0' }],
  ['+CGEV: ME MODIFY 1', { kind: 'diagnostic', text: '+CGEV: ME MODIFY 1' }],
  ['MQTT HEART NO ACK', { kind: 'diagnostic', text: 'MQTT HEART NO ACK' }],
  ['+NITZ: 24/08/22,07:27:15+32, ', nitz(32)],
  ['+NITZ: 24/08/22,07:27:15+32,0', nitz(32)],
  ['+NITZ: 2024/08/22,07:27:15+0,0', nitz(0)],
  ['+NITZ: 2024/08/22,07:27:15+0, ', nitz(0)],
  ['+NITZ: nonsense', { kind: 'nitz', time: undefined }],
  ['+CREG: 1', { kind: 'registration', domain: 'CREG', state: 'home' }],
  ['+CREG: 0,1', { kind: 'registration', domain: 'CREG', state: 'home' }],
  ['+CGREG: 2,3,"1A2B","0C3D4E5F",7', { kind: 'registration', domain: 'CGREG', state: 'denied' }],
  ['+CEREG: 2', { kind: 'registration', domain: 'CEREG', state: 'searching' }],
  ['+CEREG: 5,"1A2B","0C3D4E5F",7', { kind: 'registration', domain: 'CEREG', state: 'roaming' }],
];

test.each(spellings)('%j', (line, urc) => {
  expect(readUrc(line)).toEqual(urc);
});

describe('every spelling of a lost bearer is one URC', () => {
  test.each([
    '+SAPBR 1: DEACT',
    '+SAPBR 1:DEACT',
    '+CGEV: NW PDN DEACT 1',
    '+CGEV: ME PDN DEACT 1',
    '+CGEV: ME PDN DEACT 1,0',
    '+CGEV: NW DETACH',
    '+CGEV: ME DETACH',
    '+PDP DEACT',
    '+PDP: DEACT',
    '+PDP:DEACT',
    '^MODE: 0,0',
    '+NO Service',
  ])('%s', (line) => {
    expect(readUrc(line)).toEqual({ kind: 'deact', spelling: line });
    expect(readUrc(line, air.queryBearer())).toEqual({ kind: 'deact', spelling: line });
  });
});

describe('a prefix that is answer and URC alike', () => {
  test('belongs to the open command whose answer it can be', () => {
    expect(readUrc('+CPIN: READY', air.simState())).toBeUndefined();
    expect(readUrc('+CPIN: SIM PIN', air.simState())).toBeUndefined();
    expect(readUrc('+CPIN: READY', air.enterPin('1234'))).toBeUndefined();
    expect(readUrc('+CEREG: 0,1 ', air.registration())).toBeUndefined();
  });

  test('is a URC for every other command', () => {
    expect(readUrc('+CPIN: READY', air.attachState())).toEqual(sim('ready'));
    expect(readUrc('+CEREG: 0,1', air.signal())).toMatchObject({ kind: 'registration', state: 'home' });
    expect(readUrc('+CREG: 0,1', air.registration())).toMatchObject({ kind: 'registration', domain: 'CREG' });
    expect(readUrc('+CGREG: 2,1,"1","2",7', air.registration())).toMatchObject({ domain: 'CGREG' });
  });

  test('is a URC in the form that no answer has', () => {
    expect(readUrc('+CPIN: SIM REMOVED 0', air.simState())).toEqual(sim('removed', 0));
    expect(readUrc('+CEREG: 2', air.registration())).toMatchObject({
      kind: 'registration',
      state: 'searching',
    });
    expect(readUrc('+CEREG: 1,"1A2B","0C3D4E5F",7', air.registration())).toMatchObject({ state: 'home' });
  });
});

test('CLOSED, RDY and DEACT are URCs whatever is awaited, even by a command that claims every line', () => {
  const greedy = { information: /.*/ };
  expect(readUrc('CLOSED', greedy)).toEqual({ kind: 'closed' });
  expect(readUrc('RDY', greedy)).toEqual({ kind: 'rdy' });
  expect(readUrc('+PDP: DEACT', greedy)).toMatchObject({ kind: 'deact' });
});

describe('what is no URC', () => {
  test.each([
    'OK',
    'ERROR',
    '+CME ERROR: 767',
    'CONNECT OK',
    'CONNECT FAIL',
    'ALREADY CONNECT',
    'CONNACK OK',
    'SUBACK',
    'PUBACK',
    'PUBREC',
    'PUBCOMP',
    'STATE: IP STATUS',
    '+CGATT: 1',
    '+SAPBR: 1,1,"10.159.1.145"',
    '+MQTTSTATU :0',
    '+MQTTMSGGET: 0,VALID',
    '+MSUB: 4',
    'AirM2M_780E_V1169_LTE_AT',
    '866289037465624',
    'NOT CLOSED',
    'CLOSED?',
    'THIRDY',
    'SMS READY LATER',
    'said: +SAPBR 1: DEACT',
  ])('%s', (line) => {
    expect(readUrc(line)).toBeUndefined();
  });
});

test('any text is read without a throw, and leading garbage changes nothing', () => {
  const garbage = fc.string({ unit: fc.constantFrom('\x00', '\x7f', '\x80', '\xfe', '\xff'), maxLength: 4 });
  const known = fc.constantFrom(...spellings.map(([line]) => line));
  const anything = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  });
  fc.assert(
    fc.property(garbage, fc.oneof(known, anything), (before, line) => {
      fc.pre(!/^[^\x21-\x7e]/.test(line));
      expect(readUrc(before + line)).toEqual(readUrc(line));
    }),
  );
});
