import { expect, test } from '@jest/globals';
import fc from '../support/fast-check.js';
import { supervisorMachine, type DriverEvent, type SupervisorEvent } from '../../machines/index.js';
import { modelEvents } from '../../src/testing/model/events.js';
import { ChartSteps } from '../../src/verification/chart-steps.js';
import { settingsOf } from '../../src/verification/worlds.js';

const events: readonly (SupervisorEvent | DriverEvent)[] = [
  ...modelEvents.map(({ event }) => event),
  { type: 'SESSION UP', command: 0, quietMs: 1 },
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
