import { describe, expect, test } from '@jest/globals';
import { Conversation } from './conversation.js';
import { connect, plain, publish } from './example-dialect.js';

describe('cancel', () => {
  test('removes a command that waits', () => {
    const line = new Conversation();
    line.run(plain('A'));
    line.run(plain('B')).cancel();
    line.run(plain('C'));
    expect(line.events).toEqual(['B cancelled unsent']);
    line.sayLines('OK', 'OK');
    expect(line.sent).toEqual(['AT+A\r', 'AT+C\r']);
    expect(line.events).toEqual(['B cancelled unsent', 'A done', 'C done']);
  });

  test('tells at once of a command under way, and keeps the line until its final result', () => {
    const line = new Conversation();
    line.run(plain('A')).cancel();
    line.run(plain('B'));
    expect(line.events).toEqual(['A cancelled sent']);
    expect(line.sent).toEqual(['AT+A\r']);
    line.sayLines('OK');
    expect(line.sent).toEqual(['AT+A\r', 'AT+B\r']);
    line.sayLines('OK');
    expect(line.events).toEqual(['A cancelled sent', 'B done']);
  });

  test('leaves room for the outcome of a command that is accepted only afterwards', async () => {
    const line = new Conversation();
    line.run(connect()).cancel();
    line.run(plain());
    line.answerAt();
    line.sayLines('OK');
    // The outcome of the connection; it must not pass for the next command's result.
    line.sayLines('ERROR');
    await line.clock.advance(2_000);
    expect(line.sent).toEqual(['AT+CONNECT\r', 'AT\r', 'AT\r', 'AT+PLAIN\r']);
    expect(line.events).toEqual(['CONNECT cancelled sent']);
  });

  test('knows that nothing is left to come where the outcome overtook the OK', () => {
    const line = new Conversation();
    line.run(connect()).cancel();
    line.run(plain());
    line.sayLines('CONNECT OK', 'OK', 'OK');
    expect(line.events).toEqual(['CONNECT cancelled sent', 'PLAIN done']);
  });

  test('keeps the line no longer than the time limit, and then it is out of step', async () => {
    const line = new Conversation();
    line.run(plain('A')).cancel();
    line.run(plain('B'));
    line.answerAt();
    await line.clock.advance(9000 + 600);
    expect(line.sent).toEqual(['AT+A\r', 'AT\r', 'AT\r', 'AT+B\r']);
    expect(line.events).toEqual(['A cancelled sent']);
  });

  test('frees the line of a command that waits for its outcome, once both sides are in step again', async () => {
    const line = new Conversation();
    const connecting = line.run(connect());
    line.run(plain());
    line.sayLines('OK');
    connecting.cancel();
    expect(line.events).toEqual(['CONNECT cancelled sent']);
    line.answerAt();
    // The outcome comes after all; it must not pass for the next command's result.
    line.sayLines('ERROR');
    await line.clock.advance(2_000);
    expect(line.sent).toEqual(['AT+CONNECT\r', 'AT\r', 'AT\r', 'AT+PLAIN\r']);
    expect(line.events).toEqual(['CONNECT cancelled sent']);
  });

  test('does nothing when the command is over', () => {
    const line = new Conversation();
    const running = line.run(plain());
    line.sayLines('OK');
    running.cancel();
    running.cancel();
    expect(line.events).toEqual(['PLAIN done']);
  });
});

describe('cancelOutcomes', () => {
  test('takes back the command that waits for its outcome', () => {
    const line = new Conversation();
    line.onUrc = () => line.channel.cancelOutcomes();
    line.run(connect());
    line.run(plain());
    line.say('\r\nOK\r\n\r\nCLOSED\r\n');
    expect(line.events).toEqual(['urc CLOSED', 'CONNECT cancelled sent']);
    expect(line.sent).toEqual(['AT+CONNECT\r']);
  });

  test('takes back one that still waits for its OK, which keeps the line until then', () => {
    const line = new Conversation();
    line.run(publish('hello'));
    line.channel.cancelOutcomes();
    line.run(plain());
    expect(line.events).toEqual(['MPUBEX cancelled sent']);
    line.sayLines('+CME ERROR: 767', 'OK');
    expect(line.events).toEqual(['MPUBEX cancelled sent', 'PLAIN done']);
  });

  test('leaves commands without an outcome alone', () => {
    const line = new Conversation();
    line.run(plain());
    line.channel.cancelOutcomes();
    line.sayLines('OK');
    expect(line.events).toEqual(['PLAIN done']);
  });
});

describe('abortAll, after a reboot', () => {
  test('cancels everything and frees the line at once', () => {
    const line = new Conversation();
    line.onUrc = () => line.channel.abortAll();
    line.run(connect());
    line.run(plain('A'));
    line.sayLines('RDY');
    expect(line.events).toEqual(['urc RDY', 'CONNECT cancelled sent', 'A cancelled unsent']);
    line.run(plain('B'));
    expect(line.sent).toEqual(['AT+CONNECT\r', 'AT+B\r']);
  });

  test('keeps what is asked while it cancels', () => {
    const line = new Conversation();
    line.channel.run(connect(), () => line.run(plain('AFTER')));
    line.run(plain('BEFORE'));
    line.channel.abortAll();
    line.sayLines('OK');
    expect(line.events).toEqual(['BEFORE cancelled unsent', 'AFTER done']);
  });

  test('lets what came behind it in the same chunk through', () => {
    const line = new Conversation();
    line.onUrc = (urc) => {
      if (urc === 'RDY') line.channel.abortAll();
    };
    line.say('\r\nRDY\r\n\r\n+CPIN: READY\r\n');
    expect(line.events).toEqual(['urc RDY', 'urc +CPIN: READY']);
  });
});

describe('close', () => {
  test('cancels everything, for good, and leaves no timer', () => {
    const line = new Conversation();
    line.run(publish('hello'));
    line.run(plain('A'));
    line.say('\r\n+MSUB: "t",9 byte,');
    line.channel.close();
    line.channel.close();
    line.sayLines('OK', 'RDY');
    line.run(plain('B')).cancel();
    expect(line.events).toEqual(['MPUBEX cancelled sent', 'A cancelled unsent', 'B cancelled unsent']);
    expect(line.sent).toHaveLength(1);
    expect(line.clock.armed).toBe(0);
  });

  test('ends a resynchronisation', async () => {
    const line = new Conversation();
    line.run(plain('A'));
    await line.clock.advance(9000);
    line.run(plain('B'));
    line.channel.close();
    expect(line.events).toEqual(['A unanswered final', 'B cancelled unsent']);
    expect(line.clock.armed).toBe(0);
  });
});
