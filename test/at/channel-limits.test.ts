import { describe, expect, test } from '@jest/globals';
import { Conversation } from './conversation.js';
import { connect, plain } from './example-dialect.js';

describe('the time limit', () => {
  test('ends a command that is not answered', async () => {
    const line = new Conversation();
    line.run(plain());
    await line.clock.advance(8999);
    expect(line.events).toEqual([]);
    await line.clock.advance(1);
    expect(line.events).toEqual(['PLAIN unanswered final']);
  });

  test('does not run while bytes arrive', async () => {
    const line = new Conversation();
    line.run(plain());
    await line.clock.advance(8000);
    line.say('\r\n+MSUB: "t",3 byte,a');
    await line.clock.advance(900);
    line.say('bc\r\n');
    await line.clock.advance(8999);
    expect(line.events).toEqual(['payload abc']);
    line.sayLines('OK');
    expect(line.events).toEqual(['payload abc', 'PLAIN done']);
  });

  test('stretches to four times its length and no further', async () => {
    const line = new Conversation();
    line.run(plain('PLAIN', { timeoutMs: 1000 }));
    for (let second = 1; second <= 8; second += 1) {
      await line.clock.advance(499);
      line.sayLines('+URC: storm');
    }
    expect(line.events).not.toContain('PLAIN unanswered final');
    await line.clock.advance(4000 - 8 * 499);
    expect(line.events).toContain('PLAIN unanswered final');
  });

  test('of an outcome is its own, and begins with the OK', async () => {
    const line = new Conversation();
    line.run(connect());
    await line.clock.advance(8000);
    line.sayLines('OK');
    await line.clock.advance(29_999);
    expect(line.events).toEqual([]);
    await line.clock.advance(1);
    expect(line.events).toEqual(['CONNECT unanswered outcome']);
  });

  test('of an outcome begins anew with its progress, beyond the stretch', async () => {
    const line = new Conversation();
    line.run(connect());
    line.sayLines('OK');
    for (let step = 0; step < 6; step += 1) {
      await line.clock.advance(29_000);
      line.sayLines('STATE: IP CONFIG');
    }
    line.sayLines('CONNECT OK');
    expect(line.events).toEqual(['CONNECT done CONNECT OK']);
  });
});

describe('after a command without an answer', () => {
  async function unanswered(): Promise<Conversation> {
    const line = new Conversation();
    line.run(plain('LATE', { timeoutMs: 1000 }));
    await line.clock.advance(1000);
    line.sent.length = 0;
    return line;
  }

  test('the line rests until the next command, which waits for two clean OK', async () => {
    const line = await unanswered();
    await line.clock.advance(60_000);
    expect(line.sent).toEqual([]);
    line.run(plain('NEXT'));
    await line.clock.advance(299);
    expect(line.sent).toEqual([]);
    line.answerAt();
    await line.clock.advance(1);
    expect(line.sent).toEqual(['AT\r', 'AT\r']);
    await line.clock.advance(300);
    expect(line.sent).toEqual(['AT\r', 'AT\r', 'AT+NEXT\r']);
    line.sayLines('OK');
    expect(line.events).toEqual(['LATE unanswered final', 'NEXT done']);
  });

  test('its late answer is not the next one’s', async () => {
    const line = await unanswered();
    line.run(plain('NEXT'));
    await line.clock.advance(200);
    line.sayLines('+LATE: 1', 'ERROR');
    await line.clock.advance(299);
    expect(line.sent).toEqual([]);
    line.answerAt();
    await line.clock.advance(301);
    expect(line.sent.at(-1)).toBe('AT+NEXT\r');
    expect(line.events).toEqual(['LATE unanswered final']);
  });

  test('an OK too many is noticed, even when it comes between', async () => {
    const line = await unanswered();
    line.run(plain('NEXT'));
    await line.clock.advance(300);
    expect(line.sent).toEqual(['AT\r']);
    line.sayLines('OK'); // the late one, taken for the answer of the first AT
    line.sayLines('OK'); // which comes now, and is taken for the answer of the second
    line.sayLines('OK'); // one too many: not in step yet
    expect(line.sent).toEqual(['AT\r', 'AT\r']);
    line.answerAt();
    await line.clock.advance(600);
    expect(line.sent).toEqual(['AT\r', 'AT\r', 'AT\r', 'AT\r', 'AT+NEXT\r']);
  });

  test('URCs still reach their listener, and echo is no obstacle', async () => {
    const line = await unanswered();
    line.run(plain('NEXT'));
    line.onSent = (text) => line.say(`${text}\r\n+URC: 1\r\n\r\nOK\r\n`);
    await line.clock.advance(600);
    expect(line.events).toEqual([
      'LATE unanswered final',
      'urc +URC: 1',
      'urc +URC: 1',
      'urc +URC: 1',
      'NEXT done',
    ]);
    expect(line.channel.noise).toBe(0);
  });

  test('an ERROR, as garbage before the AT may cause, is followed by another try', async () => {
    const line = await unanswered();
    line.run(plain('NEXT'));
    await line.clock.advance(300);
    line.sayLines('ERROR');
    line.answerAt();
    await line.clock.advance(600);
    expect(line.sent).toEqual(['AT\r', 'AT\r', 'AT\r', 'AT+NEXT\r']);
  });

  test('two OK count only in a row', async () => {
    const line = await unanswered();
    line.run(plain('NEXT'));
    await line.clock.advance(300);
    line.sayLines('OK');
    await line.clock.advance(1000);
    expect(line.sent).toEqual(['AT\r', 'AT\r', 'AT\r']);
    line.sayLines('OK');
    await line.clock.advance(300);
    expect(line.sent).toEqual(['AT\r', 'AT\r', 'AT\r', 'AT\r']);
    line.sayLines('OK');
    await line.clock.advance(300);
    expect(line.sent.at(-1)).toBe('AT+NEXT\r');
  });

  test('an OK that came in one piece with the one before answers an older AT: silence, and the count begins anew', async () => {
    const line = await unanswered();
    line.run(plain('NEXT'));
    await line.clock.advance(300 + 1000);
    expect(line.sent).toEqual(['AT\r', 'AT\r']);
    line.say('\r\nOK\r\n\r\nOK\r\n');
    expect(line.sent).toEqual(['AT\r', 'AT\r', 'AT\r']);
    await line.clock.advance(299);
    expect(line.sent).toHaveLength(3);
    line.answerAt();
    await line.clock.advance(1 + 300);
    expect(line.sent).toEqual([...Array<string>(5).fill('AT\r'), 'AT+NEXT\r']);
  });

  test('a module that does not answer AT either fails each waiting command by itself', async () => {
    const line = await unanswered();
    line.run(plain('B'));
    line.run(plain('C'));
    await line.clock.advance(300 + 10 * 1000);
    expect(line.sent).toEqual(Array(10).fill('AT\r'));
    expect(line.events).toEqual(['LATE unanswered final', 'unresponsive', 'B unanswered final']);
    await line.clock.advance(300 + 10 * 1000);
    expect(line.events.slice(3)).toEqual(['unresponsive', 'C unanswered final']);
    expect(line.clock.armed).toBe(0);
    line.answerAt();
    line.run(plain('D'));
    await line.clock.advance(600);
    line.sayLines('OK');
    expect(line.events.at(-1)).toBe('D done');
  });

  test('a command that is taken back while it waits for that is never sent', async () => {
    const line = await unanswered();
    const next = line.run(plain('NEXT'));
    await line.clock.advance(100);
    next.cancel();
    line.answerAt();
    await line.clock.advance(600);
    expect(line.events).toEqual(['LATE unanswered final', 'NEXT cancelled unsent']);
    expect(line.sent).toEqual(['AT\r', 'AT\r']);
  });

  test('the number of tries and their times can be set', async () => {
    const line = new Conversation({ resync: { attempts: 2, answerMs: 100, silenceMs: 10 } });
    line.channel.synchronize((result) => line.events.push(result));
    await line.clock.advance(210);
    expect(line.sent).toEqual(['AT\r', 'AT\r']);
    expect(line.events).toEqual(['unresponsive', 'unresponsive']);
  });
});

describe('synchronize', () => {
  test('makes sure that the module answers before anything is sent', async () => {
    const line = new Conversation();
    line.answerAt();
    line.channel.synchronize((result) => line.events.push(`sync ${result}`));
    line.run(plain());
    await line.clock.advance(600);
    expect(line.sent).toEqual(['AT\r', 'AT\r', 'AT+PLAIN\r']);
    expect(line.events).toEqual(['sync in-step']);
  });

  test('waits for the command under way', async () => {
    const line = new Conversation();
    line.run(plain());
    line.answerAt();
    line.channel.synchronize((result) => line.events.push(`sync ${result}`));
    await line.clock.advance(600);
    expect(line.sent).toEqual(['AT+PLAIN\r']);
    line.sayLines('OK');
    await line.clock.advance(600);
    expect(line.events).toEqual(['PLAIN done', 'sync in-step']);
  });

  test('tells when nobody answers', async () => {
    const line = new Conversation();
    line.channel.synchronize((result) => line.events.push(`sync ${result}`));
    await line.clock.advance(300 + 10 * 1000);
    expect(line.events).toEqual(['unresponsive', 'sync unresponsive']);
  });

  test('is told once when it is taken back', async () => {
    const line = new Conversation();
    line.answerAt();
    const sync = line.channel.synchronize((result) => line.events.push(`sync ${result}`));
    sync.cancel();
    sync.cancel();
    await line.clock.advance(600);
    expect(line.events).toEqual(['sync cancelled']);
  });

  test('is cancelled by a reboot, and on a closed channel', () => {
    const line = new Conversation();
    line.channel.synchronize((result) => line.events.push(`sync ${result}`));
    line.channel.abortAll();
    line.channel.close();
    line.channel.synchronize((result) => line.events.push(`closed ${result}`)).cancel();
    expect(line.events).toEqual(['sync cancelled', 'closed cancelled']);
    expect(line.clock.armed).toBe(0);
  });
});
