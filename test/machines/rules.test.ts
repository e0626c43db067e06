import { describe, expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import { createActor, fromCallback, setup } from 'xstate';
import {
  clampDelay,
  defaultSettings,
  initialContext,
  LONGEST_DELAY,
  supervisorMachine,
  type ActorInput,
  type LinkCommand,
  type SupervisorEvent,
} from '../../machines/index.js';
import { backoffDelay, heartbeatDelay } from '../../machines/delays.js';
import { VirtualClock } from '../../src/clock/virtual.js';

describe('delays reach the timers finite and within 0 to 2^31-1 ms', () => {
  test('whatever number goes in', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer(), fc.constantFrom(NaN, Infinity, -Infinity)), (ms) => {
        const delay = clampDelay(ms);
        expect(Number.isFinite(delay) && delay >= 0 && delay <= LONGEST_DELAY).toBe(true);
      }),
    );
  });

  test('backoff: at once after the first failure, then below a ceiling that doubles up to its maximum', () => {
    const waits = Array.from({ length: 16 }, (_, failures) => {
      const context = initialContext({});
      return backoffDelay({
        ...context,
        portOpen: true,
        ladder: { ...context.ladder, failures: failures + 1 },
      });
    });
    expect(waits.slice(0, 5)).toEqual([0, 1_000, 2_000, 4_000, 8_000]);
    expect(waits.at(-1)).toBe(300_000);
  });

  test('backoff and heartbeat are safe under hostile settings and entropy', () => {
    fc.assert(
      fc.property(
        fc.double(),
        fc.double(),
        fc.double(),
        fc.nat({ max: 16 }),
        (jitter, minMs, quietMs, failures) => {
          const context = initialContext({
            input: {
              jitter: () => jitter,
              settings: { ...defaultSettings, backoff: { minMs, maxMs: 300_000 } },
            },
          });
          const hostile = { ...context, quietMs, portOpen: true, ladder: { ...context.ladder, failures } };
          for (const delay of [backoffDelay(hostile), heartbeatDelay(hostile)]) {
            expect(Number.isFinite(delay) && delay >= 0 && delay <= LONGEST_DELAY).toBe(true);
          }
        },
      ),
    );
  });
});

describe('the chart cannot hang the process', () => {
  test('it is created with a bound on eventless steps', () => {
    expect(supervisorMachine.config.options).toEqual({ maxIterations: 100 });
  });

  test('and xstate keeps to such a bound: an endless loop ends in an error', () => {
    const endless = setup({}).createMachine({
      options: { maxIterations: 100 },
      initial: 'a',
      states: { a: { always: 'b' }, b: { always: 'a' } },
    });
    const actor = createActor(endless);
    const errors: unknown[] = [];
    actor.subscribe({ error: (error) => errors.push(error) });
    actor.start();
    expect(errors.map(String).join()).toMatch(/iterations|infinite/i);
  });
});

describe('events are taken in the order of the wire', () => {
  test('an answer and the URCs of one chunk reach the chart as they stood, though reported synchronously', () => {
    let report: (event: SupervisorEvent) => void = () => undefined;
    const asked: string[] = [];
    const machine = supervisorMachine.provide({
      actors: {
        link: fromCallback<LinkCommand, ActorInput>(({ sendBack, receive }) => {
          report = sendBack;
          receive((command) => asked.push(command.type === 'RUN' ? command.operation : command.type));
        }),
      },
    });
    const actor = createActor(machine, { input: { settings: defaultSettings }, clock: new VirtualClock() });
    const paths: string[] = [];
    actor.subscribe((snapshot) => paths.push(JSON.stringify(snapshot.value)));
    actor.start();
    actor.send({ type: 'START' });
    const command = 1;
    for (const type of [
      'OK',
      'ANSWERED',
      'SIM READY',
      'ATTACHED',
      'OK',
      'OK',
      'OK',
      'BEARER UP',
      'OK',
    ] as const) {
      if (type === 'OK' && asked.at(-1) === 'OPEN PORT') report({ type: 'PORT OPEN' });
      report({ type, command });
    }
    expect(actor.getSnapshot().value).toBe('connectingTcp');
    // One chunk: CONNECT OK, then the bearer goes. Were CONNECT OK to come second, it would be lost on `recovering`.
    report({ type: 'CONNECT OK', command });
    report({ type: 'DEACT' });
    expect(asked.slice(-2)).toEqual(['connectMqtt', 'closeTcp']);
    expect(paths.slice(-2)).toEqual(['"connectingMqtt"', '{"recovering":"closingTcp"}']);
    actor.stop();
  });
});
