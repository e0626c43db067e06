import { describe, expect, test } from '@jest/globals';
import { Conversation } from './conversation.js';
import { plain, publish } from './example-dialect.js';

describe('a command with data', () => {
  test('sends them at the prompt and not before', () => {
    const line = new Conversation();
    line.run(publish('hello'));
    expect(line.sent).toEqual(['AT+MPUBEX="t",1,0,5\r']);
    line.say('\r\n> ');
    expect(line.sent).toEqual(['AT+MPUBEX="t",1,0,5\r', 'hello']);
    line.sayLines('OK', 'PUBACK');
    expect(line.events).toEqual(['MPUBEX done PUBACK']);
  });

  test('sees the prompt behind the end of the command before, in the same chunk', () => {
    const line = new Conversation();
    line.run(plain());
    line.run(publish('hello'));
    line.say('\r\nOK\r\n\r\n>');
    expect(line.sent).toEqual(['AT+PLAIN\r', 'AT+MPUBEX="t",1,0,5\r', 'hello']);
  });

  test.each(['ERROR', 'OK'])('is refused by %s in place of the prompt', (said) => {
    const line = new Conversation();
    line.run(publish('hello'));
    line.sayLines(said);
    expect(line.events).toEqual([`MPUBEX refused final ${said}`]);
    line.say('\r\n>');
    expect(line.sent).toHaveLength(1);
  });

  test('does not take a prompt for its own that nobody awaited', () => {
    const line = new Conversation();
    line.run(plain());
    line.say('\r\n>\r\n');
    line.sayLines('OK');
    line.run(publish('hello'));
    expect(line.sent).toEqual(['AT+PLAIN\r', 'AT+MPUBEX="t",1,0,5\r']);
  });

  test('that is taken back before the prompt sends its data all the same, since the module awaits them', async () => {
    const line = new Conversation();
    line.run(publish('hello')).cancel();
    line.run(plain());
    expect(line.events).toEqual(['MPUBEX cancelled sent']);
    line.answerAt();
    line.say('\r\n>');
    line.sayLines('OK');
    await line.clock.advance(2_000);
    expect(line.sent).toEqual(['AT+MPUBEX="t",1,0,5\r', 'hello', 'AT\r', 'AT\r', 'AT+PLAIN\r']);
    expect(line.events).toEqual(['MPUBEX cancelled sent']);
  });
});

describe('without the prompt', () => {
  async function noPrompt(): Promise<Conversation> {
    const line = new Conversation();
    line.run(publish('hello'));
    line.run(plain());
    await line.clock.advance(9000);
    expect(line.events).toEqual(['MPUBEX unanswered prompt']);
    line.sent.length = 0;
    line.answerAt();
    return line;
  }

  test('nothing is sent for 5.5 s, since the module would take it for data', async () => {
    const line = await noPrompt();
    await line.clock.advance(5500 + 299);
    expect(line.sent).toEqual([]);
    await line.clock.advance(301);
    expect(line.sent).toEqual(['AT\r', 'AT\r', 'AT+PLAIN\r']);
  });

  test('a prompt that comes late starts the wait anew', async () => {
    const line = await noPrompt();
    await line.clock.advance(5000);
    line.say('\r\n>');
    await line.clock.advance(5499);
    expect(line.sent).toEqual([]);
    await line.clock.advance(601);
    expect(line.sent.at(-1)).toBe('AT+PLAIN\r');
  });

  test('a prompt that comes while AT is being tried stops that', async () => {
    const line = await noPrompt();
    line.onSent = undefined;
    await line.clock.advance(5800);
    expect(line.sent).toEqual(['AT\r']);
    line.say('\r\n>');
    await line.clock.advance(5499);
    expect(line.sent).toEqual(['AT\r']);
    line.answerAt();
    await line.clock.advance(601);
    expect(line.sent).toEqual(['AT\r', 'AT\r', 'AT\r', 'AT+PLAIN\r']);
  });

  test('a reboot ends the wait', async () => {
    const line = await noPrompt();
    line.channel.abortAll();
    line.run(plain('NEXT'));
    await line.clock.advance(600);
    expect(line.sent).toEqual(['AT\r', 'AT\r', 'AT+NEXT\r']);
  });

  test('the wait runs from then on, whether or not anybody waits for it', async () => {
    const line = new Conversation();
    line.run(publish('hello'));
    await line.clock.advance(9000 + 5500);
    line.answerAt();
    line.run(plain());
    await line.clock.advance(600);
    expect(line.sent.at(-1)).toBe('AT+PLAIN\r');
  });
});

test('data that were sent without an answer leave the same wait, since some may have been lost', async () => {
  const line = new Conversation();
  line.run(publish('hello'));
  line.say('\r\n>');
  await line.clock.advance(9000);
  expect(line.events).toEqual(['MPUBEX unanswered final']);
  line.answerAt();
  line.run(plain());
  await line.clock.advance(5500 + 299);
  expect(line.sent).toHaveLength(2);
  await line.clock.advance(301);
  expect(line.sent.at(-1)).toBe('AT+PLAIN\r');
});

describe('data that the module echoes', () => {
  /** Publishes on a module that echoes data, and gives all that the channel reports until the OK and PUBACK. */
  function publishEchoed(line: Conversation, data: string): readonly string[] {
    line.events.length = 0;
    line.run(publish(data));
    line.say('\r\n> ');
    line.say(`${data}\r\n`);
    expect(line.events).toEqual([]);
    line.sayLines('OK', 'PUBACK');
    return line.events;
  }

  test.each([
    'hello',
    'a\r\nOK\r\nPUBACK',
    ' a\r\n\r\nCLOSED',
    '{\n"a": 1}\r\nERROR\r\n',
    'a\r\n+MSUB: "t",4 byte,\r\nOK',
  ])('are not read: %j', (data) => {
    expect(publishEchoed(new Conversation(), data)).toEqual(['MPUBEX done PUBACK']);
  });

  test.each(['OK', 'CLOSED', 'PUBACK', 'ERROR\r\nOK', '+MSUB: "t",2 byte,ab'])(
    'are not read when they begin like an answer and the module has echoed before: %j',
    (data) => {
      const line = new Conversation();
      publishEchoed(line, 'hello');
      expect(publishEchoed(line, data)).toEqual(['MPUBEX done PUBACK']);
    },
  );

  test('do not hide URCs that come between', () => {
    const line = new Conversation();
    line.run(publish('a\r\nOK\r\nb'));
    line.say('\r\n>a\r\n+URC: 1\r\nOK\r\nb\r\n');
    expect(line.events).toEqual(['urc +URC: 1']);
    line.sayLines('OK', 'PUBACK');
    expect(line.events).toEqual(['urc +URC: 1', 'MPUBEX done PUBACK']);
  });

  test.each(['OK', 'PUBACK'])('%s is the answer of a module that does not echo', (data) => {
    const line = new Conversation();
    line.run(publish(data));
    line.say('\r\n>');
    line.sayLines('OK', 'PUBACK');
    expect(line.events).toEqual(['MPUBEX done PUBACK']);
  });

  test('are not expected any more of a module that stopped echoing', () => {
    const line = new Conversation();
    publishEchoed(line, 'hello');
    for (const data of ['hello', 'OK']) {
      line.events.length = 0;
      line.run(publish(data));
      line.say('\r\n>');
      line.sayLines('OK', 'PUBACK');
      expect(line.events).toEqual(['MPUBEX done PUBACK']);
    }
  });

  test('are not expected any more behind the OK', () => {
    const line = new Conversation();
    publishEchoed(line, 'hello');
    line.events.length = 0;
    line.run(publish('PUBACK'));
    line.say('\r\n>');
    line.sayLines('OK', 'PUBACK');
    expect(line.events).toEqual(['MPUBEX done PUBACK']);
  });

  test('are shown in the trace without what they hold', () => {
    const line = new Conversation();
    publishEchoed(line, 'hush');
    expect(line.trace.map(({ text }) => text).join()).not.toContain('hush');
  });
});
