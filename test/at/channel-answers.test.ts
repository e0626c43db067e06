import { describe, expect, test } from '@jest/globals';
import { LinkError } from '../../src/errors/link-error.js';
import { Conversation, told } from './conversation.js';
import { askPin, connect, plain } from './example-dialect.js';

describe('a command', () => {
  test('is sent with a CR and done with its OK', () => {
    const line = new Conversation();
    line.run(plain());
    expect(line.sent).toEqual(['AT+PLAIN\r']);
    line.sayLines('OK');
    expect(line.events).toEqual(['PLAIN done']);
    expect(line.clock.armed).toBe(0);
  });

  test('gets its information lines', async () => {
    const line = new Conversation();
    const result = line.channel.execute(askPin());
    line.sayLines('+CPIN: SIM PIN', 'OK');
    expect(await result).toEqual({ kind: 'done', answer: 'SIM PIN' });
  });

  test('is refused when its information is not what it promises', () => {
    const line = new Conversation();
    line.run(askPin());
    line.sayLines('OK');
    expect(line.events).toEqual(['CPIN refused final OK']);
  });

  test('is refused with the number of the error', async () => {
    const line = new Conversation();
    const result = line.channel.execute(plain());
    line.sayLines('+CME ERROR: 767');
    expect(await result).toEqual({ kind: 'refused', stage: 'final', line: '+CME ERROR: 767', cme: 767 });
  });

  test.each(['AT+A\r\nAT+B', 'AT+A\0', 'AT+A\x7f', 'AT+合'])('is not sent when its text is %j', (text) => {
    const line = new Conversation();
    expect(() => line.run(plain('A', { text }))).toThrow(LinkError);
    expect(line.sent).toEqual([]);
  });

  test('may hold bytes beyond ASCII', () => {
    const line = new Conversation();
    line.run(plain('A', { text: 'AT+A="\xc3\xa9"' }));
    expect(line.sent).toEqual(['AT+A="\xc3\xa9"\r']);
  });
});

describe('what else comes while a command is open', () => {
  test('URCs reach their listener, in the order of the wire', () => {
    const line = new Conversation();
    line.run(plain());
    line.say('\r\n+CGEV: ME DETACH\r\n\r\nOK\r\n\r\nCLOSED\r\n');
    expect(line.events).toEqual(['urc +CGEV: ME DETACH', 'PLAIN done', 'urc CLOSED']);
  });

  test('a line that may be both is the answer while it is asked for and a URC otherwise', () => {
    const line = new Conversation();
    line.run(askPin());
    line.sayLines('+CPIN: READY', 'OK', '+CPIN: SIM REMOVED 0');
    expect(line.events).toEqual(['CPIN done', 'urc +CPIN: SIM REMOVED 0']);
  });

  test('payloads go to their own listener, in the order of the wire', () => {
    const line = new Conversation();
    line.run(plain('MQTTMSGGET'));
    line.say('\r\n+MSUB: "t",4 byte,\r\nOK\r\n\r\nOK\r\n+MSUB: "t",9 byte,x');
    expect(line.events).toEqual(['payload \r\nOK', 'MQTTMSGGET done']);
  });

  test('a payload that breaks off is reported', async () => {
    const line = new Conversation();
    line.say('\r\n+MSUB: "t",9 byte,x');
    await line.clock.advance(1000);
    expect(line.events).toEqual(['truncated']);
  });

  test('noise is counted and has no effect', () => {
    const line = new Conversation();
    line.run(plain());
    line.sayLines('DATA ACCEPT:8', 'CONNECT OK');
    expect(line.channel.noise).toBe(2);
    line.sayLines('OK');
    expect(line.events).toEqual(['PLAIN done']);
  });

  test('a final result without a command is ignored', () => {
    const line = new Conversation();
    line.sayLines('OK', 'ERROR');
    expect(line.events).toEqual([]);
    line.run(plain());
    expect(line.channel.idle).toBe(false);
  });
});

describe('echo', () => {
  test('of the command is dropped, once', () => {
    const line = new Conversation();
    line.run(plain('A', { information: /^AT\+A$/, parse: (lines) => lines.length === 1 || undefined }));
    line.say('AT+A\r\r\nAT+A\r\n\r\nOK\r\n');
    expect(line.events).toEqual(['A done']);
    expect(line.channel.noise).toBe(0);
  });

  test('of a command that is refused is dropped likewise', () => {
    const line = new Conversation();
    line.run(plain());
    line.say('AT+PLAIN\r\r\nERROR\r\n');
    expect(line.events).toEqual(['PLAIN refused final ERROR']);
    expect(line.channel.noise).toBe(0);
  });
});

describe('an outcome', () => {
  test('comes after the OK, which is not yet the result', () => {
    const line = new Conversation();
    line.run(connect());
    line.sayLines('OK');
    expect(line.events).toEqual([]);
    line.sayLines('CONNECT OK');
    expect(line.events).toEqual(['CONNECT done CONNECT OK']);
  });

  test('counts when it overtakes the OK', () => {
    const line = new Conversation();
    line.run(connect());
    line.sayLines('CONNECT OK');
    expect(line.events).toEqual([]);
    line.sayLines('OK');
    expect(line.events).toEqual(['CONNECT done CONNECT OK']);
  });

  test('counts as a failure when that overtakes the OK', () => {
    const line = new Conversation();
    line.run(connect());
    line.sayLines('STATE: IP STATUS', 'CONNECT FAIL', 'OK');
    expect(line.events).toEqual(['CONNECT refused outcome CONNECT FAIL']);
  });

  test.each(['ERROR', '+CME ERROR: 3', 'CONNECT FAIL'])('may be %s after the OK', (said) => {
    const line = new Conversation();
    line.run(connect());
    line.sayLines('OK', said);
    expect(line.events).toEqual([`CONNECT refused outcome ${said}`]);
  });

  test('does not come when the command itself is refused', () => {
    const line = new Conversation();
    line.run(connect());
    line.sayLines('ERROR');
    expect(line.events).toEqual(['CONNECT refused final ERROR']);
  });

  test('is not mistaken for a second OK', () => {
    const line = new Conversation();
    line.run(connect());
    line.sayLines('OK', 'OK');
    expect(line.events).toEqual([]);
    expect(line.channel.noise).toBe(1);
  });
});

describe('the queue', () => {
  test('sends one command at a time, in order', () => {
    const line = new Conversation();
    line.run(plain('A'));
    line.run(connect());
    line.run(plain('B'));
    expect(line.sent).toEqual(['AT+A\r']);
    line.sayLines('OK');
    expect(line.sent).toEqual(['AT+A\r', 'AT+CONNECT\r']);
    line.sayLines('OK');
    expect(line.sent).toHaveLength(2);
    line.sayLines('CONNECT OK');
    expect(line.sent).toEqual(['AT+A\r', 'AT+CONNECT\r', 'AT+B\r']);
    line.sayLines('OK');
    expect(line.channel.idle).toBe(true);
  });

  test('lets a command to the front', () => {
    const line = new Conversation();
    for (const name of ['A', 'B']) line.run(plain(name));
    line.run(plain('FIRST'), 'FIRST', { front: true });
    line.sayLines('OK');
    expect(line.sent).toEqual(['AT+A\r', 'AT+FIRST\r']);
  });

  test('sends what the end of a command asks for at the front before what waits', () => {
    const line = new Conversation();
    line.channel.run(connect(), () => line.run(plain('MCONNECT'), 'MCONNECT', { front: true }));
    line.run(plain('OTHER'));
    line.say('\r\nOK\r\n\r\nCONNECT OK\r\n');
    expect(line.sent).toEqual(['AT+CONNECT\r', 'AT+MCONNECT\r']);
  });

  test('reads the answers to two commands out of one chunk', () => {
    const line = new Conversation();
    line.run(plain('A'));
    line.run(connect());
    line.say('\r\nOK\r\n\r\n+URC: 1\r\n\r\nOK\r\n\r\nCONNECT OK\r\n');
    expect(line.events).toEqual(['A done', 'urc +URC: 1', 'CONNECT done CONNECT OK']);
  });
});

describe('execute', () => {
  test('resolves with the result', async () => {
    const line = new Conversation();
    const result = line.channel.execute(connect());
    line.sayLines('OK', 'CONNECT OK');
    expect(told(await result)).toBe('done CONNECT OK');
  });

  test('takes the command back when its signal aborts', async () => {
    const line = new Conversation();
    const abort = new AbortController();
    const running = line.channel.execute(plain('A'), { signal: abort.signal });
    const waiting = line.channel.execute(plain('B'), { signal: abort.signal });
    abort.abort();
    expect((await Promise.all([running, waiting])).map(told)).toEqual(['cancelled sent', 'cancelled unsent']);
  });

  test('sends nothing when its signal is aborted already', async () => {
    const line = new Conversation();
    expect(told(await line.channel.execute(plain(), { signal: AbortSignal.abort() }))).toBe(
      'cancelled unsent',
    );
    expect(line.sent).toEqual([]);
  });

  test('resolves on a closed channel', async () => {
    const line = new Conversation();
    line.channel.close();
    const { signal } = new AbortController();
    expect(told(await line.channel.execute(plain(), { signal }))).toBe('cancelled unsent');
  });
});

describe('the trace', () => {
  test('shows commands and their echo without secrets, data, payloads and noise only by length', () => {
    const line = new Conversation();
    line.run(plain('LOGIN', { text: 'AT+LOGIN="hush"', display: 'AT+LOGIN=***' }));
    line.say('AT+LOGIN="hush"\r\r\nhush hush\r\n\r\n+URC: 1\r\n+MSUB: "t",4 byte,hush\r\n\r\nOK\r\n');
    expect(line.trace).toEqual([
      { direction: 'host', text: 'AT+LOGIN=***' },
      { direction: 'module', text: 'AT+LOGIN=***' },
      { direction: 'module', text: '<line of 9 bytes>' },
      { direction: 'module', text: '+URC: 1' },
      { direction: 'module', text: '<payload of 4 bytes>' },
      { direction: 'module', text: 'OK' },
    ]);
  });
});
