import { expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import type { Cancellable } from '../../src/at/channel.js';
import type { AtCommand } from '../../src/at/command.js';
import { Conversation } from './conversation.js';
import { askPin, connect, plain, publish } from './example-dialect.js';
import { cut, cuts, hostileText } from './hostile.js';

const commands: Record<string, () => AtCommand<unknown>> = {
  plain: () => plain(),
  connect: () => connect(),
  askPin,
  publish: () => publish('a\r\nOK\r\nCLOSED'),
};
const commandName = fc.constantFrom(...Object.keys(commands));

function commandOf(name: string): AtCommand<unknown> {
  return (commands[name] ?? plain)();
}

test('any chunking of the same bytes gives the same results, URCs, payloads and writes, in the same order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(commandName, { maxLength: 6 }),
      hostileText,
      cuts,
      async (names, text, lengths) => {
        const [whole, pieces] = [new Conversation(), new Conversation()];
        for (const line of [whole, pieces]) for (const name of names) line.run(commandOf(name));
        whole.say(text);
        for (const piece of cut(text, lengths)) pieces.say(piece);
        for (const line of [whole, pieces]) await line.clock.advance(2000);
        expect(pieces.events).toEqual(whole.events);
        expect(pieces.sent).toEqual(whole.sent);
        expect(pieces.trace).toEqual(whole.trace);
      },
    ),
    { numRuns: 300 },
  );
});

test('no payload can forge a result, an outcome, a prompt or a URC', () => {
  fc.assert(
    fc.property(commandName, fc.boolean(), hostileText, cuts, (name, accepted, payload, lengths) => {
      const line = new Conversation();
      line.run(commandOf(name), 'command');
      if (accepted && name === 'connect') line.sayLines('OK');
      const sent = line.sent.length;
      for (const piece of cut(`\r\n+MSUB: "t",${payload.length} byte,${payload}\r\n`, lengths))
        line.say(piece);
      expect(line.events).toEqual([`payload ${payload}`]);
      expect(line.sent).toHaveLength(sent);
      line.sayLines('ERROR');
      expect(line.events[1]).toMatch(/^command refused/);
    }),
    { numRuns: 300 },
  );
});

/** What may happen to a channel, in any order. */
const happening = fc.oneof(
  fc.record({ what: fc.constant('run' as const), name: commandName, front: fc.boolean() }),
  fc.record({ what: fc.constant('cancel' as const), which: fc.nat(20) }),
  fc.record({ what: fc.constant('say' as const), text: hostileText }),
  fc.record({ what: fc.constant('wait' as const), ms: fc.constantFrom(1, 50, 300, 1000, 9000, 40_000) }),
  fc.record({ what: fc.constantFrom('synchronize', 'cancelOutcomes', 'abortAll', 'close') }),
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** Lets things happen, and counts how often each caller was told. */
async function live(line: Conversation, happenings: readonly Happening[]): Promise<number[]> {
  const told: number[] = [];
  const handles: Cancellable[] = [];
  const newcomer = () => {
    const index = told.push(0) - 1;
    return () => (told[index] = (told[index] ?? 0) + 1);
  };
  for (const happening of happenings) {
    switch (happening.what) {
      case 'run':
        handles.push(line.channel.run(commandOf(happening.name), newcomer(), { front: happening.front }));
        break;
      case 'synchronize':
        handles.push(line.channel.synchronize(newcomer()));
        break;
      case 'cancel':
        handles[happening.which]?.cancel();
        break;
      case 'say':
        line.say(happening.text);
        break;
      case 'wait':
        await line.clock.advance(happening.ms);
        break;
      case 'cancelOutcomes':
      case 'abortAll':
      case 'close':
        line.channel[happening.what]();
        break;
    }
    expect(told.every((times) => times <= 1)).toBe(true);
  }
  return told;
}

test('every command is settled exactly once, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 25 }), async (happenings) => {
      const line = new Conversation();
      const told = await live(line, happenings);
      line.channel.close();
      expect(told.every((times) => times === 1)).toBe(true);
      expect(line.clock.armed).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('without a port that closes, a module that answers again is heard again, and every command is settled', async () => {
  const survivable = happening.filter(({ what }) => what !== 'close');
  await fc.assert(
    fc.asyncProperty(fc.array(survivable, { maxLength: 20 }), async (happenings) => {
      const line = new Conversation();
      const told = await live(line, happenings);
      answerEverything(line);
      await line.clock.advance(30 * 60_000);
      expect(told.every((times) => times === 1)).toBe(true);
      expect(line.channel.idle).toBe(true);
      for (const name of Object.keys(commands)) line.run(commandOf(name), 'after');
      await line.clock.advance(60_000);
      expect(line.events.filter((event) => event.startsWith('after'))).toEqual([
        'after done',
        'after done CONNECT OK',
        'after done',
        'after done PUBACK',
      ]);
    }),
    { numRuns: 60 },
  );
});

/** Makes the other end a module in good health, which answers before the write has returned. */
function answerEverything(line: Conversation): void {
  line.onSent = (text) => {
    if (!text.endsWith('\r')) line.sayLines('OK', 'PUBACK');
    else if (text.startsWith('AT+MPUBEX')) line.say('\r\n> ');
    else if (text === 'AT+CONNECT\r') line.sayLines('OK', 'CONNECT OK');
    else if (text === 'AT+CPIN?\r') line.sayLines('+CPIN: READY', 'OK');
    else line.sayLines('OK');
  };
}
