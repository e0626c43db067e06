import { describe, expect, test } from '@jest/globals';
import { createCommands } from '../../src/air/commands/index.js';
import { isAlreadyConnected } from '../../src/air/commands/session.js';
import { simStateOfError } from '../../src/air/commands/sim.js';
import type { AtCommand, OutcomeGrammar } from '../../src/at/command.js';

const air = createCommands();
/** The full-width colon of the manual, three bytes of UTF-8 seen as latin1. */
const WIDE = Buffer.from('：').toString('latin1');

/** What the command makes of these lines, when only those that it claims reach it. */
function answer<Answer>(command: AtCommand<Answer>, ...lines: string[]): Answer | undefined {
  return command.parse(lines.filter((line) => command.information?.test(line) ?? false));
}

type Row = readonly [lines: string | readonly string[], answer: unknown];

function table(title: string, command: AtCommand<unknown>, rows: readonly Row[]): void {
  describe(title, () => {
    test.each(rows.map(([lines, expected]) => ({ lines: [lines].flat(), expected })))(
      '$lines',
      ({ lines, expected }) => {
        expect(answer(command, ...lines)).toEqual(expected);
      },
    );
  });
}

table('ATI', air.identify(), [
  ['AirM2M_780E_V1169_LTE_AT', 'AirM2M_780E_V1169_LTE_AT'],
  ['AirM2M_780EPV_V1007_LTE_AT ', 'AirM2M_780EPV_V1007_LTE_AT'],
  ['ATI', undefined],
  [[], undefined],
]);
table('AT+CGMR', air.firmware(), [
  ['+CGMR: "AirM2M_780EP_V1010_LTE_AT"', 'AirM2M_780EP_V1010_LTE_AT'],
  ['+CGMR:AirM2M_780EP_V1010_LTE_AT', 'AirM2M_780EP_V1010_LTE_AT'],
  ['"AirM2M_720U_V401857_LTE_AT"', 'AirM2M_720U_V401857_LTE_AT'],
  ['AirM2M_720U_V401857_LTE_AT', 'AirM2M_720U_V401857_LTE_AT'],
]);
table('AT+CGSN', air.imei(), [
  ['866289037465624', '866289037465624'],
  ['"866289037465624"', '866289037465624'],
  ['+CGSN: 866289037465624', '866289037465624'],
  ['+CGSN: "866289037465624" ', '866289037465624'],
  ['86628903746562', undefined],
]);
table('AT+ICCID', air.iccid(), [
  ['+ICCID: 89860117838009934120', '89860117838009934120'],
  ['+ICCID:8986011783800993412F', '8986011783800993412F'],
  ['8986011783800993412', '8986011783800993412'],
  ['+ICCID: "89860117838009934120"', '89860117838009934120'],
  ['+ICCID: 1234', undefined],
]);
table('AT*EXINFO?', air.bootCause(), [
  ['*EXINFO: 0', 'power key'],
  ['*EXINFO: 3', 'software'],
  ['*EXINFO:5', 'reset pin'],
  ['*EXINFO: 6', 'crash'],
  ['*EXINFO : 8 ', 'watchdog'],
  ['*EXINFO: 7', 'other'],
  [[], undefined],
]);
table('AT+CPIN?', air.simState(), [
  ['+CPIN: READY', 'ready'],
  ['+CPIN:READY', 'ready'],
  ['+CPIN : READY ', 'ready'],
  [`+CPIN${WIDE}READY`, 'ready'],
  ['+CPIN: SIM PIN', 'pin'],
  ['+CPIN: SIM PUK', 'puk'],
  ['+CPIN: SIM PIN2', 'ready'],
  ['+CPIN: SIM PUK2', 'ready'],
  ['+CPIN: SIM REMOVED', 'removed'],
  ['+CPIN: PH-NET PIN', undefined],
  [['+CPIN: SIM PIN', '+CPIN: READY'], 'ready'],
  [[], undefined],
]);
table('AT+CGATT?', air.attachState(), [
  ['+CGATT: 1', 'attached'],
  ['+CGATT: 0', 'detached'],
  ['+CGATT :1', 'attached'],
  ['+CGATT:0 ', 'detached'],
  [[], undefined],
]);
table('AT+CEREG?', air.registration(), [
  ['+CEREG: 0,1', 'home'],
  ['+CEREG: 0,1 ', 'home'],
  ['+CEREG:0,5', 'roaming'],
  ['+CEREG: 0,2', 'searching'],
  ['+CEREG: 0,3', 'denied'],
  ['+CEREG: 0,0', 'idle'],
  ['+CEREG: 0,4', 'unknown'],
  ['+CEREG: 0,11', 'unknown'],
  ['+CEREG: 2,1,"1A2B","0C3D4E5F",7', 'home'],
  ['+CEREG : 2 , 5 , "1A2B","0C3D4E5F",7', 'roaming'],
  // Seen where the answer was due: another domain's line is no answer.
  ['+CGREG: 2,1,"1A2B","0C3D4E5F",7', undefined],
  ['+CREG: 0,1', undefined],
  ['+CEREG: 1', undefined],
  [['+CGREG: 2,3', '+CEREG: 0,1'], 'home'],
]);
table('AT+CSQ', air.signal(), [
  ['+CSQ: 16,0', { dBm: -81, reception: 'good' }],
  ['+CSQ: 31,99', { dBm: -51, reception: 'good' }],
  ['+CSQ:0,99', { dBm: -113, reception: 'unusable' }],
  ['+CSQ: 7,0', { dBm: -99, reception: 'unusable' }],
  ['+CSQ: 10,0', { dBm: -93, reception: 'unstable' }],
  ['+CSQ: 99,99', { dBm: undefined, reception: 'unknown' }],
  [[], undefined],
]);
table('AT+CESQ', air.signalQuality(), [
  ['+CESQ: 99,99,255,255,20,51', { rsrqDB: -9.5, rsrpDBm: -89, reception: 'good' }],
  ['+CESQ: 99,99,255,255,20,15', { rsrqDB: -9.5, rsrpDBm: -125, reception: 'unusable' }],
  ['+CESQ:99,99,255,255,34,26 ', { rsrqDB: -2.5, rsrpDBm: -114, reception: 'unstable' }],
  ['+CESQ: 99,99,255,255,255,255', { rsrqDB: undefined, rsrpDBm: undefined, reception: 'unknown' }],
  [[], undefined],
]);
table('AT+COPS?', air.operator(), [
  ['+COPS: 0,0,"CHINA MOBILE",7', { name: 'CHINA MOBILE' }],
  ['+COPS: 0,2,"46000"', { name: '46000' }],
  ['+COPS: 0', { name: undefined }],
  [[], undefined],
]);
table('AT+CCLK?', air.clock(), [
  [
    '+CCLK: "24/08/22,07:27:15+32"',
    { year: 2024, month: 8, day: 22, hour: 7, minute: 27, second: 15, quarterHours: 32 },
  ],
  [
    '+CCLK:"2024/10/11,07:38:35-20"',
    { year: 2024, month: 10, day: 11, hour: 7, minute: 38, second: 35, quarterHours: -20 },
  ],
  ['+CCLK: "24/13/22,07:27:15+32"', undefined],
  [[], undefined],
]);
table('AT+SAPBR=2,1', air.queryBearer(), [
  ['+SAPBR: 1,1,"10.159.1.145"', { state: 'connected', address: '10.159.1.145' }],
  ['+SAPBR:1,0,"0.0.0.0"', { state: 'connecting', address: undefined }],
  ['+SAPBR : 1,2', { state: 'closing', address: undefined }],
  ['+SAPBR: 1,3,""', { state: 'closed', address: undefined }],
  [['+SAPBR: 2,3,"0.0.0.0"', '+SAPBR: 1,1,10.0.0.2'], { state: 'connected', address: '10.0.0.2' }],
  ['+SAPBR: 2,1,"10.0.0.2"', undefined],
  ['+SAPBR 1: DEACT', undefined],
  [[], undefined],
]);
table('AT+MQTTSTATU', air.sessionState(), [
  ['+MQTTSTATU :1', 'online'],
  ['+MQTTSTATU :0', 'offline'],
  ['+MQTTSTATU: 2', 'tcp only'],
  ['+MQTTSTATU:1', 'online'],
  ['+MQTTSTATU : 1 ', 'online'],
  [`+MQTTSTATU${WIDE}1`, 'online'],
  ['+MQTTSTATU :3', undefined],
  [[], undefined],
]);
table('AT+MQTTMSGGET?', air.cachedSlots(), [
  [
    ['+MQTTMSGGET: 0,VALID', '+MQTTMSGGET: 1,INVALID', '+MQTTMSGGET: 2,VALID', '+MQTTMSGGET: 3,INVALID'],
    [0, 2],
  ],
  [[`+MQTTMSGGET${WIDE}0,INVALID`, '+MQTTMSGGET:1 , VALID'], [1]],
  [['+MQTTMSGGET: 0,INVALID'], []],
  [[], undefined],
]);
table('AT+FSFLSIZE', air.fileSize('ca.crt'), [
  ['+FSFLSIZE: 1212', 1212],
  ['+FSFLSIZE:0', 0],
  ['+FSFLSIZE: "ca.crt",1212', 1212],
  [[], undefined],
]);

test('a command that promises nothing but OK is accepted by it', () => {
  expect(answer(air.attention())).toBe(true);
  expect(answer(air.enterPin('1234'), '+CPIN: READY')).toBe(true);
  expect(answer(air.closeTcp())).toBe(true);
});

test.each([
  [10, 'removed'],
  [11, 'pin'],
  [12, 'puk'],
  [13, 'removed'],
  [14, 'busy'],
  [3, undefined],
  [100, undefined],
])('CME %i to AT+CPIN? means %s', (cme, state) => {
  expect(simStateOfError(cme)).toBe(state);
});

describe('outcomes', () => {
  const tcp = air.tcpConnect({ host: 'h', port: 1, tls: false }).outcome;
  const target = { topic: 't', retain: false } as const;
  const rows: readonly (readonly [string, OutcomeGrammar | undefined, Verdict])[] = [
    ['CONNECT OK', tcp, 'success'],
    ['CONNECTOK', tcp, 'success'],
    ['7,CONNECT OK', tcp, 'success'],
    ['CONNECT OK ', tcp, 'success'],
    ['CONNECT FAIL', tcp, 'failure'],
    ['7,CONNECT FAIL', tcp, 'failure'],
    ['ALREADY CONNECT', tcp, 'failure'],
    ['STATE: IP STATUS', tcp, 'progress'],
    ['STATE:IP INITIAL', tcp, 'progress'],
    ['CLOSED', tcp, 'none'],
    ['OK', tcp, 'none'],
    ['CONNACK OK', tcp, 'none'],
    ['CONNACK OK', air.mqttConnect({ clean: true, keepalive: 60 }).outcome, 'success'],
    ['CONNACKOK', air.mqttConnect({ clean: true, keepalive: 60 }).outcome, 'success'],
    ['CONNECT OK', air.mqttConnect({ clean: true, keepalive: 60 }).outcome, 'none'],
    ['SUBACK', air.subscribe('t', 0).outcome, 'success'],
    ['UNSUBACK', air.subscribe('t', 0).outcome, 'none'],
    ['UNSUBACK', air.unsubscribe('t').outcome, 'success'],
    ['SUBACK', air.unsubscribe('t').outcome, 'none'],
    ['PUBACK', air.publishInline({ ...target, qos: 1 }, '').outcome, 'success'],
    ['PUBCOMP', air.publishInline({ ...target, qos: 1 }, '').outcome, 'none'],
    ['PUBREC', air.publishInline({ ...target, qos: 2 }, '').outcome, 'progress'],
    ['PUBCOMP', air.publishData({ ...target, qos: 2 }, Buffer.from('x')).outcome, 'success'],
    ['PUBACK', air.publishData({ ...target, qos: 2 }, Buffer.from('x')).outcome, 'none'],
  ];

  test.each(rows)('%s', (line, outcome, verdict) => {
    expect(outcome && verdictOf(outcome, line)).toBe(verdict);
  });

  test('a connection that stands already is told from one that failed', () => {
    expect(isAlreadyConnected('ALREADY CONNECT')).toBe(true);
    expect(isAlreadyConnected('7,ALREADY CONNECT')).toBe(true);
    expect(isAlreadyConnected('CONNECT FAIL')).toBe(false);
  });
});

type Verdict = 'success' | 'failure' | 'progress' | 'none';

/** Exactly one of the three patterns may claim a line. */
function verdictOf({ success, failure, progress }: OutcomeGrammar, line: string): Verdict | 'several' {
  const claims: Verdict[] = [];
  if (success.test(line)) claims.push('success');
  if (failure?.test(line)) claims.push('failure');
  if (progress?.test(line)) claims.push('progress');
  return claims.length > 1 ? 'several' : (claims[0] ?? 'none');
}
