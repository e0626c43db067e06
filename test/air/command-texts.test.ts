import { describe, expect, test } from '@jest/globals';
import { createCommands } from '../../src/air/commands/index.js';
import { publishCommand } from '../../src/air/message.js';
import { unknownModule } from '../../src/air/profiles.js';
import { defaultTimings } from '../../src/air/timings.js';
import type { AtCommand } from '../../src/at/command.js';

const air = createCommands();
const texts = (...commands: readonly AtCommand<unknown>[]) => commands.map(({ text }) => text);

const login = () => air.mqttConfig({ clientId: '866289037465624', username: 'user', password: 'password' });
const tcp = () => air.tcpConnect({ host: 'lbsmqtt.airm2m.com', port: 1884, tls: false });
const mqtt = () => air.mqttConnect({ clean: true, keepalive: 60 });
const publish = (qos: 0 | 1 | 2) =>
  publishCommand(
    unknownModule,
    { topic: 'mqtt/pub_topic', payload: Buffer.from(`publish ${qos} payload`), qos, retain: false },
    defaultTimings,
  );

describe('the documented sequences come out byte for byte', () => {
  test('connect, subscribe, publish', () => {
    expect(
      texts(
        air.simState(),
        air.attachState(),
        air.bearerType(),
        air.bearerApn(''),
        air.openBearer(),
        air.queryBearer(),
        login(),
        tcp(),
        mqtt(),
        air.subscribe('mqtt/sub_topic', 0),
        publish(0),
        publish(1),
        publish(2),
      ),
    ).toEqual([
      'AT+CPIN?',
      'AT+CGATT?',
      'AT+SAPBR=3,1,"CONTYPE","GPRS"',
      'AT+SAPBR=3,1,"APN",""',
      'AT+SAPBR=1,1',
      'AT+SAPBR=2,1',
      'AT+MCONFIG="866289037465624","user","password"',
      'AT+MIPSTART="lbsmqtt.airm2m.com","1884"',
      'AT+MCONNECT=1,60',
      'AT+MSUB="mqtt/sub_topic",0',
      'AT+MPUB="mqtt/pub_topic",0,0,"publish 0 payload"',
      'AT+MPUB="mqtt/pub_topic",1,0,"publish 1 payload"',
      'AT+MPUB="mqtt/pub_topic",2,0,"publish 2 payload"',
    ]);
  });

  test('receive, first directly, then from the cache', () => {
    expect(
      texts(
        login(),
        tcp(),
        mqtt(),
        air.subscribe('mqtt/sub_topic', 0),
        air.messageMode('cached'),
        air.readCached(),
        air.readCached(),
      ),
    ).toEqual([
      'AT+MCONFIG="866289037465624","user","password"',
      'AT+MIPSTART="lbsmqtt.airm2m.com","1884"',
      'AT+MCONNECT=1,60',
      'AT+MSUB="mqtt/sub_topic",0',
      'AT+MQTTMSGSET=1',
      'AT+MQTTMSGGET',
      'AT+MQTTMSGGET',
    ]);
  });

  test('after CLOSED', () => {
    expect(texts(air.closeTcp(), login(), tcp(), mqtt())).toEqual([
      'AT+MIPCLOSE',
      'AT+MCONFIG="866289037465624","user","password"',
      'AT+MIPSTART="lbsmqtt.airm2m.com","1884"',
      'AT+MCONNECT=1,60',
    ]);
  });

  test('after DEACT', () => {
    expect(texts(air.closeTcp(), air.closeBearer(), air.openBearer(), login(), tcp(), mqtt())).toEqual([
      'AT+MIPCLOSE',
      'AT+SAPBR=0,1',
      'AT+SAPBR=1,1',
      'AT+MCONFIG="866289037465624","user","password"',
      'AT+MIPSTART="lbsmqtt.airm2m.com","1884"',
      'AT+MCONNECT=1,60',
    ]);
  });
});

const will = { topic: 'a/will', payload: 'off\r\n"now"\\', qos: 1, retain: true } as const;
const pem = Buffer.from('-----BEGIN PRIVATE KEY-----');

/** name, command, text on the wire, text for people where it differs */
const others: readonly (readonly [string, AtCommand<unknown>, string, string?])[] = [
  ['AT', air.attention(), 'AT'],
  ['ATE0', air.echoOff(), 'ATE0'],
  ['CMEE', air.numericErrors(), 'AT+CMEE=1'],
  ['ATI', air.identify(), 'ATI'],
  ['CGMR', air.firmware(), 'AT+CGMR'],
  ['CGSN', air.imei(), 'AT+CGSN'],
  ['RESET', air.restart(), 'AT+RESET'],
  ['EXINFO', air.bootCause(), 'AT*EXINFO?'],
  ['CPIN', air.enterPin('1234'), 'AT+CPIN="1234"', 'AT+CPIN=***'],
  ['ICCID', air.iccid(), 'AT+ICCID'],
  ['CEREG', air.registration(), 'AT+CEREG?'],
  ['CSQ', air.signal(), 'AT+CSQ'],
  ['CESQ', air.signalQuality(), 'AT+CESQ'],
  ['COPS', air.operator(), 'AT+COPS?'],
  ['CCLK', air.clock(), 'AT+CCLK?'],
  ['SAPBR', air.bearerUser('u'), 'AT+SAPBR=3,1,"USER","u"', 'AT+SAPBR=3,1,"USER",***'],
  ['SAPBR', air.bearerPassword('p'), 'AT+SAPBR=3,1,"PWD","p"', 'AT+SAPBR=3,1,"PWD",***'],
  ['MQTTMSGSET', air.messageMode('direct'), 'AT+MQTTMSGSET=0'],
  ['MQTTMODE', air.encodingMode('raw'), 'AT+MQTTMODE=0'],
  ['MQTTMODE', air.encodingMode('hex'), 'AT+MQTTMODE=1'],
  ['MQTTMSGGET', air.cachedSlots(), 'AT+MQTTMSGGET?'],
  ['MQTTSTATU', air.sessionState(), 'AT+MQTTSTATU'],
  ['MDISCONNECT', air.disconnect(), 'AT+MDISCONNECT'],
  ['MUNSUB', air.unsubscribe('a/+/#'), 'AT+MUNSUB="a/+/#"'],
  ['MCONFIG', air.mqttConfig({ clientId: 'id' }), 'AT+MCONFIG="id"'],
  ['MCONFIG', air.mqttConfig({ clientId: 'id', username: '', password: '' }), 'AT+MCONFIG="id"'],
  [
    'MCONFIG',
    air.mqttConfig({ clientId: 'id', username: 'u' }),
    'AT+MCONFIG="id","u",""',
    'AT+MCONFIG="id",***,***',
  ],
  [
    'MCONFIG',
    air.mqttConfig({ clientId: 'id', username: 'u', password: 'p', will }),
    'AT+MCONFIG="id","u","p",1,1,"a/will","off\\0D\\0A\\22now\\22\\5C"',
    'AT+MCONFIG="id",***,***,1,1,"a/will","off\\0D\\0A\\22now\\22\\5C"',
  ],
  [
    'MCONFIG',
    air.mqttConfig({ clientId: 'id', will: { ...will, payload: '再见', retain: false } }),
    `AT+MCONFIG="id","","",1,0,"a/will","${Buffer.from('再见').toString('latin1')}"`,
    'AT+MCONFIG="id",***,***,1,0,"a/will","再见"',
  ],
  [
    'SSLMIPSTART',
    air.tcpConnect({ host: '10.0.0.1', port: 8883, tls: true }),
    'AT+SSLMIPSTART="10.0.0.1","8883"',
  ],
  ['MCONNECT', air.mqttConnect({ clean: false, keepalive: 65_535, mode: 0 }), 'AT+MCONNECT=0,65535,0'],
  ['CFUN', air.radio(0), 'AT+CFUN=0'],
  ['CFUN', air.radio(1), 'AT+CFUN=1'],
  ['FSCREATE', air.fileCreate('ca.crt'), 'AT+FSCREATE="ca.crt"'],
  ['FSWRITE', air.fileWrite('client.key', pem, 'overwrite'), 'AT+FSWRITE="client.key",0,27,15'],
  ['FSWRITE', air.fileWrite('client.key', pem, 'append'), 'AT+FSWRITE="client.key",1,27,15'],
  ['FSDEL', air.fileDelete('ca.crt'), 'AT+FSDEL="ca.crt"'],
  ['FSFLSIZE', air.fileSize('ca.crt'), 'AT+FSFLSIZE="ca.crt"'],
  ['SSLCFG', air.sslConfig('cacert', 'ca.crt'), 'AT+SSLCFG="cacert",88,"ca.crt"'],
  ['SSLCFG', air.sslConfig('clientcert', 'c.crt'), 'AT+SSLCFG="clientcert",88,"c.crt"'],
  ['SSLCFG', air.sslConfig('clientkey', 'c.key'), 'AT+SSLCFG="clientkey",88,"c.key"'],
  ['SSLCFG', air.sslConfig('hostname', 'b.example'), 'AT+SSLCFG="hostname",88,"b.example"'],
  ['SSLCFG', air.sslConfig('seclevel', 2), 'AT+SSLCFG="seclevel",88,2'],
  ['SSLCFG', air.sslConfig('sslversion', 3), 'AT+SSLCFG="sslversion",88,3'],
  ['SSLCFG', air.sslConfig('ignorelocaltime', 1), 'AT+SSLCFG="ignorelocaltime",88,1'],
  ['SSLCFG', air.sslConfig('negotiatetimeout', 60), 'AT+SSLCFG="negotiatetimeout",88,60'],
  ['SSLCFG', air.sslErase('cacert'), 'AT+SSLCFG="cacert",88,'],
];

test.each(others)('%s is written as documented', (name, command, text, display = text) => {
  expect(command).toMatchObject({ name, text, display });
});

test('the data of a file stand in neither text', () => {
  const command = air.fileWrite('client.key', pem, 'overwrite');
  expect(command.data).toEqual(pem);
  expect(command.text + command.display).not.toContain('PRIVATE');
});

describe('time limits', () => {
  const quick = createCommands({ commandTimeoutMs: 10 });

  test('the final result has the configured one', () => {
    expect(quick.attention().timeoutMs).toBe(10);
    expect(quick.queryBearer().timeoutMs).toBe(10);
    expect(createCommands().attention().timeoutMs).toBe(9000);
  });

  test('a file write waits out the 15 s that the module waits for its data', () => {
    expect(quick.fileWrite('a', pem, 'append').timeoutMs).toBe(15_010);
  });

  test('each outcome has its own', () => {
    const target = { topic: 't', retain: false } as const;
    const limits = [
      quick.tcpConnect({ host: 'h', port: 1, tls: false }),
      quick.tcpConnect({ host: 'h', port: 1, tls: true }),
      quick.mqttConnect({ clean: true, keepalive: 1 }),
      quick.subscribe('t', 0),
      quick.unsubscribe('t'),
      quick.publishInline({ ...target, qos: 0 }, ''),
      quick.publishInline({ ...target, qos: 1 }, ''),
      quick.publishData({ ...target, qos: 2 }, Buffer.from('x')),
    ].map((command) => command.outcome?.timeoutMs);
    expect(limits).toEqual([40_000, 90_000, 20_000, 15_000, 15_000, undefined, 15_000, 15_000]);
  });
});
