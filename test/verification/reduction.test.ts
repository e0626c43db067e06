import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { supervisorMachine, type DriverEvent, type SupervisorEvent } from '../../machines/index.js';
import { ChartSteps } from '../../src/verification/chart-steps.js';
import { settingsOf } from '../../src/verification/worlds.js';

const command = 0;
const events: readonly (SupervisorEvent | DriverEvent)[] = [
  { type: 'START' },
  { type: 'STOP' },
  { type: 'RETRY' },
  { type: 'RADIO TOKEN' },
  { type: 'PORT OPEN' },
  { type: 'PORT FAILED', cause: 'PORT_NOT_FOUND' },
  { type: 'PORT LOST' },
  { type: 'ANSWERED', command },
  { type: 'OK', command },
  { type: 'ERROR', command },
  { type: 'UNANSWERED', command },
  { type: 'SIM READY', command },
  { type: 'SIM PIN', command, sameCard: true },
  { type: 'SIM ABSENT', command },
  { type: 'ATTACHED', command },
  { type: 'REGISTRATION DENIED', command },
  { type: 'BEARER UP', command },
  { type: 'BEARER DOWN', command },
  { type: 'CONNECT OK', command },
  { type: 'CONNECT FAIL', command },
  { type: 'CONNACK OK', command },
  { type: 'ALL SUBSCRIBED', command },
  { type: 'SESSION UP', command, quietMs: 1 },
  { type: 'SESSION DOWN', command },
  { type: 'CLOSED' },
  { type: 'DEACT' },
  { type: 'RDY' },
  { type: 'SIM REMOVED' },
  { type: 'UNRESPONSIVE' },
  { type: 'UNACKNOWLEDGED', cause: 'PUBLISH_FAILED' },
];
const fromModule = new Set(['CLOSED', 'DEACT', 'RDY', 'SIM REMOVED', 'UNRESPONSIVE', 'UNACKNOWLEDGED']);
const settings = settingsOf({ reset: 1, power: 1 }, { pinConfigured: true });

test('what is left out of a chart state changes no later step', () => {
  const reduced = new ChartSteps(supervisorMachine, settings);
  const whole = new ChartSteps(supervisorMachine, settings, (_, context) => context);
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 2 * events.length }), { minLength: 50, maxLength: 150 }),
      (choices) => {
        let one = reduced.begin();
        let other = whole.begin();
        for (const choice of choices) {
          const event = events[choice];
          const due = event === undefined ? reduced.state(one).timers[0] : undefined;
          if (event === undefined && due === undefined) continue;
          // Nothing is heard through a port that is not open.
          const isOpen = whole.state(other).snapshot.context.portOpen;
          if (event !== undefined && fromModule.has(event.type) && !isOpen) continue;
          const step = (steps: ChartSteps, from: number) => {
            const timer = steps.state(from).timers[0];
            if (event !== undefined) return steps.take(from, event);
            if (timer === undefined) throw new Error('no timer is armed');
            return steps.fire(from, timer);
          };
          const [small, large] = [step(reduced, one), step(whole, other)];
          expect(small.orders).toEqual(large.orders);
          expect(reduced.state(small.to).path).toBe(whole.state(large.to).path);
          expect(reduced.state(small.to).timers).toEqual(whole.state(large.to).timers);
          [one, other] = [small.to, large.to];
        }
      },
    ),
    { numRuns: 100 },
  );
});
